//===- Subtrees.h - sums of micro-batches in a fixed order ------*- C++ -*-===//
//
// With virtual ranks a step is always the same V micro-batches, the leaves of a
// tree of sums: level by level neighbours are added in pairs, and an odd last
// one passes up as it is. A rank runs leaves that follow one another. It adds
// what lies whole within them as soon as it can, and keeps the roots that wait
// for a half that is another rank's. So the additions are the same, whatever
// the number of ranks.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_SUBTREES_H
#define DSC_RUNTIME_ARTIFACT_SUBTREES_H

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dsc {

/// More leaves than any batch is worth dividing into; the recipe language says
/// the same.
inline constexpr int64_t kMostVirtualRanks = 4096;

/// The sum of leaves [begin, end).
struct Subtree {
  int64_t begin = 0, end = 0;
  bool operator==(const Subtree &) const = default;
};

/// The leaves of rank `rank`, where `ranks` divides `leaves`.
inline Subtree leavesOf(int64_t leaves, int64_t rank, int64_t ranks) {
  return {leaves * rank / ranks, leaves * (rank + 1) / ranks};
}

/// Whether two sums that follow one another are the halves of a node: the left
/// one a whole power of two of leaves that starts at a multiple of twice that,
/// the right one as many, or all that are left.
inline bool areHalves(Subtree left, Subtree right, int64_t leaves) {
  int64_t half = left.end - left.begin;
  bool power = (half & (half - 1)) == 0;
  return power && left.begin % (2 * half) == 0 && left.end == right.begin &&
         right.end == std::min(left.end + half, leaves);
}

/// Sums that wait, in the order of their leaves.
class SubtreeStack {
public:
  explicit SubtreeStack(int64_t leaves) : leaves(leaves) {}

  /// Takes the sum that follows the last one. Returns how many additions it
  /// makes: with the last one that waits, the result with the one before, and
  /// so on.
  int64_t push(Subtree sum) {
    int64_t additions = 0;
    for (; !roots.empty() && areHalves(roots.back(), sum, leaves);
         ++additions) {
      sum.begin = roots.back().begin;
      roots.pop_back();
    }
    roots.push_back(sum);
    return additions;
  }

  const std::vector<Subtree> &waiting() const { return roots; }

private:
  int64_t leaves;
  std::vector<Subtree> roots;
};

/// What a rank does with the gradients g of one of its leaves, where the sums
/// that wait lie in slots 0, 1, ...: with no additions g goes into slot
/// `waiting`; else it is added to slot `waiting` - 1, that one to the slot
/// before, and so on, `additions` times in all.
struct SubtreeKeep {
  int64_t waiting = 0; ///< sums that wait before
  int64_t additions = 0;
  bool operator==(const SubtreeKeep &) const = default;
};

/// One for each leaf of a rank, in order.
inline std::vector<SubtreeKeep> listKeeps(int64_t leaves, int64_t rank,
                                          int64_t ranks) {
  Subtree own = leavesOf(leaves, rank, ranks);
  SubtreeStack stack(leaves);
  std::vector<SubtreeKeep> keeps;
  for (int64_t leaf = own.begin; leaf < own.end; ++leaf) {
    SubtreeKeep keep{int64_t(stack.waiting().size())};
    keep.additions = stack.push({leaf, leaf + 1});
    keeps.push_back(keep);
  }
  return keeps;
}

/// What waits once a rank has run all of its leaves: the roots in slots 0, 1,
/// ....
inline std::vector<Subtree> listRoots(int64_t leaves, int64_t rank,
                                      int64_t ranks) {
  Subtree own = leavesOf(leaves, rank, ranks);
  SubtreeStack stack(leaves);
  for (int64_t leaf = own.begin; leaf < own.end; ++leaf)
    stack.push({leaf, leaf + 1});
  return stack.waiting();
}

/// Roots of all other ranks: what a rank has to fetch to finish its part.
inline int64_t countFetchedRoots(int64_t leaves, int64_t rank, int64_t ranks) {
  int64_t count = 0;
  for (int64_t other = 0; other < ranks; ++other)
    if (other != rank)
      count += int64_t(listRoots(leaves, other, ranks).size());
  return count;
}

/// Adds root `right` to root `left`, which is its place from then on.
struct SubtreeJoin {
  int64_t left = 0, right = 0;
  bool operator==(const SubtreeJoin &) const = default;
};

/// The additions that finish the tree. Roots count over all ranks, those of a
/// rank in the order of its slots; the whole sum ends up in root 0. At as many
/// ranks as leaves these are all additions of the tree.
inline std::vector<SubtreeJoin> listJoins(int64_t leaves, int64_t ranks) {
  SubtreeStack stack(leaves);
  std::vector<int64_t> places; ///< of the sums that wait
  std::vector<SubtreeJoin> joins;
  int64_t next = 0;
  for (int64_t rank = 0; rank < ranks; ++rank)
    for (Subtree root : listRoots(leaves, rank, ranks)) {
      int64_t place = next++;
      for (int64_t additions = stack.push(root); additions > 0; --additions) {
        joins.push_back({places.back(), place});
        place = places.back();
        places.pop_back();
      }
      places.push_back(place);
    }
  return joins;
}

/// The most roots that wait at once on a rank, at any number of ranks that
/// divides `leaves`.
inline int64_t subtreeDepth(int64_t leaves) {
  int64_t most = 0;
  for (int64_t ranks = 1; ranks <= leaves; ++ranks) {
    if (leaves % ranks != 0)
      continue;
    for (int64_t rank = 0; rank < ranks; ++rank)
      for (SubtreeKeep keep : listKeeps(leaves, rank, ranks))
        most = std::max(most, keep.waiting - keep.additions + 1);
  }
  return most;
}

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_SUBTREES_H
