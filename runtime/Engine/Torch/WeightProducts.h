//===- WeightProducts.h - gradients that backward does not wait for -------===//
//
// A layer multiplies its input by a weight. Of its three gradients only that of
// the input is read on by backward; those of weight and bias are wanted at the
// end of the step. So autograd sees the parameters as constants, and a hook on
// the layer's result computes their gradients on a branch beside it:
//
//   y = x W + b:  dW = x' dy,  db = sum of dy over the rows
//
// with the formulas of LibTorch's own derivatives (pytorch/pytorch,
// tools/autograd/derivatives.yaml: addmm, linear).
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_WEIGHTPRODUCTS_H
#define DSC_RUNTIME_ENGINE_TORCH_WEIGHTPRODUCTS_H

#include "runtime/Engine/Torch/BoundGraph.h"
#include "runtime/Engine/Torch/ParameterGradients.h"
#include "runtime/Engine/Torch/Place.h"

namespace dsc::torch_engine {

class WeightProducts {
public:
  explicit WeightProducts(ParameterGradients &gradients)
      : gradients(gradients) {}

  /// Whether the gradients of this call's parameters are computed here. Its
  /// input has to be differentiated: else its result leads nowhere.
  static bool takes(const BoundCall &call,
                    const std::vector<at::Tensor> &values);

  /// Has the gradients computed when `result` has its own.
  void watch(const WeightProduct &product, const at::Tensor &input,
             const at::Tensor &result);

  /// What comes now sees all gradients.
  void join() { branch.join(); }

private:
  void differentiate(const WeightProduct &product, const at::Tensor &input,
                     const at::Tensor &gradient);

  ParameterGradients &gradients;
  Branch branch;
};

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_WEIGHTPRODUCTS_H
