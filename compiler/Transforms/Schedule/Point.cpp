//===- Point.cpp - a step of a phase --------------------------------------===//

#include "compiler/Transforms/Schedule/Point.h"

#include "compiler/Transforms/Schedule/Modifiers.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

/// The fraction of the phase at which a step lies, as two integers.
static CurvePoint emitFraction(Scalar &s, const ResolvedPhase &phase,
                               Value index) {
  int64_t steps = phase.end - phase.begin;
  bool closes = phase.inclusive == "right";
  Value next = s.addI(index, s.i64(1));
  if (phase.inclusive == "left")
    return {index, s.i64(steps), {}, {}, steps, closes};
  if (phase.inclusive == "neither")
    return {next, s.i64(steps + 1), {}, {}, steps, closes};
  if (phase.inclusive == "both" && steps > 1)
    return {index, s.i64(steps - 1), {}, {}, steps, closes};
  if (phase.inclusive == "both")
    return {s.i64(1), s.i64(1), {}, {}, steps, closes};
  return {next, s.i64(steps), {}, {}, steps, closes};
}

CurvePoint dsc::emitPoint(Scalar &s, const ResolvedPhase &phase, Value index) {
  CurvePoint point = emitFraction(s, phase, index);
  point.index = index;
  return emitStairs(s, phase.op, point);
}

Value dsc::emitTrack(Scalar &s, const ResolvedPhase &phase, CurvePoint point,
                     TrackEnds ends) {
  if (ends.from == ends.to && !ends.ownFinish)
    return s.f64(ends.from);
  point.from = s.f64(ends.from);
  point.to = s.f64(ends.to);
  PhaseInterface op = phase.op;
  return op.emitCurve(s, point);
}

double dsc::getFinish(const ResolvedPhase &phase, TrackEnds ends) {
  if (ends.from == ends.to)
    return ends.to;
  return *getCurveEnd(phase.op, CurveEnd::finish, phase.end - phase.begin,
                      ends.from, ends.to);
}
