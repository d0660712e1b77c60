//===- Peers.cpp ----------------------------------------------------------===//

#include "tools/bench/adamw/Peers.h"

#include <ATen/ops/_fused_adamw.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/optim/adamw.h>

using namespace dsc;
using namespace dsc::bench;

std::vector<at::Tensor> dsc::bench::views(const Update &update,
                                          const char *arena) {
  std::vector<at::Tensor> tensors;
  float *base = update.arena(arena).data();
  for (const plan::Parameter *parameter : *update.plan.parameters())
    tensors.push_back(at::from_blob(
        base + parameter->offset(),
        at::IntArrayRef(parameter->shape()->data(), parameter->shape()->size()),
        at::kFloat));
  return tensors;
}

std::vector<at::Tensor> dsc::bench::copies(const Update &update,
                                           const char *arena) {
  std::vector<at::Tensor> tensors = views(update, arena);
  for (at::Tensor &tensor : tensors)
    tensor = tensor.clone();
  return tensors;
}

//===----------------------------------------------------------------------===//
// torch::optim::AdamW
//===----------------------------------------------------------------------===//

struct LoopPeer::Optimizer {
  torch::optim::AdamW adamw;
};

LoopPeer::LoopPeer(const Update &update, const Numbers &numbers)
    : parameters(copies(update, "param")) {
  std::vector<at::Tensor> gradients = copies(update, "grad");
  for (size_t index = 0; index < parameters.size(); ++index) {
    parameters[index].requires_grad_();
    parameters[index].mutable_grad() = gradients[index];
  }
  auto options = torch::optim::AdamWOptions()
                     .betas({numbers.beta1, numbers.beta2})
                     .eps(numbers.eps)
                     .weight_decay(numbers.weightDecay);
  optimizer = std::make_unique<Optimizer>(
      Optimizer{torch::optim::AdamW(parameters, options)});
}

LoopPeer::~LoopPeer() = default;

void LoopPeer::run(double lr) {
  optimizer->adamw.param_groups()[0].options().set_lr(lr);
  optimizer->adamw.step();
}

void LoopPeer::runWithNorm(double lr) {
  torch::nn::utils::clip_grad_norm_(parameters, /*max_norm=*/1e30);
  run(lr);
}

//===----------------------------------------------------------------------===//
// at::_fused_adamw_
//===----------------------------------------------------------------------===//

FusedPeer::FusedPeer(const Update &update, const Numbers &numbers, bool shared)
    : numbers(numbers) {
  auto tensors = shared ? views : copies;
  parameters = tensors(update, "param");
  gradients = tensors(update, "grad");
  first = tensors(update, "exp_avg");
  second = tensors(update, "exp_avg_sq");
  for (size_t index = 0; index < parameters.size(); ++index)
    steps.push_back(at::full({}, 0.0, at::kFloat));
}

void FusedPeer::run(double lr, int64_t step) {
  for (at::Tensor &tensor : steps)
    *tensor.mutable_data_ptr<float>() = float(step + 1);
  at::_fused_adamw_(parameters, gradients, first, second,
                    /*max_exp_avg_sqs=*/{}, steps, lr, numbers.beta1,
                    numbers.beta2, numbers.weightDecay, numbers.eps,
                    /*amsgrad=*/false, /*maximize=*/false);
}
