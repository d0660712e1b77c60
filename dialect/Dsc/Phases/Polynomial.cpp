//===- Polynomial.cpp - a power of what is left ---------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value PolynomialOp::emitCurve(Scalar &s, const CurvePoint &p) {
  double power = getPowerAttr().getValueAsDouble();
  Stretch x = emitStretch(s, p);
  double kDecay = getKDecayAttr() ? getKDecayAttr().getValueAsDouble() : 1;
  if (power == 1 && kDecay == 1)
    return emitBlend(s, p, {x.remaining.high, x.passed.high});

  auto isZero = [&](Value fraction) {
    return s.compare(arith::CmpFPredicate::OLE, fraction, s.f64(0));
  };
  Value isEnd = isZero(x.remaining.high);
  if (kDecay == 1)
    return emitBlend(
        s, p, emitPower(s, s.logDoubleDouble(x.remaining), power, isEnd));

  // log(1 - x^k), from x^k where that is small.
  DoubleDouble exponent =
      s.multiply({s.f64(kDecay), {}}, s.logDoubleDouble(x.passed));
  DoubleDouble passed = s.expDoubleDouble(exponent);
  DoubleDouble near = s.log1mDoubleDouble(passed);
  DoubleDouble far = s.logDoubleDouble(s.negate(s.expm1DoubleDouble(exponent)));
  Value isNear = s.compare(arith::CmpFPredicate::OLT, passed.high, s.f64(0.25));
  DoubleDouble logarithm{s.select(isNear, near.high, far.high),
                         s.select(isNear, near.low, far.low)};
  Weights weights = emitPower(s, logarithm, power, isEnd);
  Value isStart = isZero(x.passed.high);
  return emitBlend(s, p,
                   {s.select(isStart, s.f64(1), weights.ofFrom),
                    s.select(isStart, s.f64(0), weights.ofTo)});
}
