//===- ExponentialCooldown.cpp - a fall of 2 * 0.5^x - 1 ------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value ExponentialCooldownOp::emitCurve(Scalar &s, const CurvePoint &p) {
  DoubleDouble ln2{s.f64(0x1.62e42fefa39efp-1), s.f64(0x1.abc9e3b39803fp-56)};
  return emitBlend(s, p, emitExponentialFall(s, emitStretch(s, p), ln2));
}
