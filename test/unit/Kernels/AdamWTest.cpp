//===- AdamWTest.cpp - AdamW against a plain reference --------------------===//

#include "test/unit/Kernels/KernelFixture.h"

#include <cmath>
#include <cstring>

using namespace dsc;
using namespace dsc::test;

namespace {

/// The state of a plain implementation of the formula in Optimizers.td.
struct Reference {
  std::vector<float> p, m, v;

  /// Uniforms are f64 as the finish kernel stored them.
  void update(int64_t i, float g, Machine &machine, const std::string &group) {
    auto uniform = [&](const char *name) {
      return float(machine.uniform(group + "." + name));
    };
    float beta2 = 0.999f, oneMinusBeta2 = float(1 - 0.999), eps = 1e-8f;
    m[i] = std::fma(uniform("beta1"), m[i], uniform("one_minus_beta1") * g);
    v[i] = std::fma(beta2, v[i], (oneMinusBeta2 * g) * g);
    float denominator = std::fma(std::sqrt(v[i]), uniform("scale"), eps);
    float change = (uniform("step_size") * m[i]) / denominator;
    p[i] = std::fma(p[i], uniform("decay"), -change);
  }
};

/// Round to nearest even, the textbook way.
uint16_t roundToBf16(float value) {
  double exact = value;
  int exponent;
  std::frexp(exact, &exponent);
  double unit = std::ldexp(1.0, std::max(exponent - 8, -133));
  float rounded = float(std::nearbyint(exact / unit) * unit);
  uint32_t bits;
  std::memcpy(&bits, &rounded, 4);
  return uint16_t(bits >> 16);
}

void expectSame(const float *found, const std::vector<float> &expected,
                const char *what) {
  for (size_t i = 0; i < expected.size(); ++i)
    ASSERT_EQ(bitsOf(found[i]), bitsOf(expected[i]))
        << what << "[" << i << "]: " << found[i] << " and " << expected[i];
}

class AdamW : public testing::TestWithParam<std::string> {};

} // namespace

INSTANTIATE_TEST_SUITE_P(Levels, AdamW, testing::ValuesIn(runnableLevels()),
                         [](const auto &info) {
                           return info.param.substr(info.param.size() - 2);
                         });

TEST_P(AdamW, MatchesTheFormulaAtOddSizes) {
  for (int64_t elements : {1, 15, 16, 17, 4095, 4096, 4097, 10007}) {
    Program program(singleGroup("adamw", elements));
    Machine machine(program, GetParam());
    fill(machine.f32("param"), elements, 1, 0.1);
    Reference reference{machine.buffers["param"].copy<float>(),
                        std::vector<float>(elements),
                        std::vector<float>(elements)};
    for (int step = 0; step < 3; ++step) {
      fill(machine.f32("grad"), elements, 2 + step, 0.01);
      machine.step();
      for (int64_t i = 0; i < elements; ++i)
        reference.update(i, machine.f32("grad")[i], machine, "default");
    }
    expectSame(machine.f32("param"), reference.p, "param");
    expectSame(machine.f32("exp_avg"), reference.m, "exp_avg");
    expectSame(machine.f32("exp_avg_sq"), reference.v, "exp_avg_sq");
  }
}

TEST_P(AdamW, UniformsAreThoseOfTheStep) {
  Recipe recipe = singleGroup("adamw", 64);
  recipe.momentumTrack = true;
  recipe.groups[0].lrScale = 0.5;
  Program program(recipe);
  Machine machine(program, GetParam());
  fill(machine.f32("grad"), 64, 1, 1);
  for (int64_t step = 0; step < kScheduleSteps; ++step) {
    machine.step();
    double lr = machine.uniform("lr"), beta1 = machine.uniform("momentum");
    double bc1 = 1 - std::pow(beta1, step + 1.0);
    double bc2 = 1 - std::pow(0.999, step + 1.0);
    if (step < 50) {
      ASSERT_NEAR(lr, 3e-3 * (step + 1) / 50, 1e-15);
      ASSERT_NEAR(beta1, 0.95 - 0.1 * (step + 1) / 50, 1e-15);
    } else {
      ASSERT_EQ(beta1, 0.85);
    }
    ASSERT_EQ(machine.uniform("default.beta1"), beta1);
    ASSERT_DOUBLE_EQ(machine.uniform("default.one_minus_beta1"), 1 - beta1);
    ASSERT_DOUBLE_EQ(machine.uniform("default.decay"), 1 - 0.5 * lr * 0.1);
    ASSERT_NEAR(machine.uniform("default.step_size") / (0.5 * lr / bc1), 1,
                1e-12);
    ASSERT_NEAR(machine.uniform("default.scale") * std::sqrt(bc2), 1, 1e-12);
  }
}

TEST_P(AdamW, ZeroBetasLeaveNoCorrection) {
  Recipe recipe = singleGroup("adamw", 64);
  recipe.groups[0].keys = {{"beta2", 0.0}};
  Program program(recipe);
  Machine machine(program, GetParam());
  fill(machine.f32("grad"), 64, 1, 1);
  for (int step = 0; step < 3; ++step) {
    machine.step();
    EXPECT_EQ(machine.uniform("default.scale"), 1);
  }
}

TEST_P(AdamW, CopiesToBf16ByRoundingToNearestEven) {
  Recipe recipe = singleGroup("adamw", 5001);
  recipe.precision = ComputePrecision::bf16Mixed;
  Program program(recipe);
  Machine machine(program, GetParam());
  fill(machine.f32("param"), 5001, 1, 0.1);
  fill(machine.f32("grad"), 5001, 2, 0.1);
  machine.f32("param")[7] = 3.3e38f;
  machine.step();
  auto *copy = machine.buffers["compute"].as<uint16_t>();
  for (int64_t i = 0; i < 5001; ++i)
    ASSERT_EQ(copy[i], roundToBf16(machine.f32("param")[i])) << i;
}

