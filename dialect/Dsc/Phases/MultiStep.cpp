//===- MultiStep.cpp - a factor at each milestone -------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

static constexpr size_t mostMilestones = 256;

bool MultiStepOp::runsTo() { return false; }

LogicalResult MultiStepOp::checkResolved(int64_t steps) {
  ArrayRef<int64_t> milestones = stepsListOf(*this, "milestones");
  // multi_step_c1
  if (milestones.size() > mostMilestones)
    return emitKeyError(*this, "milestones")
           << "found " << milestones.size() << " milestones, expected at most "
           << mostMilestones;
  // multi_step_c2
  for (size_t i = 1; i < milestones.size(); ++i)
    if (milestones[i] <= milestones[i - 1])
      return emitKeyError(*this, "milestones")
             << "milestone " << i + 1 << " comes to step " << milestones[i]
             << " of the phase and the one before to " << milestones[i - 1]
             << ", expected them in rising order";
  // multi_step_c3
  if (milestones.back() >= steps)
    return emitKeyError(*this, "milestones")
           << "the last milestone comes to step " << milestones.back()
           << " of the phase, expected one of its " << steps << " steps";
  // multi_step_c4
  if (getGammaAttr() && getGammasAttr())
    return emitKeyError(*this, "gammas",
                        "'gamma' and 'gammas' say the same, expected one of "
                        "them");
  if (!getGammasAttr())
    return success();
  // multi_step_c5
  if (getGammasAttr().size() != milestones.size())
    return emitKeyError(*this, "gammas")
           << "'gammas' and 'milestones' differ in length: "
           << getGammasAttr().size() << " and " << milestones.size();
  // multi_step_c6
  for (auto gamma : getGammasAttr().getAsRange<FloatAttr>())
    if (!(gamma.getValueAsDouble() >= 0 && gamma.getValueAsDouble() <= 1e6))
      return emitKeyError(*this, "gammas")
             << "found " << gamma.getValueAsDouble()
             << ", expected numbers from 0 to 1e6";
  return success();
}

Value MultiStepOp::emitCurve(Scalar &s, const CurvePoint &p) {
  Position position(s, p);
  auto gammaOf = [&](size_t milestone) {
    if (getGammasAttr())
      return cast<FloatAttr>(getGammasAttr()[milestone]).getValueAsDouble();
    return getGammaAttr() ? getGammaAttr().getValueAsDouble() : 0.1;
  };
  // The products are of constants and are folded here.
  DoubleDouble product{s.f64(1), s.f64(0)};
  Value value = p.from;
  for (auto [i, step] : llvm::enumerate(stepsListOf(*this, "milestones"))) {
    product = s.multiply(product, {s.f64(gammaOf(i)), {}});
    value = s.select(position.isPast(s, s.i64(step)),
                     s.mul(p.from, product.high), value);
  }
  return value;
}
