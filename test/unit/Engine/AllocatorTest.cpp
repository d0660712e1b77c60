//===- AllocatorTest.cpp - memory for activations -------------------------===//
//
// Blocks come back for the next tensor of their size, never overlap, and are
// aligned for the widest vectors.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Engine/Harness.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>

#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;

TEST(Allocator, FreedMemoryServesTheNextTensor) {
  auto engine = openTorchEngine();
  for (int64_t size : {100, 5000, 300000, 3000000}) {
    const void *first = at::empty({size}, at::kFloat).const_data_ptr();
    EXPECT_EQ(first, at::empty({size}, at::kFloat).const_data_ptr()) << size;
  }
}

TEST(Allocator, TensorsDoNotOverlap) {
  auto engine = openTorchEngine();
  std::vector<at::Tensor> alive(64);
  std::vector<float> marks(64, 0);
  for (uint64_t round = 0; round < 4000; ++round) {
    size_t slot = round * 37 % 64;
    if (alive[slot].defined()) {
      const float *data = alive[slot].const_data_ptr<float>();
      for (int64_t i = 0; i < alive[slot].numel(); ++i)
        ASSERT_EQ(data[i], marks[slot]);
    }
    int64_t size = 1 + int64_t((noise(round) + 1) * (round % 5 ? 300 : 50000));
    marks[slot] = float(round);
    alive[slot] = at::full({size}, double(round), at::kFloat);
    ASSERT_EQ(reinterpret_cast<uintptr_t>(alive[slot].const_data_ptr()) % 64,
              0u);
  }
}

TEST(Allocator, EmptyTensorsAndImpossibleOnes) {
  auto engine = openTorchEngine();
  EXPECT_EQ(at::empty({0}, at::kFloat).numel(), 0);
  EXPECT_ANY_THROW(at::empty({int64_t(1) << 44}, at::kFloat));
  EXPECT_EQ(at::full({3}, 2.0, at::kFloat).sum().item().toDouble(), 6.0);
}
