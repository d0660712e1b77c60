//===- Point.cpp - a step of a phase --------------------------------------===//

#include "compiler/Transforms/Schedule/Point.h"

#include "compiler/Transforms/Schedule/Modifiers.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

/// As planned; one that was to have none may gain some.
static int64_t plannedSteps(const ResolvedPhase &phase) {
  return std::max<int64_t>(phase.end - phase.begin, 1);
}

/// The same where only the run knows the steps of the phase: `point` comes as
/// their index and their number.
static CurvePoint emitActualFraction(Scalar &s, const ResolvedPhase &phase,
                                     CurvePoint point) {
  Value one = s.i64(1), index = point.numerator, steps = point.denominator;
  if (phase.inclusive == "left")
    return point;
  point.numerator = s.addI(index, one);
  if (phase.inclusive == "neither")
    point.denominator = s.addI(steps, one);
  if (phase.inclusive != "both")
    return point;
  // Of a single step both ends are the end.
  Value single = s.compare(arith::CmpIPredicate::sle, steps, one);
  point.numerator = s.select(single, one, index);
  point.denominator = s.select(single, one, s.subI(steps, one));
  return point;
}

/// The fraction of the phase at which a step lies, as two integers.
static CurvePoint emitFraction(Scalar &s, const ResolvedPhase &phase,
                               Value index, Value actual) {
  int64_t steps = plannedSteps(phase);
  bool closes = phase.inclusive == "right";
  Value next = s.addI(index, s.i64(1));
  if (actual)
    return emitActualFraction(s, phase, {index, actual, {}, {}, steps, closes});
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

CurvePoint dsc::emitPoint(Scalar &s, const ResolvedPhase &phase, Value index,
                          Value steps) {
  CurvePoint point = emitFraction(s, phase, index, steps);
  point.index = index;
  return emitStairs(s, phase.op, point);
}

Value dsc::emitTrack(Scalar &s, const ResolvedPhase &phase, CurvePoint point,
                     TrackEnds ends, Value from) {
  PhaseInterface op = phase.op;
  if (from && !op.moves())
    return from;
  if (!from && ends.from == ends.to && !ends.ownFinish)
    return s.f64(ends.from);
  point.from = from ? from : s.f64(ends.from);
  point.to = s.f64(ends.to);
  return op.emitCurve(s, point);
}

double dsc::getFinish(const ResolvedPhase &phase, TrackEnds ends) {
  if (ends.from == ends.to)
    return ends.to;
  return *getCurveEnd(phase.op, CurveEnd::finish, plannedSteps(phase),
                      ends.from, ends.to);
}
