//===- Tanh.cpp - a hyperbolic tangent ------------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/NumberText.h"

using namespace mlir;
using namespace dsc;

LogicalResult TanhOp::checkResolved(int64_t steps) {
  double lower = getLowerAttr().getValueAsDouble();
  double upper = getUpperAttr().getValueAsDouble();
  if (lower < upper)
    return success();
  // tanh_c1
  return refuseKey(
      *this, getKeyOrigin(*this, "upper") == "default" ? "lower" : "upper",
      "'lower' is " + show(lower) + " and 'upper' is " + show(upper) +
          (lower == upper ? ": the phase would stay between its ends"
                          : ": the phase would run backwards") +
          ", expected 'lower' below 'upper'",
      lower == upper ? "such as lower = -7.0, upper = 3.0" : "exchange them");
}

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
