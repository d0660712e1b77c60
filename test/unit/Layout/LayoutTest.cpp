//===- LayoutTest.cpp - properties of the flat layout ---------------------===//

#include "compiler/Transforms/Layout/Layout.h"

#include "runtime/Artifact/KernelAbi.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

using namespace dsc;

namespace {

std::vector<LayoutItem> randomItems(std::mt19937 &random, int groups) {
  std::vector<LayoutItem> items(1 + random() % 40);
  for (LayoutItem &item : items)
    item = {int64_t(1 + random() % 9000), int(random() % (groups + 1)) - 1,
            int64_t(random() % 12)};
  return items;
}

TEST(Layout, PlacesEveryParameterOnceInsideItsGroup) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    int groups = 1 + random() % 4;
    auto items = randomItems(random, groups);
    Layout layout = layoutParameters(items, groups);
    for (size_t i = 0; i < items.size(); ++i) {
      EXPECT_EQ(layout.offsets[i] % kParameterAlignment, 0);
      LayoutRange range = items[i].group < 0 ? LayoutRange{0, layout.frozen}
                                             : layout.groups[items[i].group];
      EXPECT_GE(layout.offsets[i], range.begin);
      EXPECT_LE(layout.offsets[i] + items[i].size, range.end);
      for (size_t j = 0; j < i; ++j) {
        if ((items[i].group < 0) != (items[j].group < 0))
          continue; // different arenas
        bool apart = layout.offsets[i] + items[i].size <= layout.offsets[j] ||
                     layout.offsets[j] + items[j].size <= layout.offsets[i];
        EXPECT_TRUE(apart) << i << " and " << j;
      }
    }
  }
}

TEST(Layout, GroupsAreWholeBlocksOneAfterTheOther) {
  std::mt19937 random(8);
  auto items = randomItems(random, 3);
  Layout layout = layoutParameters(items, 3);
  int64_t next = 0;
  for (LayoutRange range : layout.groups) {
    EXPECT_EQ(range.begin, next);
    EXPECT_EQ(range.end % kBlockElements, 0);
    next = range.end;
  }
  EXPECT_EQ(layout.trained, next);
}

TEST(Layout, FollowsBackwardsOrderOfCompletion) {
  std::vector<LayoutItem> items = {{100, 0, 2}, {100, 0, 0}, {100, 0, 1}};
  Layout layout = layoutParameters(items, 1);
  EXPECT_EQ(layout.offsets[1], 0);
  EXPECT_EQ(layout.offsets[2], 128);
  EXPECT_EQ(layout.offsets[0], 256);
}

TEST(Layout, ALargeUnitStartsAtAWholeBlock) {
  std::vector<LayoutItem> items = {{100, 0, 0, 9},
                                   {100, 0, 1, 8},
                                   {16 * kBlockElements - 100, 0, 2, 8},
                                   {200, 0, 3, 7}};
  Layout layout = layoutParameters(items, 1);
  EXPECT_EQ(layout.offsets[1], kBlockElements);
  EXPECT_EQ(layout.offsets[2], kBlockElements + 128);
  EXPECT_EQ(layout.offsets[3] % kBlockElements, 64);
}

TEST(Layout, AnEmptyGroupHasAnEmptyRange) {
  std::vector<LayoutItem> items = {{5, 1, 0}};
  Layout layout = layoutParameters(items, 2);
  EXPECT_EQ(layout.groups[0].begin, layout.groups[0].end);
  EXPECT_EQ(layout.groups[1].end, kBlockElements);
}

} // namespace
