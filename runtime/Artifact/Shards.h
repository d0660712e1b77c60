//===- Shards.h - which part of a bucket is whose ---------------*- C++ -*-===//
//
// A shard is a whole number of reduction blocks of each bucket, so that every
// block's sum is made by one rank. Offsets are those of the arena, whatever the
// number of ranks.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_SHARDS_H
#define DSC_RUNTIME_ARTIFACT_SHARDS_H

#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Plan_generated.h"
#include "runtime/Artifact/Subtrees.h"

#include <algorithm>
#include <vector>

namespace dsc {

/// Elements [begin, end) of an arena.
struct ElementRange {
  int64_t begin = 0, end = 0;
  int64_t size() const { return end - begin; }
};

/// First element of rank `rank`'s part of a bucket; that of rank `ranks` is the
/// bucket's end.
inline int64_t shardBegin(ElementRange bucket, int64_t rank, int64_t ranks) {
  int64_t blocks = (bucket.size() + kBlockElements - 1) / kBlockElements;
  return rank == ranks ? bucket.end
                       : bucket.begin + blocks * rank / ranks * kBlockElements;
}

inline ElementRange shardOf(ElementRange bucket, int64_t rank, int64_t ranks) {
  return {shardBegin(bucket, rank, ranks), shardBegin(bucket, rank + 1, ranks)};
}

inline ElementRange shardOf(const plan::Bucket &bucket, int64_t rank,
                            int64_t ranks) {
  return shardOf(ElementRange{bucket.begin(), bucket.end()}, rank, ranks);
}

/// The bounds of all parts: rank r has [bounds[r], bounds[r + 1]).
inline std::vector<int64_t> shardBounds(const plan::Bucket &bucket,
                                        int64_t ranks) {
  std::vector<int64_t> bounds;
  for (int64_t rank = 0; rank <= ranks; ++rank)
    bounds.push_back(shardBegin({bucket.begin(), bucket.end()}, rank, ranks));
  return bounds;
}

/// What rank `rank` owns of elements [begin, end) of the trained arena.
inline std::vector<ElementRange> ownedParts(const plan::Plan &plan,
                                            int64_t rank, int64_t ranks,
                                            ElementRange range) {
  std::vector<ElementRange> parts;
  for (const plan::Bucket *bucket : *plan.buckets()) {
    ElementRange part = shardOf(*bucket, rank, ranks);
    part = {std::max(part.begin, range.begin), std::min(part.end, range.end)};
    if (part.begin < part.end)
      parts.push_back(part);
  }
  return parts;
}

/// Micro-batches of one rank in a step.
inline int64_t microBatches(const plan::Training &training, int64_t ranks) {
  if (training.virtual_ranks() > 0)
    return training.virtual_ranks() / ranks;
  return training.micro_batch() > 0
             ? training.batch() / (training.micro_batch() * ranks)
             : 1;
}

/// Elements that a rank takes for other ranks' sums over its part of a bucket,
/// one bucket after the other; none without virtual ranks.
inline int64_t fetchedElements(const plan::Plan &plan, int64_t rank,
                               int64_t ranks) {
  int64_t leaves = plan.training()->virtual_ranks(), most = 0;
  if (leaves == 0 || ranks == 1)
    return 0;
  for (const plan::Bucket *bucket : *plan.buckets())
    most = std::max(most, shardOf(*bucket, rank, ranks).size());
  return countFetchedRoots(leaves, rank, ranks) * most;
}

/// Whether gradients only pass through: they are sent on before their memory is
/// used again. With more than one micro-batch they have to stay until the last,
/// since ranks communicate once in a step.
inline bool gradientsPass(const plan::Plan &plan, int64_t ranks) {
  return ranks > 1 && plan.buckets()->size() > 0 &&
         plan.buckets()->Get(0)->passing() >= 0 &&
         microBatches(*plan.training(), ranks) == 1;
}

/// Whether a rank holds its own parts of a buffer and no others: gradients that
/// do not pass through are summed where they are.
inline bool isHeldInParts(const plan::Plan &plan, const plan::Buffer &buffer,
                          int64_t ranks) {
  bool isSummedThere =
      buffer.name()->string_view() == "grad" && !gradientsPass(plan, ranks);
  return ranks > 1 && buffer.placement() == plan::Placement::shard &&
         buffer.extent() == plan::Extent::element && !isSummedThere;
}

/// Whether nobody ever uses it.
inline bool isUnused(const plan::Plan &plan, const plan::Buffer &buffer,
                     int64_t ranks) {
  return buffer.name()->string_view() == "passing" &&
         !gradientsPass(plan, ranks);
}

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SHARDS_H
