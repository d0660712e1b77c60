//===- Buckets.h - what ranks exchange at once ------------------*- C++ -*-===//
//
// The trained arena is cut into buckets, each a whole number of reduction
// blocks of one group. A bucket is exchanged as soon as backward has made its
// last gradient final, so they are ordered by that. Sharded gradients only pass
// through memory on their way to the rank that keeps them: buckets whose
// gradients are never there at one time share a place.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_PLACE_BUCKETS_H
#define DSC_COMPILER_TRANSFORMS_PLACE_BUCKETS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>

namespace dsc {

/// A trained parameter: its place in the arena and the units that use it, which
/// count in forward's order.
struct BucketItem {
  int64_t begin = 0, end = 0;
  int64_t firstUnit = 0; ///< its backward makes the gradient final
  int64_t lastUnit = 0;  ///< its backward writes the gradient first
};

/// Elements [begin, end) of the arena, and what happens to them when.
struct BucketRange {
  int64_t begin = 0, end = 0;
  int64_t firstUnit = 0;   ///< whose forward reads them first
  int64_t readyUnit = 0;   ///< whose backward makes all gradients final
  int64_t writtenUnit = 0; ///< whose backward writes a gradient first
  int64_t passing = -1;    ///< first element of its place
  int64_t size() const { return end - begin; }
};

/// Elements of a bucket for an arena of this size: eight buckets, but none so
/// small that the latency of an exchange counts, nor so large that the last one
/// is waited for.
int64_t bucketTarget(int64_t elements);

/// Cuts one group, [begin, end), whose items are in the order of the arena.
/// Cuts lie where another unit's parameters start, where that is a whole block.
llvm::SmallVector<BucketRange> cutBuckets(int64_t begin, int64_t end,
                                          llvm::ArrayRef<BucketItem> items,
                                          int64_t target);

/// Orders buckets by the time at which backward has made them ready.
void orderBuckets(llvm::SmallVectorImpl<BucketRange> &buckets);

/// Gives every bucket a place from its first write to some time after it is
/// ready; returns the elements of all places. Buckets that share a parameter
/// lie side by side, since its gradient is one tensor.
int64_t placeBuckets(llvm::MutableArrayRef<BucketRange> buckets,
                     llvm::ArrayRef<BucketItem> items);

/// Whether `later` takes elements of the place that `earlier` had before it.
bool takesPlace(const BucketRange &later, const BucketRange &earlier);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_PLACE_BUCKETS_H
