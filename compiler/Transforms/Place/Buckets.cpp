//===- Buckets.cpp --------------------------------------------------------===//

#include "compiler/Transforms/Place/Buckets.h"

#include "runtime/Artifact/KernelAbi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>

using namespace dsc;

static constexpr int64_t kSmallestTarget = int64_t(256) << 10;
static constexpr int64_t kLargestTarget = int64_t(4) << 20;

int64_t dsc::bucketTarget(int64_t elements) {
  return llvm::alignTo(
      std::clamp(elements / 8, kSmallestTarget, kLargestTarget),
      kBlockElements);
}

//===----------------------------------------------------------------------===//
// Cuts
//===----------------------------------------------------------------------===//

/// Places at which to cut a group.
static llvm::SmallVector<int64_t>
listCuts(int64_t begin, llvm::ArrayRef<BucketItem> items, int64_t target) {
  llvm::SmallVector<int64_t> cuts{begin};
  int64_t unit = items.empty() ? 0 : items.front().firstUnit;
  for (const BucketItem &item : items) {
    bool fits = item.begin % kBlockElements == 0 && item.firstUnit != unit;
    if (fits && item.begin - cuts.back() >= target / 2)
      cuts.push_back(item.begin);
    unit = item.firstUnit;
    // What is left of a large unit is no smaller than half a bucket.
    while (item.end - cuts.back() > target + target / 2)
      cuts.push_back(cuts.back() + target);
  }
  return cuts;
}

/// What happens when to the parameters of a range.
static void readUnits(BucketRange &bucket, llvm::ArrayRef<BucketItem> items) {
  bool first = true;
  for (const BucketItem &item : items) {
    if (item.begin >= bucket.end || item.end <= bucket.begin)
      continue;
    bucket.firstUnit =
        first ? item.firstUnit : std::min(bucket.firstUnit, item.firstUnit);
    bucket.writtenUnit =
        first ? item.lastUnit : std::max(bucket.writtenUnit, item.lastUnit);
    first = false;
  }
  // Backward goes the other way: what is read first is final last.
  bucket.readyUnit = bucket.firstUnit;
}

llvm::SmallVector<BucketRange> dsc::cutBuckets(int64_t begin, int64_t end,
                                               llvm::ArrayRef<BucketItem> items,
                                               int64_t target) {
  llvm::SmallVector<BucketRange> buckets;
  if (begin == end)
    return buckets;
  auto cuts = listCuts(begin, items, llvm::alignTo(target, kBlockElements));
  cuts.push_back(end);
  for (size_t i = 0; i + 1 < cuts.size(); ++i) {
    BucketRange &bucket = buckets.emplace_back();
    bucket.begin = cuts[i];
    bucket.end = cuts[i + 1];
    readUnits(bucket, items);
  }
  return buckets;
}

void dsc::orderBuckets(llvm::SmallVectorImpl<BucketRange> &buckets) {
  llvm::stable_sort(buckets, [](const BucketRange &a, const BucketRange &b) {
    return a.readyUnit != b.readyUnit ? a.readyUnit > b.readyUnit
                                      : a.begin < b.begin;
  });
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

namespace {

/// Buckets that lie side by side in the arena and share parameters.
struct Cluster {
  llvm::SmallVector<BucketRange *> buckets; ///< in the order of the arena
  int64_t readyUnit = 0, writtenUnit = 0;
  int64_t passing = 0;
  int64_t size() const { return buckets.back()->end - buckets.front()->begin; }
};

} // namespace

static bool isCrossed(int64_t cut, llvm::ArrayRef<BucketItem> items) {
  return llvm::any_of(items, [&](const BucketItem &item) {
    return item.begin < cut && cut < item.end;
  });
}

static llvm::SmallVector<Cluster>
formClusters(llvm::MutableArrayRef<BucketRange> buckets,
             llvm::ArrayRef<BucketItem> items) {
  llvm::SmallVector<BucketRange *> order;
  for (BucketRange &bucket : buckets)
    order.push_back(&bucket);
  llvm::sort(order, [](auto *a, auto *b) { return a->begin < b->begin; });
  llvm::SmallVector<Cluster> clusters;
  for (BucketRange *bucket : order) {
    if (clusters.empty() || !isCrossed(bucket->begin, items))
      clusters.push_back({{}, bucket->readyUnit, bucket->writtenUnit, 0});
    Cluster &last = clusters.back();
    last.buckets.push_back(bucket);
    last.readyUnit = std::min(last.readyUnit, bucket->readyUnit);
    last.writtenUnit = std::max(last.writtenUnit, bucket->writtenUnit);
  }
  return clusters;
}

/// A place is free again once another unit's backward has gone by since it was
/// ready: the exchange goes on meanwhile, and the next one need not wait.
static bool meet(const Cluster &earlier, const Cluster &later) {
  return earlier.readyUnit <= later.writtenUnit + 1;
}

/// The lowest place beside those of all clusters that it meets.
static int64_t findPlace(const Cluster &cluster,
                         llvm::ArrayRef<Cluster> before) {
  llvm::SmallVector<std::pair<int64_t, int64_t>> taken;
  for (const Cluster &other : before)
    if (meet(other, cluster))
      taken.push_back({other.passing, other.passing + other.size()});
  llvm::sort(taken);
  int64_t place = 0;
  for (auto [begin, end] : taken) {
    if (begin - place >= cluster.size())
      break;
    place = std::max(place, end);
  }
  return place;
}

int64_t dsc::placeBuckets(llvm::MutableArrayRef<BucketRange> buckets,
                          llvm::ArrayRef<BucketItem> items) {
  auto clusters = formClusters(buckets, items);
  llvm::stable_sort(clusters, [](const Cluster &a, const Cluster &b) {
    return a.writtenUnit > b.writtenUnit;
  });
  int64_t elements = 0;
  for (size_t i = 0; i < clusters.size(); ++i) {
    Cluster &cluster = clusters[i];
    cluster.passing =
        findPlace(cluster, llvm::ArrayRef<Cluster>(clusters).take_front(i));
    elements = std::max(elements, cluster.passing + cluster.size());
    for (BucketRange *bucket : cluster.buckets)
      bucket->passing =
          cluster.passing + bucket->begin - cluster.buckets.front()->begin;
  }
  return elements;
}

bool dsc::takesPlace(const BucketRange &later, const BucketRange &earlier) {
  return earlier.readyUnit > later.writtenUnit &&
         earlier.passing < later.passing + later.size() &&
         later.passing < earlier.passing + earlier.size();
}
