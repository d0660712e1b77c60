//===- Triangular2.cpp - each cycle half as high --------------------------===//

#include "dialect/Dsc/Cycle.h"

using namespace mlir;
using namespace dsc;

Value Triangular2Op::emitCurve(Scalar &s, const CurvePoint &p) {
  Cycle cycle = emitCycle(s, *this, Position(s, p), p.steps);
  Value scale = s.pow(s.f64(0.5), s.toF64(cycle.index));
  // 1 - h s = (1 - h) + h (1 - s), where no term is negative.
  Value lost = s.mul(cycle.height.ofTo, s.sub(s.f64(1), scale));
  return emitBlend(
      s, p,
      {s.add(cycle.height.ofFrom, lost), s.mul(cycle.height.ofTo, scale)});
}
