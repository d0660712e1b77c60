//===- GradientTree.h - sums of virtual ranks' gradients --------*- C++ -*-===//
//
// With virtual ranks every micro-batch is a leaf of one tree of sums, the same
// at every world size (Artifact/Subtrees.h). A rank adds what is its own as
// soon as it can; what is left is finished by the rank that owns the elements.
// No library adds anything.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_EXCHANGE_GRADIENTTREE_H
#define DSC_RUNTIME_TRAIN_EXCHANGE_GRADIENTTREE_H

#include "runtime/Artifact/Shards.h"
#include "runtime/Artifact/Subtrees.h"
#include "runtime/Collectives/Communicator.h"
#include "runtime/Device/Device.h"

namespace dsc {

/// Over the buffers `grad` and `subtrees`: slot k of the latter has elements
/// [k * n, (k + 1) * n) for an arena of n. Does nothing without virtual ranks.
class GradientTree {
public:
  /// All three outlive it.
  GradientTree(const plan::Plan &plan, Device &device, Collectives &exchange);

  /// Takes the gradients of the step's next micro-batch of this rank.
  void keep();

  /// Before join(): fetches other ranks' sums over this rank's part of the
  /// bucket. A collective call.
  void collect(const plan::Bucket &bucket);

  /// Finishes the sums of a bucket into `grad`: this rank's part.
  void join(const plan::Bucket &bucket);

  /// Before the first micro-batch of a step.
  void begin() { leaf = 0; }

private:
  float *slot(int64_t index, int64_t element) const;
  std::vector<float *> rootsOf(const plan::Bucket &bucket) const;

  const plan::Plan &plan;
  Device &device;
  Collectives &exchange;
  int gradients, subtrees;
  int64_t elements = 0; ///< of the arena
  std::vector<SubtreeKeep> keeps;
  std::vector<SubtreeJoin> joins;
  std::vector<int64_t> roots; ///< how many each rank has
  float *fetched = nullptr;   ///< other ranks' roots, one after the other
  size_t leaf = 0;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXCHANGE_GRADIENTTREE_H
