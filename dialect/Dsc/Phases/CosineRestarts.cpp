//===- CosineRestarts.cpp - equal half waves ------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value CosineRestartsOp::emitCurve(Scalar &s, const CurvePoint &p) {
  return emitBlend(s, p,
                   emitHalfWave(s, emitPiece(s, p, *getCycles()).stretch));
}
