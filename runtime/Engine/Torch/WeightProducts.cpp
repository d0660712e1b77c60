//===- WeightProducts.cpp -------------------------------------------------===//

#include "runtime/Engine/Torch/WeightProducts.h"

#include <ATen/ops/sum.h>

#include <memory>

using namespace dsc;
using namespace dsc::torch_engine;

bool WeightProducts::takes(const BoundCall &call,
                           const std::vector<at::Tensor> &values) {
  if (!call.product)
    return false;
  const at::Tensor &input = values[call.product->input];
  return input.requires_grad() && input.dim() == 2;
}

void WeightProducts::watch(const WeightProduct &product,
                           const at::Tensor &input, const at::Tensor &result) {
  // The hook lives as long as the graph: it lets go of the input when it ran.
  auto kept = std::make_shared<at::Tensor>(input.detach());
  result.register_hook([this, product, kept](const at::Tensor &gradient) {
    at::Tensor input = std::move(*kept);
    if (!gradient.defined())
      return;
    branch.run(input.numel() * gradient.size(1), {input, gradient},
               [&] { differentiate(product, input, gradient); });
  });
}

void WeightProducts::differentiate(const WeightProduct &product,
                                   const at::Tensor &input,
                                   const at::Tensor &gradient) {
  if (product.isTransposed)
    gradients.writeProduct(product.weight, gradient.t(), input);
  else
    gradients.writeProduct(product.weight, input.t(), gradient);
  if (product.bias >= 0)
    gradients.write(product.bias, at::sum(gradient, at::IntArrayRef{0}));
}
