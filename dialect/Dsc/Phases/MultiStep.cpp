//===- MultiStep.cpp - a factor at each milestone -------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/NumberText.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

static constexpr size_t mostMilestones = 256;

bool MultiStepOp::runsTo() { return false; }

static LogicalResult checkMilestones(MultiStepOp op, int64_t steps) {
  ArrayRef<int64_t> milestones = stepsListOf(op, "milestones");
  // multi_step_c1
  if (milestones.size() > mostMilestones)
    return refuseKey(op, "milestones",
                     "found " + Twine(milestones.size()) +
                         " milestones, expected at most " +
                         Twine(mostMilestones),
                     "kind = \"step\" falls at even distances");
  // multi_step_c2
  for (size_t i = 1; i < milestones.size(); ++i)
    if (milestones[i] <= milestones[i - 1])
      return refuseKey(
          op, "milestones",
          "milestone " + Twine(i + 1) + " comes to step " +
              Twine(milestones[i]) + " of the phase and the one before to " +
              Twine(milestones[i - 1]) + ", expected them in rising order",
          "put the earlier one first, and each only once");
  // multi_step_c3
  if (milestones.back() >= steps)
    return refuseKey(
        op, "milestones",
        "the last milestone comes to step " + Twine(milestones.back()) +
            " of the phase, expected one of its " + Twine(steps) + " steps",
        "leave it out, or make the phase longer");
  return success();
}

static LogicalResult checkGammas(MultiStepOp op) {
  size_t milestones = stepsListOf(op, "milestones").size();
  // multi_step_c4
  if (op.getGammaAttr() && op.getGammasAttr())
    return refuseKey(op, "gammas",
                     "'gamma' and 'gammas' say the same, expected one of them",
                     "'gammas' has a factor for each milestone");
  if (!op.getGammasAttr())
    return success();
  // multi_step_c5
  if (op.getGammasAttr().size() != milestones)
    return refuseKey(op, "gammas",
                     "'gammas' and 'milestones' differ in length: " +
                         Twine(op.getGammasAttr().size()) + " and " +
                         Twine(milestones),
                     "write a factor for each milestone");
  // multi_step_c6
  for (auto gamma : op.getGammasAttr().getAsRange<FloatAttr>())
    if (double value = gamma.getValueAsDouble(); !(value >= 0 && value <= 1e6))
      return refuseKey(op, "gammas",
                       "found " + show(value) +
                           ", expected numbers from 0 to 1e6",
                       "such as 0.1, a tenth of the rate before it");
  return success();
}

LogicalResult MultiStepOp::checkResolved(int64_t steps) {
  return failed(checkMilestones(*this, steps)) ? failure() : checkGammas(*this);
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
