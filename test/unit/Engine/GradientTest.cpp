//===- GradientTest.cpp - the engine's gradients --------------------------===//
//
// Against one backward of the whole graph, against finite differences, and
// against themselves: micro-batches, steps, processes.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "test/unit/Engine/Harness.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <torch/csrc/autograd/autograd.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <unistd.h>

using namespace dsc;
using namespace dsc::test;

static at::Tensor tokens(const Batch &batch, const std::vector<int64_t> &data) {
  return at::from_blob(const_cast<int64_t *>(data.data()),
                       {batch.samples, batch.length}, at::kLong);
}

/// Compares the harness's gradients with one backward of the whole model.
static void expectWholeGraph(const Harness &harness, const GptSize &size,
                             const Batch &batch, double loss) {
  std::vector<at::Tensor> leaves = harness.leaves();
  at::Tensor whole = gptLoss(size, leaves, tokens(batch, batch.inputs),
                             tokens(batch, batch.targets)) /
                     double(batch.targetTokens);
  EXPECT_NEAR(loss, whole.item().toDouble(), 1e-5);
  auto expected = torch::autograd::grad({whole}, leaves);
  for (size_t i = 0; i < leaves.size(); ++i)
    EXPECT_LT(distance(harness.gradients[i],
                       expected[i].contiguous().const_data_ptr<float>()),
              2e-5)
        << harness.plan.parameters[i].name;
}

TEST(Gradient, GptEqualsWholeGraphBackward) {
  GptSize size;
  Harness harness(gptPlan(size));
  Batch batch = tokenBatch(size, 3, size.context);
  expectWholeGraph(harness, size, batch, harness.step({batch}));
}

TEST(Gradient, SameEngineTakesShorterBatches) {
  GptSize size;
  Harness harness(gptPlan(size));
  harness.step({tokenBatch(size, 4, size.context)});
  Batch last = tokenBatch(size, 1, 7, 4);
  expectWholeGraph(harness, size, last, harness.step({last}));
  Batch full = tokenBatch(size, 4, size.context, 5);
  expectWholeGraph(harness, size, full, harness.step({full}));
}

/// Central differences of the mean loss at a few elements of each parameter.
static void expectFiniteDifferences(Harness &harness, const Batch &batch,
                                    const std::vector<size_t> &which) {
  harness.step({batch});
  auto gradients = harness.gradients;
  const float step = 1e-2f;
  for (size_t p : which)
    for (size_t i = 0; i < harness.data[p].size(); i += 5) {
      float &weight = harness.data[p][i];
      float kept = weight;
      weight = kept + step;
      double above = harness.forward(batch, false);
      weight = kept - step;
      double below = harness.forward(batch, false);
      weight = kept;
      double slope = (above - below) / (2 * step * double(batch.targetTokens));
      EXPECT_NEAR(gradients[p][i], slope, 2e-3)
          << harness.plan.parameters[p].name << " " << i;
    }
}

TEST(Gradient, MlpEqualsFiniteDifferences) {
  Harness harness(mlpPlan());
  expectFiniteDifferences(harness, rowBatch(12), {0, 1, 2, 3});
}

/// A value that three units read, and a unit with two outputs.
static TestPlan forkedPlan() {
  PlanBuilder b;
  Size batch(1, 1, 0);
  int x = b.addField("inputs", {batch, 8}, plan::DType::f32);
  int y = b.addField("targets", {batch}, plan::DType::i64);
  int w1 = b.addParameter("stem", {6, 8}), w2 = b.addParameter("left", {6, 6});
  int w3 = b.addParameter("head", {3, 6});
  b.beginUnit("stem", {x});
  int h = b.call("aten::linear", {value(x), parameter(w1)});
  int t = b.call("aten::tanh", {value(h)});
  b.endUnit({h, t});
  b.beginUnit("left", {h, t});
  int l = b.call("aten::linear", {value(h), parameter(w2)});
  l = b.call("aten::mul.Tensor", {value(l), value(t)});
  b.endUnit({l});
  b.beginUnit("right", {h});
  int r = b.call("aten::sigmoid", {value(h)});
  b.endUnit({r});
  b.beginUnit("head", {h, l, r, y});
  int s = b.call("aten::add.Tensor", {value(h), value(l)});
  s = b.call("aten::add.Tensor", {value(s), value(r)});
  int z = b.call("aten::linear", {value(s), parameter(w3)});
  int loss = b.call("aten::cross_entropy_loss",
                    {value(z), value(y), none(), integer(2), integer(-100)});
  b.endUnit({loss, z});
  return {b.finish(loss, z), b.parameters};
}

TEST(Gradient, ValueThatFeedsSeveralUnits) {
  Harness harness(forkedPlan(), 0.7f);
  expectFiniteDifferences(harness, rowBatch(9), {0, 1, 2});
}

TEST(Gradient, MicroBatchesAddUpToTheBatch) {
  GptSize size;
  Harness whole(gptPlan(size)), parts(gptPlan(size));
  double loss = whole.step({tokenBatch(size, 6, size.context)});
  double sum = parts.step({tokenBatch(size, 2, size.context, 0),
                           tokenBatch(size, 3, size.context, 2),
                           tokenBatch(size, 1, size.context, 5)});
  EXPECT_NEAR(loss, sum, 1e-5);
  for (size_t i = 0; i < whole.gradients.size(); ++i)
    EXPECT_LT(distance(parts.gradients[i], whole.gradients[i].data()), 2e-5)
        << whole.plan.parameters[i].name;
}

