//===- Noam.cpp - the schedule of the first Transformer -------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool NoamOp::runsTo() { return false; }

Value NoamOp::emitCurve(Scalar &s, const CurvePoint &p) {
  // min(t^-1/2, t W^-3/2) = min(t / W, sqrt(W / t)) / sqrt(W).
  Value base = s.f64(rateOf(*this, "base"));
  Value warmup = s.f64(static_cast<double>(stepsOf(*this, "warmup")));
  Value width = s.f64(static_cast<double>(*getWidth()));
  DoubleDouble t = Position(s, p).toDoubleDouble(s);
  Value rise = s.divide(t, {warmup, {}}).high;
  Value fall = s.sqrt(s.divide({warmup, {}}, t).high);
  Value isRising = s.compare(arith::CmpFPredicate::OLE, t.high, warmup);
  Value share = s.select(isRising, rise, fall);
  return s.div(s.mul(base, share), s.sqrt(s.mul(width, warmup)));
}
