//===- ExponentialToFloor.cpp - an exponential that arrives ---------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value ExponentialToFloorOp::emitCurve(Scalar &s, const CurvePoint &p) {
  DoubleDouble rate{s.f64(getRateAttr().getValueAsDouble()), {}};
  return emitBlend(s, p, emitExponentialFall(s, emitStretch(s, p), rate));
}
