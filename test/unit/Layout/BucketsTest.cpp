//===- BucketsTest.cpp - what ranks exchange at once, and where -----------===//

#include "compiler/Transforms/Place/Buckets.h"

#include "runtime/Artifact/KernelAbi.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace dsc;

namespace {

constexpr int64_t kBlock = kBlockElements;

/// A group of one parameter for each unit, the last unit's first.
std::vector<BucketItem> oneForEachUnit(int64_t units, int64_t size) {
  std::vector<BucketItem> items;
  for (int64_t i = 0; i < units; ++i)
    items.push_back({i * size, (i + 1) * size, units - 1 - i, units - 1 - i});
  return items;
}

TEST(Buckets, TargetIsAnEighthWithinBounds) {
  EXPECT_EQ(bucketTarget(0), 256 << 10);
  EXPECT_EQ(bucketTarget(8'000'000), 1'003'520);
  EXPECT_EQ(bucketTarget(1'000'000'000), 4 << 20);
}

TEST(Buckets, AGroupIsCutWhereUnitsBegin) {
  auto buckets =
      cutBuckets(0, 8 * kBlock, oneForEachUnit(8, kBlock), 2 * kBlock);
  ASSERT_EQ(buckets.size(), 8u);
  EXPECT_EQ(buckets[1].begin, kBlock);
  EXPECT_EQ(buckets[1].readyUnit, 6);
  EXPECT_EQ(buckets[1].firstUnit, 6);
}

TEST(Buckets, ALargeParameterIsCutInto) {
  std::vector<BucketItem> items = {{0, 11 * kBlock, 0, 3}};
  auto buckets = cutBuckets(0, 11 * kBlock, items, 4 * kBlock);
  ASSERT_EQ(buckets.size(), 3u);
  EXPECT_EQ(buckets[2].begin, 8 * kBlock);
  // Its gradient is one tensor: its pieces lie side by side.
  EXPECT_EQ(placeBuckets(buckets, items), 11 * kBlock);
  EXPECT_EQ(buckets[2].passing - buckets[0].passing, 8 * kBlock);
}

TEST(Buckets, AnEmptyGroupHasNone) {
  EXPECT_TRUE(cutBuckets(kBlock, kBlock, {}, kBlock).empty());
}

TEST(Buckets, PlacesAreUsedAgain) {
  auto items = oneForEachUnit(8, kBlock);
  auto buckets = cutBuckets(0, 8 * kBlock, items, kBlock);
  orderBuckets(buckets);
  // One is written, one is on its way.
  EXPECT_EQ(placeBuckets(buckets, items), 2 * kBlock);
  EXPECT_EQ(buckets[0].passing, buckets[2].passing);
  EXPECT_TRUE(takesPlace(buckets[2], buckets[0]));
  EXPECT_FALSE(takesPlace(buckets[0], buckets[2]));
  EXPECT_FALSE(takesPlace(buckets[1], buckets[0]));
}

TEST(Buckets, ATiedGradientIsThereFromItsFirstWrite) {
  std::vector<BucketItem> items = {{0, kBlock, 2, 2},
                                   {kBlock, 2 * kBlock, 1, 1},
                                   {2 * kBlock, 3 * kBlock, 0, 2}};
  auto buckets = cutBuckets(0, 3 * kBlock, items, kBlock);
  orderBuckets(buckets);
  EXPECT_EQ(buckets[2].writtenUnit, 2);
  EXPECT_EQ(placeBuckets(buckets, items), 3 * kBlock);
}

struct Model {
  std::vector<BucketItem> items;
  int64_t end = 0;
};

Model randomModel(std::mt19937 &random) {
  Model model;
  int64_t units = 1 + random() % 12;
  for (int64_t unit = units - 1; unit >= 0; --unit)
    for (int count = random() % 4; count > 0; --count) {
      int64_t size = 1 + random() % (random() % 4 ? 3000 : 60000);
      bool tied = random() % 8 == 0;
      int64_t last = tied ? unit + random() % (units - unit) : unit;
      model.items.push_back({model.end, model.end + size, unit, last});
      model.end += (size + 15) / 16 * 16;
    }
  model.end = (model.end + kBlock - 1) / kBlock * kBlock;
  return model;
}

/// Whether two buckets' gradients are in memory at one time.
bool meet(const BucketRange &a, const BucketRange &b) {
  return a.readyUnit <= b.writtenUnit && b.readyUnit <= a.writtenUnit;
}

TEST(Buckets, FillTheArenaInOrderAndNeverMeetInOnePlace) {
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    Model model = randomModel(random);
    int64_t target = kBlock * (1 + random() % 6);
    auto buckets = cutBuckets(0, model.end, model.items, target);
    int64_t next = 0;
    for (const BucketRange &bucket : buckets) {
      EXPECT_EQ(bucket.begin, next);
      EXPECT_GT(bucket.size(), 0);
      EXPECT_EQ(bucket.size() % kBlock, 0);
      EXPECT_LE(bucket.size(), 3 * target);
      next = bucket.end;
    }
    EXPECT_EQ(next, model.end);
    orderBuckets(buckets);
    int64_t elements = placeBuckets(buckets, model.items);
    for (size_t i = 0; i < buckets.size(); ++i) {
      EXPECT_GE(buckets[i].passing, 0);
      EXPECT_LE(buckets[i].passing + buckets[i].size(), elements);
      for (size_t j = 0; j < i; ++j) {
        EXPECT_GE(buckets[j].readyUnit, buckets[i].readyUnit);
        bool apart =
            buckets[i].passing + buckets[i].size() <= buckets[j].passing ||
            buckets[j].passing + buckets[j].size() <= buckets[i].passing;
        EXPECT_TRUE(apart || !meet(buckets[i], buckets[j]));
      }
    }
    EXPECT_LE(elements, model.end);
  }
}

/// A gradient that several buckets hold is one tensor.
TEST(Buckets, PiecesOfAParameterLieSideBySide) {
  std::mt19937 random(12);
  for (int round = 0; round < 200; ++round) {
    Model model = randomModel(random);
    auto buckets = cutBuckets(0, model.end, model.items, kBlock);
    placeBuckets(buckets, model.items);
    for (const BucketItem &item : model.items)
      for (size_t i = 1; i < buckets.size(); ++i)
        if (item.begin < buckets[i].begin && buckets[i].begin < item.end) {
          EXPECT_EQ(buckets[i].passing,
                    buckets[i - 1].passing + buckets[i - 1].size());
        }
  }
}

} // namespace
