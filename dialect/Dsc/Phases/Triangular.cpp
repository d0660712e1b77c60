//===- Triangular.cpp - up and down again, in straight lines --------------===//

#include "dialect/Dsc/Cycle.h"

using namespace mlir;
using namespace dsc;

Value TriangularOp::emitCurve(Scalar &s, const CurvePoint &p) {
  return emitBlend(s, p, emitCycle(s, *this, Position(s, p), p.steps).height);
}
