//===- Triangular2.cpp - each cycle half as high --------------------------===//

#include "dialect/Dsc/Cycle.h"

using namespace mlir;
using namespace dsc;

Value Triangular2Op::emitCurve(Scalar &s, const CurvePoint &p) {
  Cycle cycle = emitCycle(s, *this, Position(s, p), p.steps);
  // Beyond 2^-1022 nothing is left to see.
  Value isFar = s.compare(arith::CmpIPredicate::sgt, cycle.index, s.i64(1022));
  Value halvings = s.select(isFar, s.i64(1022), cycle.index);
  Value scale = s.powerOfTwo(s.subI(s.i64(0), halvings));
  // 1 - h s = (1 - h) + h (1 - s), where no term is negative.
  Value lost = s.mul(cycle.height.ofTo, s.sub(s.f64(1), scale));
  return emitBlend(
      s, p,
      {s.add(cycle.height.ofFrom, lost), s.mul(cycle.height.ofTo, scale)});
}
