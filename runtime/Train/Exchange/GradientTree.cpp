//===- GradientTree.cpp ---------------------------------------------------===//

#include "runtime/Train/Exchange/GradientTree.h"

#include "runtime/Artifact/Artifact.h"

#include <algorithm>

using namespace dsc;

GradientTree::GradientTree(const plan::Plan &plan, Device &device,
                           Collectives &exchange)
    : plan(plan), device(device), exchange(exchange),
      gradients(findBuffer(plan, "grad")),
      subtrees(findBuffer(plan, "subtrees")) {
  int64_t leaves = plan.training()->virtual_ranks();
  if (leaves == 0)
    return;
  int64_t ranks = exchange.size();
  elements = plan.buffers()->Get(gradients)->count();
  keeps = listKeeps(leaves, exchange.rank(), ranks);
  joins = listJoins(leaves, ranks);
  for (int64_t rank = 0; rank < ranks; ++rank)
    roots.push_back(int64_t(listRoots(leaves, rank, ranks).size()));
  if (int64_t most = fetchedElements(plan, exchange.rank(), ranks))
    fetched =
        static_cast<float *>(device.scratch(most * int64_t(sizeof(float))));
}

float *GradientTree::slot(int64_t index, int64_t element) const {
  return static_cast<float *>(device.address(subtrees)) + index * elements +
         element;
}

void GradientTree::keep() {
  device.keepSum(gradients, subtrees, keeps, leaf++ % keeps.size());
}

/// All ranks' roots over this rank's part of the bucket, in the order of ranks.
std::vector<float *> GradientTree::rootsOf(const plan::Bucket &bucket) const {
  ElementRange part = shardOf(bucket, exchange.rank(), exchange.size());
  std::vector<float *> all;
  float *next = fetched;
  for (int64_t rank = 0; rank < exchange.size(); ++rank)
    for (int64_t root = 0; root < roots[size_t(rank)]; ++root)
      if (rank == exchange.rank()) {
        all.push_back(slot(root, part.begin));
      } else {
        all.push_back(next);
        next += part.size();
      }
  return all;
}

void GradientTree::collect(const plan::Bucket &bucket) {
  int64_t ranks = exchange.size(), self = exchange.rank();
  int64_t own = shardOf(bucket, self, ranks).size();
  std::vector<float *> all = rootsOf(bucket);
  auto place = all.begin();
  std::vector<Transfer> sends, receives;
  for (int64_t rank = 0; rank < ranks; ++rank) {
    ElementRange theirs = shardOf(bucket, rank, ranks);
    for (int64_t root = 0; rank != self && root < roots[size_t(self)]; ++root)
      sends.push_back({int(rank), slot(root, theirs.begin),
                       theirs.size() * int64_t(sizeof(float))});
    for (int64_t root = 0; root < roots[size_t(rank)]; ++root, ++place)
      if (rank != self)
        receives.push_back({int(rank), *place, own * int64_t(sizeof(float))});
  }
  exchange.transfer(sends, receives);
}

void GradientTree::join(const plan::Bucket &bucket) {
  ElementRange part = shardOf(bucket, exchange.rank(), exchange.size());
  auto *sums = static_cast<float *>(device.address(gradients));
  device.joinSums({rootsOf(bucket), joins, sums + part.begin, part.size()});
}
