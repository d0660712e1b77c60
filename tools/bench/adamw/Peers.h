//===- Peers.h - LibTorch's optimizers over the same shapes -----*- C++ -*-===//

#ifndef DSC_TOOLS_BENCH_ADAMW_PEERS_H
#define DSC_TOOLS_BENCH_ADAMW_PEERS_H

#include "tools/bench/adamw/Update.h"

#include <ATen/core/Tensor.h>

namespace dsc::bench {

/// AdamW's numbers, as the bench's recipe states them.
struct Numbers {
  double beta1, beta2, eps, weightDecay;
};

/// One tensor for each parameter of the plan: as LibTorch allocates it, with a
/// copy of the arena's values, or a view of the arena.
std::vector<at::Tensor> copies(const Update &update, const char *arena);
std::vector<at::Tensor> views(const Update &update, const char *arena);

/// torch::optim::AdamW from C++.
class LoopPeer {
public:
  LoopPeer(const Update &update, const Numbers &numbers);
  ~LoopPeer();
  void run(double lr);
  /// clip_grad_norm_ with a limit that clips nothing, then the update.
  void runWithNorm(double lr);

  std::vector<at::Tensor> parameters;

private:
  struct Optimizer;
  std::unique_ptr<Optimizer> optimizer;
};

/// at::_fused_adamw_.
class FusedPeer {
public:
  /// `shared`: over our arenas, huge pages and all; else over its own tensors.
  FusedPeer(const Update &update, const Numbers &numbers, bool shared);
  void run(double lr, int64_t step);

  std::vector<at::Tensor> parameters;

private:
  std::vector<at::Tensor> gradients, first, second, steps;
  Numbers numbers;
};

} // namespace dsc::bench

#endif // DSC_TOOLS_BENCH_ADAMW_PEERS_H
