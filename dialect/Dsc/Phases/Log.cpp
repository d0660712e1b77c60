//===- Log.cpp - fast at first, then ever slower --------------------------===//

#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value LogOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // With x = m / d the weights are
  //   of `to`:   ln(1 + n x) / ln(1 + n)             = ln(1 + n m / d) / ln(1 +
  //   n) of `from`: ln((1 + n) / (1 + n x)) / ln(1 + n) = ln(1 + n (d - m) / (d
  //   + n m))
  //                                                    / ln(1 + n)
  // where neither is a difference of logarithms.
  Value n = s.f64(static_cast<double>(p.steps));
  Value denominator = s.toF64(p.denominator);
  DoubleDouble passed = s.twoProduct(n, s.toF64(p.numerator));
  DoubleDouble remaining =
      s.twoProduct(n, s.toF64(s.subI(p.denominator, p.numerator)));
  DoubleDouble scaledPoint = s.add({denominator, {}}, passed);
  DoubleDouble whole = s.log1pDoubleDouble({n, {}});
  Value weightOfTo =
      s.divide(s.log1pDoubleDouble(s.divide(passed, {denominator, {}})), whole)
          .high;
  Value weightOfFrom =
      s.divide(s.log1pDoubleDouble(s.divide(remaining, scaledPoint)), whole)
          .high;
  return s.fma(p.from, weightOfFrom, s.mul(p.to, weightOfTo));
}
