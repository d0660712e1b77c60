//===- T5.cpp - 1 / sqrt of the step --------------------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool T5Op::runsTo() { return false; }

Value T5Op::emitCurve(Scalar &s, const CurvePoint &p) {
  Value hold = s.f64(static_cast<double>(stepsOf(*this, "hold")));
  Value t = Position(s, p).toDoubleDouble(s).high;
  return s.div(s.f64(1), s.sqrt(s.maximum(t, hold)));
}
