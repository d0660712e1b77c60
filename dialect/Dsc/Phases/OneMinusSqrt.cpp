//===- OneMinusSqrt.cpp - a fall of 1 - sqrt(x) ---------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value OneMinusSqrtOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // 1 - sqrt(x) = (1 - x) / (1 + sqrt(x)).
  Stretch x = emitStretch(s, p);
  Value root = s.sqrt(x.passed.high);
  Value weight = s.div(x.remaining.high, s.add(s.f64(1), root));
  return emitBlend(s, p, {weight, root});
}
