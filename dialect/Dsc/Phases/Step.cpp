//===- Step.cpp - stairs, each a factor of the one before -----------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool StepOp::runsTo() { return false; }

LogicalResult StepOp::checkResolved(int64_t steps) {
  // step_c1
  if (getEveryAttr() && getCountAttr())
    return emitKeyError(*this, "count",
                        "'every' and 'count' both say how long a stair is, "
                        "expected one of them");
  // step_c2
  if (getEveryAttr() || getCountAttr())
    return success();
  return refuseKey(*this, "",
                   "a phase of kind 'step' has neither 'every' nor 'count'",
                   "write every = \"1000 steps\"");
}

Value StepOp::emitCurve(Scalar &s, const CurvePoint &p) {
  Value stair = getCount() ? emitPiece(s, p, *getCount()).index
                           : Position(s, p).pieceOf(s, stepsOf(*this, "every"));
  Value gamma = s.f64(getGammaAttr().getValueAsDouble());
  return s.mul(p.from, s.pow(gamma, s.toF64(stair)));
}
