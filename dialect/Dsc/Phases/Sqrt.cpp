//===- Sqrt.cpp - a fall of sqrt(1 - x) -----------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value SqrtOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // 1 - sqrt(1 - x) = x / (1 + sqrt(1 - x)).
  Stretch x = emitStretch(s, p);
  Value root = s.sqrt(x.remaining.high);
  return emitBlend(s, p, {root, s.div(x.passed.high, s.add(s.f64(1), root))});
}
