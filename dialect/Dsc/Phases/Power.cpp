//===- Power.cpp - a power law under a ceiling ----------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool PowerOp::runsTo() { return false; }

Value PowerOp::emitCurve(Scalar &s, const CurvePoint &p) {
  double exponent = getExponentAttr().getValueAsDouble();
  Value base = s.f64(rateOf(*this, "base"));
  DoubleDouble t = Position(s, p).toDoubleDouble(s);
  DoubleDouble counted =
      s.multiply({s.f64(getUnitAttr().getValueAsDouble()), {}}, t);
  Value power =
      s.exp(s.multiply({s.f64(exponent), {}}, s.logDoubleDouble(counted)));
  Value law = s.mul(s.f64(getFactorAttr().getValueAsDouble()), power);
  Value atZero = exponent < 0 ? base : s.f64(exponent > 0 ? 0 : 1);
  Value isZero = s.compare(arith::CmpFPredicate::OLE, t.high, s.f64(0));
  return s.minimum(base, s.select(isZero, atZero, law));
}