TEST(Gradient, StepOverwritesTheLastOnes) {
  Harness harness(mlpPlan());
  harness.step({rowBatch(12)});
  auto first = harness.gradients;
  harness.step({rowBatch(5, 40)});
  EXPECT_NE(first, harness.gradients);
  harness.step({rowBatch(12)});
  EXPECT_EQ(first, harness.gradients);
}

TEST(Gradient, FrozenAndUnusedParameters) {
  Harness plain(mlpPlan()), harness(mlpPlan(true, true));
  plain.step({rowBatch(12)});
  harness.step({rowBatch(12)});
  EXPECT_EQ(harness.gradients[1], std::vector<float>(16, 12345.0f));
  EXPECT_EQ(harness.gradients[0], plain.gradients[0]);
  EXPECT_EQ(harness.gradients[4], std::vector<float>(5, 0.0f));
}

TEST(Gradient, Bf16StaysNearF32) {
  GptSize size;
  Harness wide(gptPlan(size), 0.1f);
  Harness mixed(gptPlan(size, plan::Precision::bf16_mixed), 0.1f);
  Batch batch = tokenBatch(size, 8, size.context);
  EXPECT_NEAR(wide.step({batch}), mixed.step({batch}), 1e-2);
  for (size_t i = 0; i < wide.gradients.size(); ++i)
    EXPECT_LT(distance(mixed.gradients[i], wide.gradients[i].data()), 0.1)
        << wide.plan.parameters[i].name;
  // The second micro-batch is added in f32, from bf16.
  auto once = mixed.gradients;
  mixed.step({batch, batch});
  for (size_t i = 0; i < once.size(); ++i)
    EXPECT_LT(distance(mixed.gradients[i], once[i].data()), 1e-2);
}

TEST(Gradient, EvaluationGivesTrainingsLossAndScores) {
  GptSize size;
  Harness harness(gptPlan(size));
  Batch batch = tokenBatch(size, 3, 9);
  double training = harness.train(batch, batch.targetTokens);
  EXPECT_EQ(training, harness.forward(batch, false));
  std::vector<float> scores, other;
  harness.engine->readScores(2, 8, scores);
  EXPECT_EQ(int64_t(scores.size()), size.vocabulary);
  // Causal: the last sample alone, and shorter, has the same scores.
  Batch alone = tokenBatch(size, 1, 9, 2);
  harness.forward(alone, false);
  harness.engine->readScores(0, 8, other);
  EXPECT_LT(distance(other, scores.data()), 1e-5);
  try {
    harness.engine->backward(0, 1.0);
    FAIL() << "backward after an evaluation";
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::internal);
  }
}

TEST(Gradient, SampleWithoutTargets) {
  GptSize size;
  Harness harness(gptPlan(size));
  Batch batch = tokenBatch(size, 1, 5);
  batch.targets.clear();
  EXPECT_EQ(harness.forward(batch, false), 0.0);
  std::vector<float> scores;
  harness.engine->readScores(0, 4, scores);
  EXPECT_EQ(int64_t(scores.size()), size.vocabulary);
}

/// All gradient bits of twenty steps on moving parameters, folded together.
static uint64_t gradientBits() {
  GptSize size;
  size.width = 64;
  Harness harness(gptPlan(size), 0.1f);
  uint64_t hash = 0;
  for (int64_t step = 0; step < 20; ++step) {
    harness.step({tokenBatch(size, 8, size.context, 8 * step)});
    for (size_t p = 0; p < harness.data.size(); ++p)
      for (size_t i = 0; i < harness.data[p].size(); ++i) {
        uint32_t bits;
        std::memcpy(&bits, &harness.gradients[p][i], sizeof bits);
        hash = (hash ^ bits) * 0x100000001B3ull;
        harness.data[p][i] -= 0.05f * harness.gradients[p][i];
      }
  }
  return hash;
}

TEST(Gradient, SameBitsInEveryProcess) {
  const char *answer = std::getenv("DSC_TEST_GRADIENT_BITS");
  if (answer) {
    std::ofstream(answer) << gradientBits();
    return;
  }
  uint64_t here = gradientBits();
  EXPECT_EQ(here, gradientBits());
  std::string self = std::to_string(getpid());
  std::string file = testing::TempDir() + "dsc-gradient-bits-" + self;
  // The one test of another process may belong to another shard than this one.
  std::string command = "env -u GTEST_TOTAL_SHARDS -u GTEST_SHARD_INDEX "
                        "-u GTEST_OUTPUT DSC_TEST_GRADIENT_BITS='" +
                        file + "' /proc/" + self +
                        "/exe --gtest_filter=Gradient.SameBitsInEveryProcess"
                        " > /dev/null";
  ASSERT_EQ(std::system(command.c_str()), 0);
  uint64_t there = 0;
  std::ifstream(file) >> there;
  std::remove(file.c_str());
  EXPECT_EQ(here, there);
}
