//===- GradientTree.cpp ---------------------------------------------------===//

#include "runtime/Train/GradientTree.h"

#include "runtime/Artifact/Artifact.h"

#include <algorithm>

using namespace dsc;

GradientTree::GradientTree(const plan::Plan &plan, Device &device,
                           Communicator &communicator)
    : plan(plan), device(device), communicator(communicator),
      gradients(findBuffer(plan, "grad")),
      subtrees(findBuffer(plan, "subtrees")) {
  int64_t leaves = plan.training()->virtual_ranks();
  if (leaves == 0)
    return;
  int64_t ranks = communicator.size();
  elements = plan.buffers()->Get(gradients)->count();
  keeps = listKeeps(leaves, communicator.rank(), ranks);
  joins = listJoins(leaves, ranks);
  for (int64_t rank = 0; rank < ranks; ++rank)
    roots.push_back(int64_t(listRoots(leaves, rank, ranks).size()));
}

float *GradientTree::slot(int64_t index, int64_t element) const {
  return static_cast<float *>(device.address(subtrees)) + index * elements +
         element;
}

void GradientTree::keep() {
  SubtreeKeep next = keeps[leaf++ % keeps.size()];
  FloatSpan sum{gradients, 0, elements};
  if (next.additions == 0)
    device.copy(sum, {subtrees, next.waiting * elements, elements});
  for (int64_t i = 1; i <= next.additions; ++i) {
    FloatSpan into{subtrees, (next.waiting - i) * elements, elements};
    device.add(sum, into);
    sum = into;
  }
}

/// All ranks' roots over this rank's part of the bucket, one after the other.
std::vector<float> GradientTree::collect(const plan::Bucket &bucket) const {
  int64_t ranks = communicator.size();
  ElementRange part = shardOf(bucket, communicator.rank(), ranks);
  std::vector<float> all;
  int64_t count = 0;
  for (int64_t own : roots)
    count += own;
  all.resize(size_t(count * part.size()));
  std::vector<Transfer> sends, receives;
  float *next = all.data();
  for (int64_t rank = 0; rank < ranks; ++rank) {
    ElementRange theirs = shardOf(bucket, rank, ranks);
    for (int64_t root = 0; root < roots[size_t(communicator.rank())]; ++root)
      sends.push_back({int(rank), slot(root, theirs.begin),
                       theirs.size() * int64_t(sizeof(float))});
    for (int64_t root = 0; root < roots[size_t(rank)]; ++root) {
      receives.push_back(
          {int(rank), next, part.size() * int64_t(sizeof(float))});
      next += part.size();
    }
  }
  communicator.transfer(sends, receives);
  return all;
}

void GradientTree::join(const plan::Bucket &bucket, bool ownPart) {
  int64_t ranks = communicator.size();
  ElementRange part = shardOf(bucket, communicator.rank(), ranks);
  std::vector<float> all = collect(bucket);
  for (SubtreeJoin addition : joins) {
    float *left = all.data() + addition.left * part.size();
    const float *right = all.data() + addition.right * part.size();
    for (int64_t i = 0; i < part.size(); ++i)
      left[i] += right[i];
  }
  auto *sums = static_cast<float *>(device.address(gradients));
  std::copy_n(all.data(), part.size(), sums + part.begin);
  if (!ownPart)
    communicator.allGather(sums, sizeof(float), shardBounds(bucket, ranks));
}
