//===- NoamHold.cpp - a rise, a hold and an inverse power -----------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool NoamHoldOp::runsTo() { return false; }

Value NoamHoldOp::emitCurve(Scalar &s, const CurvePoint &p) {
  int64_t warmup = stepsOf(*this, "warmup");
  int64_t hold = getHoldAttr() ? stepsOf(*this, "hold") : 0;
  Value base = s.f64(rateOf(*this, "base"));
  DoubleDouble length{s.f64(static_cast<double>(warmup)), {}};
  Position position(s, p);
  DoubleDouble t = position.toDoubleDouble(s);
  DoubleDouble beyond = position.since(s, s.i64(hold));
  DoubleDouble exponent =
      s.multiply({s.f64(-getPowerAttr().getValueAsDouble()), {}},
                 s.logDoubleDouble(s.divide(beyond, length)));
  auto isAtMost = [&](DoubleDouble a, Value b) {
    return s.compare(arith::CmpFPredicate::OLE, a.high, b);
  };
  Value share =
      s.select(isAtMost(beyond, length.high), s.f64(1), s.exp(exponent));
  share = s.select(isAtMost(t, length.high), s.divide(t, length).high, share);
  return s.mul(base, share);
}
