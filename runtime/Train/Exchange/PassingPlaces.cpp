//===- PassingPlaces.cpp --------------------------------------------------===//

#include "runtime/Train/Exchange/PassingPlaces.h"

#include <algorithm>

using namespace dsc;

using Ranges = std::vector<ElementRange>;

/// Where the bucket's parts of trained parameters lie in `passing`, in order.
static Ranges listGradients(const plan::Plan &plan,
                            const plan::Bucket &bucket) {
  Ranges ranges;
  for (const plan::Parameter *parameter : *plan.parameters()) {
    int64_t begin = std::max(parameter->offset(), bucket.begin());
    int64_t end =
        std::min(parameter->offset() + parameter->size(), bucket.end());
    int64_t moved = bucket.passing() - bucket.begin();
    if (!parameter->frozen() && begin < end)
      ranges.push_back({begin + moved, end + moved});
  }
  std::sort(ranges.begin(), ranges.end(),
            [](auto &a, auto &b) { return a.begin < b.begin; });
  return ranges;
}

static Ranges listGaps(const plan::Bucket &bucket, const Ranges &gradients) {
  Ranges gaps;
  int64_t next = bucket.passing();
  int64_t last = next + bucket.end() - bucket.begin();
  for (ElementRange range : gradients) {
    if (next < range.begin)
      gaps.push_back({next, range.begin});
    next = range.end;
  }
  if (next < last)
    gaps.push_back({next, last});
  return gaps;
}

std::vector<Ranges> dsc::listSharedGaps(const plan::Plan &plan) {
  std::vector<Ranges> gradients, shared;
  for (const plan::Bucket *bucket : *plan.buckets())
    gradients.push_back(listGradients(plan, *bucket));
  // A bucket's own gradients never lie in its gaps.
  auto isWritten = [&](ElementRange gap) {
    return std::any_of(gradients.begin(), gradients.end(), [&](auto &other) {
      return std::any_of(other.begin(), other.end(), [&](ElementRange range) {
        return range.begin < gap.end && gap.begin < range.end;
      });
    });
  };
  for (const plan::Bucket *bucket : *plan.buckets()) {
    Ranges gaps = listGaps(*bucket, gradients[shared.size()]);
    std::erase_if(gaps, [&](ElementRange gap) { return !isWritten(gap); });
    shared.push_back(std::move(gaps));
  }
  return shared;
}
