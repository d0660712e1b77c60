//===- AdamW.cpp - Adam with decoupled weight decay -----------------------===//
//
// One division and one square root an element: both bias corrections are folded
// into uniforms.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

/// beta1 where neither `betas` nor the schedule gives it.
static constexpr double kDefaultBeta1 = 0.9;

static double getBeta(AdamWOp op, unsigned index) {
  if (std::optional<ArrayAttr> betas = op.getBetas())
    return cast<FloatAttr>((*betas)[index]).getValueAsDouble();
  return index == 0 ? kDefaultBeta1 : *op.getBeta2();
}

LogicalResult AdamWOp::verify() {
  // adamw_c1
  if (getBetas() && getBeta2() && getKeyOrigin(*this, "beta2") != "default")
    return emitKeyError(*this, "beta2")
           << "'beta2' and 'betas' say the same, expected one of them";
  return success();
}

SmallVector<SlotSpec> AdamWOp::getSlots() {
  return {{"exp_avg"}, {"exp_avg_sq"}};
}

std::optional<double> AdamWOp::getMomentum() { return getBeta(*this, 0); }

SmallVector<std::string> AdamWOp::getUniforms() {
  return {"decay", "step_size", "scale", "beta1", "one_minus_beta1"};
}

/// 1 - beta^updates.
static Value emitCorrection(Scalar &s, Value beta, Value updates) {
  return s.sub(s.f64(1), s.pow(beta, updates));
}

SmallVector<Value> AdamWOp::emitUniforms(Scalar &s, const StepPoint &point) {
  Value one = s.f64(1);
  Value updates = s.toF64(s.addI(point.step, s.i64(1)));
  Value beta1 = point.momentum ? point.momentum : s.f64(getBeta(*this, 0));
  Value correction1 = emitCorrection(s, beta1, updates);
  Value correction2 = emitCorrection(s, s.f64(getBeta(*this, 1)), updates);
  return {s.sub(one, s.mul(point.lr, point.weightDecay)),
          s.div(point.lr, correction1), s.div(one, s.sqrt(correction2)), beta1,
          s.sub(one, beta1)};
}

SmallVector<Value> AdamWOp::emitUpdate(Scalar &s, const ElementPoint &point) {
  Value g = point.gradient, m = point.slots[0], v = point.slots[1];
  Value decay = point.uniforms[0], stepSize = point.uniforms[1],
        scale = point.uniforms[2], beta1 = point.uniforms[3],
        oneMinusBeta1 = point.uniforms[4];
  double beta2 = getBeta(*this, 1);
  Value newM = s.fma(beta1, m, s.mul(oneMinusBeta1, g));
  Value newV = s.fma(s.f32(float(beta2)), v,
                     s.mul(s.mul(s.f32(float(1 - beta2)), g), g));
  Value eps = s.f32(float(*getEps()));
  Value denominator = s.fma(s.sqrt(newV), scale, eps);
  Value change = s.div(s.mul(stepSize, newM), denominator);
  return {s.fma(point.parameter, decay, s.neg(change)), newM, newV};
}
