//===- Cosine.cpp - half a cosine wave ------------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

/// The default, on integers as far as they go.
static Value emitDefault(Scalar &s, const CurvePoint &p) {
  // (1 + cos t) / 2 = cos^2(t / 2), and t / 2 is at most a quarter turn when it
  // is counted from the nearer end: the small weight is a square, not a rest.
  Value remaining = s.subI(p.denominator, p.numerator);
  Value isFirstHalf =
      s.compare(arith::CmpIPredicate::sle, p.numerator, remaining);
  Value fromNearer = s.select(isFirstHalf, p.numerator, remaining);
  Value twice = s.mulI(s.i64(2), p.denominator);
  SineCosine halfAngle =
      s.sincospiQuarter(s.divide(s.toF64(fromNearer), s.toF64(twice)));
  Value nearer = s.select(isFirstHalf, p.from, p.to);
  Value farther = s.select(isFirstHalf, p.to, p.from);
  Value nearerWeight = s.mul(halfAngle.cosine, halfAngle.cosine);
  Value fartherWeight = s.mul(halfAngle.sine, halfAngle.sine);
  return s.fma(nearer, nearerWeight, s.mul(farther, fartherWeight));
}

Value CosineOp::emitCurve(Scalar &s, const CurvePoint &p) {
  if (!getCyclesAttr() && !getExponentAttr())
    return emitDefault(s, p);
  auto valueOr = [](FloatAttr key, double otherwise) {
    return key ? key.getValueAsDouble() : otherwise;
  };
  return emitBlend(s, p,
                   emitWaves(s, p, valueOr(getCyclesAttr(), 0.5),
                             valueOr(getExponentAttr(), 1)));
}
