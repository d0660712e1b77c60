//===- SubtreesTest.cpp - the same additions at every number of ranks -----===//

#include "runtime/Artifact/Subtrees.h"

#include <gtest/gtest.h>
#include <string>

using namespace dsc;

namespace {

/// The tree as its definition says: level by level, an odd last one passes up.
std::string wholeTree(int64_t leaves) {
  std::vector<std::string> level;
  for (int64_t leaf = 0; leaf < leaves; ++leaf)
    level.push_back(std::to_string(leaf));
  while (level.size() > 1) {
    std::vector<std::string> next;
    for (size_t i = 0; i < level.size(); i += 2)
      next.push_back(i + 1 == level.size()
                         ? level[i]
                         : "(" + level[i] + "+" + level[i + 1] + ")");
    level = next;
  }
  return level.front();
}

/// What a rank's slots hold once it has run its leaves.
std::vector<std::string> slotsOf(int64_t leaves, int64_t rank, int64_t ranks,
                                 int64_t depth) {
  std::vector<std::string> slots(depth);
  int64_t leaf = leavesOf(leaves, rank, ranks).begin;
  for (SubtreeKeep keep : listKeeps(leaves, rank, ranks)) {
    std::string sum = std::to_string(leaf++);
    int64_t slot = keep.waiting;
    for (int64_t i = 0; i < keep.additions; ++i) {
      EXPECT_GT(slot, 0);
      --slot;
      sum = "(" + slots.at(slot) + "+" + sum + ")";
    }
    EXPECT_LT(slot, depth);
    slots.at(slot) = sum;
  }
  slots.resize(listRoots(leaves, rank, ranks).size());
  return slots;
}

std::string treeOf(int64_t leaves, int64_t ranks) {
  std::vector<std::string> roots;
  for (int64_t rank = 0; rank < ranks; ++rank)
    for (const std::string &sum :
         slotsOf(leaves, rank, ranks, subtreeDepth(leaves)))
      roots.push_back(sum);
  for (SubtreeJoin join : listJoins(leaves, ranks)) {
    roots.at(join.left) =
        "(" + roots.at(join.left) + "+" + roots.at(join.right) + ")";
    roots.at(join.right).clear();
  }
  return roots.front();
}

TEST(Subtrees, AnyNumberOfRanksMakesTheSameTree) {
  for (int64_t leaves = 1; leaves <= 96; ++leaves)
    for (int64_t ranks = 1; ranks <= leaves; ++ranks)
      if (leaves % ranks == 0) {
        EXPECT_EQ(treeOf(leaves, ranks), wholeTree(leaves))
            << leaves << " leaves on " << ranks << " ranks";
      }
}

TEST(Subtrees, TwelveLeavesOnThreeRanks) {
  EXPECT_EQ(wholeTree(12), "((((0+1)+(2+3))+((4+5)+(6+7)))+((8+9)+(10+11)))");
  EXPECT_EQ(listRoots(12, 1, 3), (std::vector<Subtree>{{4, 8}}));
  EXPECT_EQ(listRoots(12, 1, 4), (std::vector<Subtree>{{3, 4}, {4, 6}}));
  EXPECT_EQ(listKeeps(12, 1, 4),
            (std::vector<SubtreeKeep>{{0, 0}, {1, 0}, {2, 1}}));
  EXPECT_EQ(listJoins(12, 3), (std::vector<SubtreeJoin>{{0, 1}, {0, 2}}));
}

TEST(Subtrees, DepthIsThatOfTheWorstRank) {
  EXPECT_EQ(subtreeDepth(1), 1);
  EXPECT_EQ(subtreeDepth(2), 1);
  EXPECT_EQ(subtreeDepth(4), 2);
  EXPECT_EQ(subtreeDepth(12), 3);
  EXPECT_LE(subtreeDepth(kMostVirtualRanks), 13);
}

} // namespace