TEST_P(AdamW, ClipsByTheGlobalNorm) {
  Recipe recipe = singleGroup("adamw", 5000);
  recipe.clipNorm = 1.0;
  Program program(recipe);
  Machine machine(program, GetParam());
  fill(machine.f32("grad"), 5000, 2, 0.1);
  std::vector<float> gradient = machine.buffers["grad"].copy<float>();
  machine.step();
  double norm = machine.uniform("grad_norm");
  ASSERT_GT(norm, 1);
  EXPECT_EQ(machine.uniform("clip_factor"), 1 / (norm + 1e-6));
  float factor = float(machine.uniform("clip_factor"));
  float share = float(machine.uniform("default.one_minus_beta1"));
  for (int64_t i = 0; i < 5000; ++i)
    ASSERT_EQ(machine.f32("exp_avg")[i], share * (gradient[i] * factor) + 0.0f);
  // The gradient itself stays, and a small one is not scaled up.
  expectSame(machine.f32("grad"), gradient, "grad");
  for (int64_t i = 0; i < 5000; ++i)
    machine.f32("grad")[i] = gradient[i] * 1e-6f;
  machine.step();
  EXPECT_EQ(machine.uniform("clip_factor"), 1);
}

TEST_P(AdamW, ResultsDoNotDependOnHowTheRangeIsSplit) {
  const int64_t elements = 5 * kBlockElements + 77;
  Program program(singleGroup("adamw", elements));
  Machine whole(program, GetParam()), split(program, GetParam());
  for (Machine *machine : {&whole, &split}) {
    fill(machine->f32("param"), elements, 1, 0.1);
    fill(machine->f32("grad"), elements, 2, 0.1);
    machine->run("norm", 0, 6);
    machine->run("finish", 0, 6);
  }
  whole.run("update_default", 0, elements);
  split.run("update_default", 3 * kBlockElements, elements);
  split.run("update_default", 0, kBlockElements);
  split.run("update_default", kBlockElements, 3 * kBlockElements);
  for (const char *name : {"param", "exp_avg", "exp_avg_sq"})
    expectSame(split.f32(name), whole.buffers[name].copy<float>(), name);
}

TEST_P(AdamW, GroupsHaveTheirOwnKeys) {
  Recipe recipe;
  recipe.groups.resize(2);
  recipe.groups[0] = {"default", {}, false, 1, 0.1, 0, kBlockElements};
  recipe.groups[1] = {"no-decay",          {}, false, 2, 0, kBlockElements,
                      kBlockElements + 100};
  Program program(recipe);
  Machine machine(program, GetParam());
  fill(machine.f32("param"), recipe.elements(), 1, 0.1);
  fill(machine.f32("grad"), recipe.elements(), 2, 0.1);
  ASSERT_EQ(program.kernels.updates,
            (std::vector<std::string>{"update_default", "update_no_decay"}));
  machine.step();
  double lr = machine.uniform("lr");
  EXPECT_LT(machine.uniform("default.decay"), 1);
  EXPECT_EQ(machine.uniform("no-decay.decay"), 1);
  EXPECT_NEAR(machine.uniform("no-decay.step_size") / (2 * lr / (1 - 0.9)), 1,
              1e-12);
  EXPECT_NE(machine.f32("exp_avg")[kBlockElements + 99], 0);
}

TEST_P(AdamW, UniformsInUpdateGiveTheSameBits) {
  Recipe recipe = singleGroup("adamw", 4321);
  recipe.momentumTrack = true;
  Program program(recipe);
  recipe.uniformsInUpdate = true;
  Program bare(recipe);
  EXPECT_FALSE(bare.kernels.finish);
  EXPECT_FALSE(bare.module->lookupSymbol("uniforms"));
  Machine full(program, GetParam()), fused(bare, GetParam());
  for (Machine *machine : {&full, &fused})
    for (int step = 0; step < 4; ++step) {
      fill(machine->f32("grad"), 4321, 2 + step, 0.1);
      machine->step();
    }
  expectSame(fused.f32("param"), full.buffers["param"].copy<float>(), "param");
}

TEST(Levels, GiveTheSameBits) {
  std::vector<std::string> levels = runnableLevels();
  if (levels.size() < 2)
    GTEST_SKIP() << "this machine runs one level only";
  const int64_t elements = 3 * kBlockElements + 5;
  Recipe recipe = singleGroup("adamw", elements);
  recipe.clipNorm = 1;
  recipe.precision = ComputePrecision::bf16Mixed;
  Program program(recipe);
  Machine first(program, levels[0]), second(program, levels[1]);
  for (Machine *machine : {&first, &second}) {
    fill(machine->f32("param"), elements, 1, 0.1);
    for (int step = 0; step < 20; ++step) {
      fill(machine->f32("grad"), elements, 2 + step, 0.1);
      if (step == 19) {
        machine->f32("grad")[3] = INFINITY;
        machine->f32("grad")[elements - 1] = NAN;
        machine->f32("param")[5] = -INFINITY;
      }
      machine->step();
    }
  }
  for (const char *name : {"param", "exp_avg", "exp_avg_sq"})
    expectSame(first.f32(name), second.buffers[name].copy<float>(), name);
  for (size_t i = 0; i < program.kernels.uniforms.size(); ++i) {
    double a = first.buffers["uniforms"].as<double>()[i];
    double b = second.buffers["uniforms"].as<double>()[i];
    EXPECT_TRUE((std::isnan(a) && std::isnan(b)) || bitsOf(a) == bitsOf(b));
  }
}
