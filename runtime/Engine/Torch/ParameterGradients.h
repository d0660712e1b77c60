//===- ParameterGradients.h - where gradients are gathered ------*- C++ -*-===//
//
// A parameter's gradient has its place in the runtime's memory, in f32. What a
// step's first use of the parameter gives is copied there, what others give is
// added.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_TORCH_PARAMETERGRADIENTS_H
#define DSC_RUNTIME_ENGINE_TORCH_PARAMETERGRADIENTS_H

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace dsc::torch_engine {

class ParameterGradients {
public:
  /// `places` are undefined for parameters that are frozen.
  void bind(std::vector<at::Tensor> places);

  /// For each parameter, whether it has one.
  std::vector<bool> trained() const;

  /// Before a step; `isZeroed`: everything is to be added.
  void begin(bool isZeroed) { written.assign(written.size(), isZeroed); }

  void write(int32_t parameter, const at::Tensor &gradient);

  /// The product of two matrices, in the form that costs least.
  void writeProduct(int32_t parameter, const at::Tensor &left,
                    const at::Tensor &right);

  /// Those of several parameters; undefined ones are left out. A device copies
  /// all in one kernel: one for each would take longer to begin than to run.
  void write(std::span<const int32_t> parameters,
             std::span<const at::Tensor> gradients);

  /// Zeroes those of `which` that nothing was written to.
  void finish(std::span<const int32_t> which);

private:
  std::vector<at::Tensor> places;
  std::vector<bool> written;
};

} // namespace dsc::torch_engine

#endif // DSC_RUNTIME_ENGINE_TORCH_PARAMETERGRADIENTS_H
