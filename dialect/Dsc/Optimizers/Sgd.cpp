//===- Sgd.cpp - stochastic gradient descent with momentum ----------------===//
//
// Weight decay is added to the gradient, and the first step takes the gradient
// undampened, as in PyTorch.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/NumberText.h"

using namespace mlir;
using namespace dsc;

LogicalResult SgdOp::verify() {
  if (!getNesterov().value_or(false))
    return success();
  // sgd_c1
  if (getOwnMomentum().value_or(0) == 0)
    return refuseKey(*this, "nesterov",
                     "found Nesterov steps without momentum, expected a "
                     "'momentum' above 0",
                     "such as momentum = 0.9");
  // sgd_c2
  if (getDampening() && *getDampening() != 0)
    return refuseKey(*this, "dampening",
                     "found " + show(*getDampening()) +
                         " beside Nesterov steps, expected 0",
                     "leave 'dampening' out");
  return success();
}

SmallVector<SlotSpec> SgdOp::getSlots() {
  if (!getMomentum())
    return {};
  return {{"momentum_buffer"}};
}

std::optional<double> SgdOp::getMomentum() {
  double momentum = *getOwnMomentum();
  return momentum > 0 ? std::optional<double>(momentum) : std::nullopt;
}

SmallVector<std::string> SgdOp::getUniforms() {
  return {"minus_lr", "momentum", "undampened"};
}

SmallVector<Value> SgdOp::emitUniforms(Scalar &s, const StepPoint &point) {
  Value momentum = point.momentum ? point.momentum : s.f64(*getOwnMomentum());
  Value first = s.compare(arith::CmpIPredicate::eq, point.step, s.i64(0));
  Value undampened = s.select(first, s.f64(1), s.f64(1 - *getDampening()));
  return {s.neg(point.lr), momentum, undampened};
}

SmallVector<Value> SgdOp::emitUpdate(Scalar &s, const ElementPoint &point) {
  Value minusLr = point.uniforms[0], momentum = point.uniforms[1],
        undampened = point.uniforms[2];
  Value g = s.fma(point.weightDecay, point.parameter, point.gradient);
  if (!getMomentum())
    return {s.fma(minusLr, g, point.parameter)};
  Value buffer = s.fma(momentum, point.slots[0], s.mul(undampened, g));
  Value direction = *getNesterov() ? s.fma(momentum, buffer, g) : buffer;
  return {s.fma(minusLr, direction, point.parameter), buffer};
}
