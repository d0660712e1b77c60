//===- NormTest.cpp - the reduction that the IR defines -------------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include <cmath>
#include <numeric>

using namespace dsc;
using namespace dsc::test;

namespace {

/// Adds `values` in a tree of neighbours, an odd last one passing up.
double addNeighbours(std::vector<double> values) {
  while (values.size() > 1) {
    std::vector<double> next;
    for (size_t i = 0; i < values.size(); i += 2)
      next.push_back(i + 1 < values.size() ? values[i] + values[i + 1]
                                           : values[i]);
    values = next;
  }
  return values[0];
}

/// The sum of squares as design.md, section 5, defines it.
double sumOfSquares(const float *values, int64_t count) {
  std::vector<double> blocks;
  for (int64_t start = 0; start < count; start += 4096) {
    double lanes[16] = {};
    for (int64_t i = 0; i < 4096 && start + i < count; ++i)
      lanes[i % 16] += double(values[start + i]) * double(values[start + i]);
    for (int half = 8; half >= 1; half /= 2)
      for (int lane = 0; lane < half; ++lane)
        lanes[lane] += lanes[lane + half];
    blocks.push_back(lanes[0]);
  }
  return addNeighbours(blocks);
}

class Norm : public testing::TestWithParam<std::string> {};

} // namespace

INSTANTIATE_TEST_SUITE_P(Levels, Norm, testing::ValuesIn(runnableLevels()),
                         [](const auto &info) {
                           return info.param.substr(info.param.size() - 2);
                         });

TEST_P(Norm, IsTheDefinedTree) {
  for (int64_t blocks : {1, 2, 3, 5, 6, 7, 8, 13, 33})
    for (int64_t missing : {0, 1, 15, 16, 4000}) {
      int64_t elements = blocks * kBlockElements - missing;
      Program program(singleGroup("sgd", elements));
      Machine machine(program, GetParam());
      fill(machine.f32("grad"), elements, blocks, 0.1);
      // In pieces, last first: the blocks are independent.
      machine.run("norm", blocks / 2, blocks);
      machine.run("norm", 0, blocks / 2);
      machine.run("finish", 0, blocks);
      double expected = std::sqrt(sumOfSquares(machine.f32("grad"), elements));
      ASSERT_EQ(bitsOf(machine.uniform("grad_norm")), bitsOf(expected))
          << elements;
      ASSERT_EQ(machine.uniform("finite"), 1);
    }
}

TEST_P(Norm, FindsWhatIsNotFinite) {
  const int64_t elements = 2 * kBlockElements + 3;
  Program program(singleGroup("sgd", elements));
  Machine machine(program, GetParam());
  for (float bad : {INFINITY, -INFINITY, NAN})
    for (int64_t where : {int64_t(0), int64_t(4100), elements - 1}) {
      fill(machine.f32("grad"), elements, 1, 0.1);
      machine.f32("grad")[where] = bad;
      machine.run("norm", 0, 3);
      machine.run("finish", 0, 3);
      EXPECT_EQ(machine.uniform("finite"), 0);
    }
  // The largest floats are no infinity.
  std::fill_n(machine.f32("grad"), elements, 3.4e38f);
  machine.run("norm", 0, 3);
  machine.run("finish", 0, 3);
  EXPECT_EQ(machine.uniform("finite"), 1);
  EXPECT_TRUE(std::isfinite(machine.uniform("grad_norm")));
}

TEST_P(Norm, ReadsNothingPastTheArena) {
  const int64_t elements = kBlockElements + 21;
  Program program(singleGroup("sgd", elements));
  Machine machine(program, GetParam());
  machine.buffers["grad"] = Memory(elements + 4096, 4);
  std::fill_n(machine.f32("grad"), elements + 4096, NAN);
  fill(machine.f32("grad"), elements, 1, 0.1);
  machine.run("norm", 0, 2);
  machine.run("finish", 0, 2);
  EXPECT_EQ(bitsOf(machine.uniform("grad_norm")),
            bitsOf(std::sqrt(sumOfSquares(machine.f32("grad"), elements))));
}
