//===- OneMinusSquare.cpp - a fall of 1 - x^2 -----------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value OneMinusSquareOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // 1 - x^2 = (1 - x) (1 + x).
  Stretch x = emitStretch(s, p);
  Value weight = s.mul(x.remaining.high, s.add(s.f64(1), x.passed.high));
  return emitBlend(s, p, {weight, s.mul(x.passed.high, x.passed.high)});
}
