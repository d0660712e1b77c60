//===- RankUpdate.h - a step's exchange and update on one rank --*- C++ -*-===//

#ifndef DSC_TOOLS_BENCH_EXCHANGE_RANKUPDATE_H
#define DSC_TOOLS_BENCH_EXCHANGE_RANKUPDATE_H

#include "runtime/Artifact/Artifact.h"
#include "runtime/Train/Exchange/Exchange.h"

namespace dsc::bench {

/// Gradients of ranks [first, first + ranks), summed: what backward leaves on
/// one of them, or what an exchange makes of all. Exact, however it is added.
void writeGradients(std::span<float> gradients, int64_t first, int64_t ranks);

/// A training binary's buffers and its step without the model: what the
/// runtime makes of the plan between the last backward and the next forward,
/// less the norm.
class RankUpdate {
public:
  RankUpdate(const Artifact &artifact, Communicator &communicator);

  /// The f32 buffer `name`: param, grad.
  std::span<float> arena(const char *name) const;

  /// All gradients are exchanged, then parameters are updated and reach all
  /// ranks, as the plan says.
  void run();

  /// Bucket by bucket, what is summed is updated while it is in the cache: what
  /// a step without norm and guard could be.
  void runFused();

private:
  const plan::Plan &plan;
  const plan::Program &update;
  KernelTable kernels;
  Communicator &communicator;
  std::unique_ptr<Device> device;
  std::optional<Exchange> exchange;
  int64_t step = 0;

  void beginStep();
  const plan::PlanOp &updateOf(int64_t element) const;
};

} // namespace dsc::bench

#endif // DSC_TOOLS_BENCH_EXCHANGE_RANKUPDATE_H
