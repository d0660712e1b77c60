//===- Rex.cpp - a reflected exponential ----------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value RexOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // With x = m / d: 2 (d - m) / (2 d - m) of one and m / (2 d - m) of the
  // other.
  Value remaining = s.subI(p.denominator, p.numerator);
  Value whole = s.toF64(s.addI(p.denominator, remaining));
  return emitBlend(s, p,
                   {s.div(s.toF64(s.addI(remaining, remaining)), whole),
                    s.div(s.toF64(p.numerator), whole)});
}
