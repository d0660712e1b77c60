//===- Exponential.cpp - the same factor at every step --------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

StringRef ExponentialOp::expectedEnds(double from, double to) {
  return from > 0 && to > 0 ? "" : "two positive ends";
}

bool ExponentialOp::runsTo() { return !getGammaAttr(); }

LogicalResult ExponentialOp::checkResolved(int64_t steps) {
  // exponential_c1
  if (getGammaAttr() && getToAttr())
    return emitKeyError(*this, "gamma",
                        "'gamma' and 'to' both say where the phase ends, "
                        "expected one of them");
  // exponential_c2
  if (getEveryAttr() && !getGammaAttr())
    return emitKeyError(*this, "every",
                        "'every' belongs to 'gamma', which is not there");
  return success();
}

/// from gamma^(t / every)
static Value emitDecay(Scalar &s, const CurvePoint &p, double gamma,
                       int64_t every) {
  DoubleDouble times =
      s.divide(Position(s, p).toDoubleDouble(s),
               DoubleDouble{s.f64(static_cast<double>(every)), {}});
  DoubleDouble exponent = s.multiply(times, s.logDoubleDouble(s.f64(gamma)));
  return s.mul(p.from, s.exp(exponent));
}

Value ExponentialOp::emitCurve(Scalar &s, const CurvePoint &p) {
  if (getGammaAttr())
    return emitDecay(s, p, getGammaAttr().getValueAsDouble(),
                     getEveryAttr() ? stepsOf(*this, "every") : 1);
  return emitGeometric(s, p);
}
