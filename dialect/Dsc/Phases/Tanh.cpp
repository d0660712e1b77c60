//===- Tanh.cpp - a hyperbolic tangent ------------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value TanhOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // (1 - tanh z) / 2 = 1 / (1 + exp(2 z)).
  Stretch x = emitStretch(s, p);
  auto twice = [&](FloatAttr bound, DoubleDouble part) {
    return s.multiply({s.f64(2 * bound.getValueAsDouble()), {}}, part);
  };
  DoubleDouble z = s.add(twice(getLowerAttr(), x.remaining),
                         twice(getUpperAttr(), x.passed));
  auto weight = [&](DoubleDouble exponent) {
    return s.div(s.f64(1), s.add(s.f64(1), s.exp(exponent)));
  };
  return emitBlend(s, p, {weight(z), weight(s.negate(z))});
}
