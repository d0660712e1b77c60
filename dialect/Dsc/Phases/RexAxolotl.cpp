//===- RexAxolotl.cpp - the curve that axolotl calls REX ------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Value RexAxolotlOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // With z = r / d: 10 r / (d + 9 r) of one and (d - r) / (d + 9 r) of the
  // other.
  Value remaining = s.subI(p.denominator, p.numerator);
  Value whole = s.toF64(s.addI(p.denominator, s.mulI(s.i64(9), remaining)));
  return emitBlend(s, p,
                   {s.div(s.toF64(s.mulI(s.i64(10), remaining)), whole),
                    s.div(s.toF64(p.numerator), whole)});
}
