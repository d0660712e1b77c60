//===- InverseSqrt.cpp - 1 / sqrt of the steps made -----------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool InverseSqrtOp::runsTo() { return false; }

Value InverseSqrtOp::emitCurve(Scalar &s, const CurvePoint &p) {
  Value timescale = s.f64(static_cast<double>(stepsOf(*this, "timescale")));
  DoubleDouble passed =
      s.divide(Position(s, p).toDoubleDouble(s), {timescale, {}});
  return s.div(p.from, s.sqrt(s.add({s.f64(1), {}}, passed).high));
}
