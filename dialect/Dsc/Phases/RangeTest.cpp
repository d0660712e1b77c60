//===- RangeTest.cpp - a rise through all learning rates ------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool RangeTestOp::runsTo() { return !getRateAttr(); }

StringRef RangeTestOp::expectedEnds(double from, double to) {
  if (*getRamp() == "exponential" && !(from > 0 && to > 0))
    return "two positive ends for an exponential ramp";
  return from < to ? "" : "an end above the start";
}

LogicalResult RangeTestOp::checkResolved(int64_t steps) {
  bool exponential = *getRamp() == "exponential";
  // range_test_c1
  if (getRateAttr() && (getToAttr() || exponential))
    return emitKeyError(*this, "rate",
                        getToAttr() ? "'rate' and 'to' both say where the "
                                      "phase ends, expected one of them"
                                    : "'rate' has no meaning for an "
                                      "exponential ramp, expected 'to'");
  // range_test_c2
  bool needed = getRateAttr() || *getRamp() == "staircase";
  if (needed && !getIntervalAttr())
    return refuseKey(*this, getRateAttr() ? "rate" : "ramp",
                     "a range test of this form has no 'interval'",
                     "write interval = \"100 steps\"");
  // range_test_c3
  if (getIntervalAttr() && !needed)
    return emitKeyError(*this, "interval",
                        "'interval' belongs to 'rate' or to stairs, which are "
                        "not there");
  return success();
}

Value RangeTestOp::emitCurve(Scalar &s, const CurvePoint &p) {
  if (*getRamp() == "exponential")
    return emitGeometric(s, p);
  Stretch x = emitStretch(s, p);
  if (!getIntervalAttr())
    return emitBlend(s, p, {x.remaining.high, x.passed.high});

  int64_t interval = stepsOf(*this, "interval");
  Position position(s, p);
  DoubleDouble intervals =
      s.divide(position.toDoubleDouble(s),
               DoubleDouble{s.f64(static_cast<double>(interval)), {}});
  Value stairs = position.pieceOf(s, interval);
  bool isStaircase = *getRamp() == "staircase";
  if (getRateAttr()) {
    Value count = isStaircase ? s.toF64(stairs) : intervals.high;
    Value rate = s.f64(getRateAttr().getValueAsDouble());
    return s.mul(p.from, s.fma(rate, count, s.f64(1)));
  }
  Value climbed = s.mulI(stairs, s.i64(interval));
  Value steps = s.f64(static_cast<double>(p.steps));
  Value remaining = s.toF64(s.subI(s.i64(p.steps), climbed));
  return emitBlend(s, p,
                   {s.div(remaining, steps), s.div(s.toF64(climbed), steps)});
}
