//===- ExpRange.cpp - a little lower at every step ------------------------===//

#include "dialect/Dsc/Cycle.h"

using namespace mlir;
using namespace dsc;

Value ExpRangeOp::emitCurve(Scalar &s, const CurvePoint &p) {
  Position position(s, p);
  Cycle cycle = emitCycle(s, *this, position, p.steps);
  DoubleDouble exponent =
      s.multiply(position.toDoubleDouble(s),
                 s.logDoubleDouble(s.f64(getGammaAttr().getValueAsDouble())));
  Value scale = s.exp(exponent);
  Value lost = s.neg(s.expm1DoubleDouble(exponent).high);
  // 1 - h s = (1 - h) + h (1 - s), where no term is negative.
  return emitBlend(s, p,
                   {s.fma(cycle.height.ofTo, lost, cycle.height.ofFrom),
                    s.mul(cycle.height.ofTo, scale)});
}
