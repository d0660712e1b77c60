//===- Linear.cpp - a straight line ---------------------------------------===//

#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value LinearOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // Both weights from the integers: 1 - m/n would cancel near the end.
  Value remaining = s.subI(p.denominator, p.numerator);
  Value denominator = s.toF64(p.denominator);
  Value weightOfFrom = s.div(s.toF64(remaining), denominator);
  Value weightOfTo = s.div(s.toF64(p.numerator), denominator);
  return s.fma(p.from, weightOfFrom, s.mul(p.to, weightOfTo));
}
