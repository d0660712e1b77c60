//===- ParameterGradients.cpp ---------------------------------------------===//

#include "runtime/Engine/Torch/ParameterGradients.h"

#include <ATen/ops/_foreach_copy.h>
#include <ATen/ops/mm.h>

using namespace dsc;
using namespace dsc::torch_engine;

void ParameterGradients::bind(std::vector<at::Tensor> newPlaces) {
  places = std::move(newPlaces);
  written.assign(places.size(), false);
}

std::vector<bool> ParameterGradients::trained() const {
  std::vector<bool> result;
  for (const at::Tensor &place : places)
    result.push_back(place.defined());
  return result;
}

void ParameterGradients::write(int32_t parameter, const at::Tensor &gradient) {
  if (!gradient.defined())
    return;
  if (written[parameter])
    places[parameter].add_(gradient);
  else
    places[parameter].copy_(gradient);
  written[parameter] = true;
}

void ParameterGradients::writeProduct(int32_t parameter, const at::Tensor &left,
                                      const at::Tensor &right) {
  at::Tensor &place = places[parameter];
  // On the host our own kernels stand behind at::mm alone (Kernels.h).
  if (written[parameter] || place.is_cpu() ||
      left.scalar_type() != place.scalar_type())
    return write(parameter, at::mm(left, right));
  at::mm_out(place, left, right);
  written[parameter] = true;
}

void ParameterGradients::write(std::span<const int32_t> parameters,
                               std::span<const at::Tensor> gradients) {
  std::vector<at::Tensor> to, from;
  for (size_t i = 0; i < parameters.size(); ++i) {
    at::Tensor &place = places[parameters[i]];
    const at::Tensor &gradient = gradients[i];
    // The kernel for many takes them only if all of them are laid out alike.
    if (!gradient.defined() || written[parameters[i]] ||
        gradient.strides() != place.strides()) {
      write(parameters[i], gradient);
      continue;
    }
    to.push_back(place);
    from.push_back(gradient);
    written[parameters[i]] = true;
  }
  if (!to.empty())
    at::_foreach_copy_(to, from);
}

void ParameterGradients::finish(std::span<const int32_t> which) {
  for (int32_t parameter : which)
    if (places[parameter].defined() && !written[parameter])
      places[parameter].zero_();
}
