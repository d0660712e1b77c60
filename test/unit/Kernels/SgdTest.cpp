//===- SgdTest.cpp - SGD against PyTorch's rules --------------------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include <cmath>
#include <tuple>

using namespace dsc;
using namespace dsc::test;

namespace {

constexpr int64_t kElements = 4133;

struct Variant {
  double momentum, dampening;
  bool nesterov;
};

/// torch.optim.SGD written down once more: decay into the gradient, the first
/// buffer is the gradient itself.
struct Reference {
  Variant variant;
  std::vector<float> p, buffer;

  void step(const float *grad, double lr, double decay, bool first) {
    float momentum = float(variant.momentum);
    float share = first ? 1.0f : float(1 - variant.dampening);
    for (size_t i = 0; i < p.size(); ++i) {
      float g = std::fma(float(decay), p[i], grad[i]);
      if (variant.momentum > 0) {
        buffer[i] = first ? g : std::fma(momentum, buffer[i], share * g);
        g = variant.nesterov ? std::fma(momentum, buffer[i], g) : buffer[i];
      }
      p[i] = std::fma(float(-lr), g, p[i]);
    }
  }
};

class Sgd : public testing::TestWithParam<std::tuple<std::string, Variant>> {};

} // namespace

INSTANTIATE_TEST_SUITE_P(
    Variants, Sgd,
    testing::Combine(testing::ValuesIn(runnableLevels()),
                     testing::Values(Variant{0, 0, false},
                                     Variant{0.9, 0, false},
                                     Variant{0.9, 0.5, false},
                                     Variant{0.9, 0, true})));

TEST_P(Sgd, MatchesTheReference) {
  auto [level, variant] = GetParam();
  Recipe recipe = singleGroup("sgd", kElements);
  recipe.groups[0].keys = {{"own_momentum", variant.momentum},
                           {"dampening", variant.dampening}};
  recipe.groups[0].nesterov = variant.nesterov;
  Program program(recipe);
  EXPECT_EQ(program.kernels.slots.size(), variant.momentum > 0 ? 1u : 0u);
  Machine machine(program, level);
  fill(machine.f32("param"), kElements, 1, 0.1);
  Reference reference{variant, machine.buffers["param"].copy<float>(),
                      std::vector<float>(kElements)};
  for (int step = 0; step < 4; ++step) {
    fill(machine.f32("grad"), kElements, 2 + step, 0.1);
    machine.step();
    reference.step(machine.f32("grad"), machine.uniform("lr"), 0.1, step == 0);
    for (int64_t i = 0; i < kElements; ++i)
      ASSERT_EQ(bitsOf(machine.f32("param")[i]), bitsOf(reference.p[i]))
          << "step " << step << ", element " << i;
  }
}
