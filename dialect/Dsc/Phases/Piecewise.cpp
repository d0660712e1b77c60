//===- Piecewise.cpp - through given points -------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

static constexpr size_t mostPoints = 256;

bool PiecewiseOp::runsTo() { return false; }

LogicalResult PiecewiseOp::checkResolved(int64_t steps) {
  ArrayRef<int64_t> places = stepsListOf(*this, "points");
  // piecewise_c1
  if (places.size() > mostPoints)
    return emitKeyError(*this, "points")
           << "found " << places.size() << " points, expected at most "
           << mostPoints;
  // piecewise_c2
  int64_t before = 0;
  for (auto [i, place] : llvm::enumerate(places)) {
    if (place <= before)
      return emitKeyError(*this, "points")
             << "point " << i + 1 << " lies at step " << place
             << " of the phase, expected one after step " << before;
    before = place;
  }
  // piecewise_c3
  if (before > steps)
    return emitKeyError(*this, "points")
           << "the last point lies at step " << before
           << ", expected one within the phase's " << steps << " steps";
  return success();
}

/// Between two points, by the fraction passed.
static Weights emitBetween(Scalar &s, StringRef interpolation,
                           const Stretch &x) {
  if (interpolation == "cosine")
    return emitHalfWave(s, x);
  return {x.remaining.high, x.passed.high};
}

Value PiecewiseOp::emitCurve(Scalar &s, const CurvePoint &p) {
  ArrayRef<int64_t> places = stepsListOf(*this, "points");
  SmallVector<double> rates = ratesOf(*this, "points");
  bool holds = *getInterpolation() == "constant";
  Position position(s, p);
  // The piece that the point lies in; after the last the value stands still.
  Value begin = s.i64(0), end = s.i64(places[0]);
  Value from = p.from, to = holds ? p.from : s.f64(rates[0]);
  for (size_t i = 0; i < places.size(); ++i) {
    bool isLast = i + 1 == places.size();
    Value isPast = position.isPast(s, s.i64(places[i]));
    Value next = s.f64(rates[isLast || holds ? i : i + 1]);
    begin = s.select(isPast, s.i64(places[i]), begin);
    end = s.select(isPast, s.i64(isLast ? places[i] + 1 : places[i + 1]), end);
    from = s.select(isPast, s.f64(rates[i]), from);
    to = s.select(isPast, next, to);
  }
  Stretch x = position.within(s, begin, s.subI(end, begin));
  Value between =
      emitBlend(s, from, to, emitBetween(s, *getInterpolation(), x));
  // Equal ends are one value, also beyond the last point.
  Value isFlat = s.compare(arith::CmpFPredicate::OEQ, from, to);
  return s.select(isFlat, from, between);
}
