//===- DiagnosisTest.cpp - curves with and without each trouble -----------===//

#include "runtime/Report/Diagnosis.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>

using namespace dsc;

namespace {

constexpr int64_t kSteps = 500;

/// Repeatable noise in [-1, 1].
double noise(int64_t step) {
  uint64_t bits = uint64_t(step + 1) * 0x9E3779B97F4A7C15u;
  bits ^= bits >> 29;
  bits *= 0xBF58476D1CE4E5B9u;
  bits ^= bits >> 32;
  return double(bits % 20001) / 10000 - 1;
}

double healthyLoss(int64_t step) {
  return 2 + 3.5 * std::exp(-double(step) / 60) + 0.05 * noise(step);
}

/// Warm-up over a tenth of the run, then half a cosine to a tenth of the peak.
double healthyLr(int64_t step) {
  if (step < kSteps / 10)
    return 1e-3 * double(step + 1) / (kSteps / 10);
  double x = double(step - kSteps / 10) / (kSteps - kSteps / 10);
  return 1e-4 + 9e-4 * (1 + std::cos(3.14159265358979 * x)) / 2;
}

using Curve = std::function<double(int64_t)>;

RunSeries makeRun(
    const Curve &loss, const Curve &lr = healthyLr,
    const Curve &norm = [](int64_t) { return 0.5; }) {
  RunSeries run;
  run.phases = {{"warmup", "linear", 0}, {"anneal", "cosine", kSteps / 10}};
  run.ending = "done";
  for (int64_t step = 0; step < kSteps; ++step)
    run.steps.push_back({step, loss(step), lr(step), norm(step), step * 100,
                         double(step), step >= kSteps / 10 ? 1u : 0u});
  return run;
}

/// The keys that a diagnosis names.
std::string keysOf(const Finding &finding) {
  std::string keys;
  for (const Remedy &remedy : finding->remedies)
    keys += (keys.empty() ? "" : " ") + remedy.key;
  return keys;
}

} // namespace

TEST(Diagnosis, FindsNothingInAHealthyRun) {
  RunSeries run = makeRun(healthyLoss);
  run.clipNorm = 1;
  run.evaluations["words"] = {{0, 5.5},   {100, 3},   {200, 2.5},
                              {300, 2.2}, {400, 2.1}, {500, 2.05}};
  auto found = diagnose(run);
  EXPECT_TRUE(found.empty()) << found.front().title << found.front().seen;
}

TEST(Diagnosis, LeavesARangeTestAlone) {
  RunSeries run = makeRun([](int64_t step) {
    return healthyLoss(step) + (step > 300 ? 0.02 * double(step - 300) : 0);
  });
  run.ending = "diverged";
  EXPECT_FALSE(diagnose(run).empty());
  run.phases.front().kind = "range_test";
  EXPECT_TRUE(diagnose(run).empty());
}

TEST(Diagnosis, FindsAScheduleThatBacksOffAgainAndAgain) {
  RunSeries run = makeRun(healthyLoss);
  for (int64_t step : {40, 90, 91, 300})
    run.decisions.push_back({step, "on_spike"});
  run.decisions.push_back({350, "reduce_on_plateau"});
  EXPECT_FALSE(findBackOffs(run));
  run.decisions.push_back({400, "on_spike"});
  run.decisions.push_back({450, "on_spike"});
  Finding found = findBackOffs(run);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->seen, "on_spike lowered it 6 times, at step 40, 90, 91, "
                         "300, 400 ...");
  EXPECT_EQ(keysOf(found),
            "schedule.peak optimizer.clip_norm schedule.on_spike.ratio");
  EXPECT_EQ(diagnose(run).size(), 1u);
}

TEST(Diagnosis, TakesAnySeries) {
  EXPECT_TRUE(diagnose({}).empty());
  for (double value : {0.0, -1.0, double(NAN), double(INFINITY), 1e300, 1e-300})
    diagnose(makeRun([&](int64_t) { return value; },
                     [&](int64_t) { return value; },
                     [&](int64_t) { return value; }));
  RunSeries one = makeRun(healthyLoss);
  one.steps.resize(1);
  EXPECT_TRUE(diagnose(one).empty());
}

//===----------------------------------------------------------------------===//
// Oscillation
//===----------------------------------------------------------------------===//

static double oscillating(int64_t step) {
  double swing = step < kSteps / 5 ? 1.5 * std::cos(double(step) * 1.2) : 0;
  return healthyLoss(step) + swing;
}

TEST(Oscillation, NamesTheWarmUp) {
  Finding found = findOscillation(makeRun(oscillating));
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found),
            "schedule.phase.warmup.length schedule.phase.warmup.from");
}

TEST(Oscillation, AsksForAWarmUpWhereThereIsNone) {
  Finding found =
      findOscillation(makeRun(oscillating, [](int64_t) { return 1e-3; }));
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found), "[[schedule.phase]] schedule.peak");
}

/// Losses of small batches are noisy all the way.
TEST(Oscillation, IsNotNoise) {
  EXPECT_FALSE(findOscillation(makeRun(
      [](int64_t step) { return healthyLoss(step) + 0.8 * noise(step + 7); })));
}

/// A steep fall is not one, however steep.
TEST(Oscillation, IsNotAFall) {
  EXPECT_FALSE(findOscillation(makeRun([](int64_t step) {
    return 0.01 + 8 * std::exp(-double(step) / 8) + 0.001 * noise(step);
  })));
}

//===----------------------------------------------------------------------===//
// Worsening
//===----------------------------------------------------------------------===//

TEST(Worsening, NamesThePhaseOfTheBest) {
  Finding found = findWorsening(makeRun([](int64_t step) {
    return healthyLoss(step) + (step > 300 ? 0.005 * double(step - 300) : 0);
  }));
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found), "schedule.phase.anneal.to schedule.phase.anneal."
                           "length schedule.phase.anneal.kind");
  EXPECT_NE(found->seen.find("the training loss was best at step"),
            std::string::npos);
}

TEST(Worsening, BlamesAnLrThatRises) {
  Finding found = findWorsening(makeRun(
      [](int64_t step) {
        return healthyLoss(step) + (step > 300 ? 0.02 * double(step - 300) : 0);
      },
      [](int64_t step) { return 1e-5 * double(step + 1); }));
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found), "schedule.peak schedule.phase.anneal.to");
}

TEST(Worsening, OfHeldOutDataAlone) {
  RunSeries run = makeRun(healthyLoss);
  run.evaluations["words"] = {{0, 5.5},   {100, 3},   {200, 2.5},
                              {300, 2.6}, {400, 2.9}, {500, 3.2}};
  Finding found = findWorsening(run);
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found),
            "eval.words.stop_after optimizer.weight_decay train.length");
  EXPECT_NE(found->seen.find("best at step 200, 2.5, and ended at 3.2"),
            std::string::npos)
      << found->seen;
}

TEST(Worsening, IsNotASmallRise) {
  RunSeries run = makeRun(healthyLoss);
  run.evaluations["words"] = {{0, 5.5},    {100, 3},    {200, 2.5},
                              {300, 2.51}, {400, 2.52}, {500, 2.52}};
  EXPECT_FALSE(findWorsening(run));
}

TEST(Worsening, IsNotOneBadEvaluation) {
  RunSeries run = makeRun(healthyLoss);
  run.evaluations["words"] = {{0, 5.5},   {100, 3},   {200, 2.5},
                              {300, 3.4}, {400, 2.4}, {500, 2.3}};
  EXPECT_FALSE(findWorsening(run));
}

//===----------------------------------------------------------------------===//
// Clipping
//===----------------------------------------------------------------------===//

TEST(Clipping, SaysHowOftenAndByHowMuch) {
  RunSeries run = makeRun(healthyLoss, healthyLr,
                          [](int64_t step) { return step % 4 ? 3.0 : 0.5; });
  run.clipNorm = 1;
  Finding found = findClipping(run);
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found), "optimizer.clip_norm schedule.peak");
  EXPECT_EQ(found->seen, "75% of the updates were scaled to less than half by "
                         "clip_norm 1; the median of the norms is 3");
}

TEST(Clipping, AtTheStartIsUsual) {
  RunSeries run = makeRun(healthyLoss, healthyLr, [](int64_t step) {
    return step < kSteps / 5 ? 9.0 : 0.5;
  });
  run.clipNorm = 1;
  EXPECT_FALSE(findClipping(run));
}

TEST(Clipping, IsNotATouch) {
  RunSeries run = makeRun(healthyLoss, healthyLr, [](int64_t) { return 1.5; });
  run.clipNorm = 1;
  EXPECT_FALSE(findClipping(run));
}

TEST(Clipping, NeedsAClip) {
  EXPECT_FALSE(findClipping(
      makeRun(healthyLoss, healthyLr, [](int64_t) { return 9.0; })));
}

//===----------------------------------------------------------------------===//
// Spikes
//===----------------------------------------------------------------------===//

TEST(Spikes, AreCountedAndPlaced) {
  RunSeries run = makeRun([](int64_t step) {
    bool spike = step == 250 || step == 251 || step == 400;
    return healthyLoss(step) * (spike ? 3 : 1);
  });
  run.optimizer = "sgd";
  Finding found = findSpikes(run);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->seen.find("2 times, at step 250, 400"), 0u) << found->seen;
  EXPECT_EQ(keysOf(found), "optimizer.clip_norm schedule.peak");
  // Only this one has a second average.
  run.optimizer = "adamw";
  found = findSpikes(run);
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found), "optimizer.clip_norm schedule.peak optimizer.beta2");
}

TEST(Spikes, AreNotNoise) {
  EXPECT_FALSE(findSpikes(makeRun(
      [](int64_t step) { return healthyLoss(step) + 0.5 * noise(step + 3); })));
}

//===----------------------------------------------------------------------===//
// The floor
//===----------------------------------------------------------------------===//

TEST(EarlyFloor, NamesThePhaseThatLedToIt) {
  RunSeries run = makeRun(healthyLoss, [](int64_t step) {
    if (step < kSteps / 10)
      return healthyLr(step);
    return std::max(1e-4, 1e-3 - 9e-4 * double(step - 50) / 200);
  });
  Finding found = findEarlyFloor(run);
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found),
            "schedule.phase.anneal.length schedule.phase.anneal.to");
  EXPECT_NE(found->seen.find("50% of the run"), std::string::npos)
      << found->seen;
}

TEST(EarlyFloor, OfZeroIsNoShareOfTheLargest) {
  Finding found = findEarlyFloor(makeRun(
      healthyLoss, [](int64_t step) { return step < 200 ? 1e-3 : 0.0; }));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->seen.ends_with("of the run, it is 0")) << found->seen;
}

TEST(EarlyFloor, NamesTheReactionThatReducedTheRate) {
  RunSeries run = makeRun(
      healthyLoss, [](int64_t step) { return step < 200 ? 1e-3 : 1e-4; });
  run.decisions = {{200, "reduce_on_plateau"}};
  Finding found = findEarlyFloor(run);
  ASSERT_TRUE(found);
  EXPECT_EQ(keysOf(found), "schedule.reduce_on_plateau.patience "
                           "schedule.reduce_on_plateau.factor");
}

TEST(EarlyFloor, IsNotACosine) {
  EXPECT_FALSE(findEarlyFloor(makeRun(healthyLoss)));
}

TEST(EarlyFloor, IsNotAConstant) {
  EXPECT_FALSE(
      findEarlyFloor(makeRun(healthyLoss, [](int64_t) { return 1e-3; })));
}

//===----------------------------------------------------------------------===//
// The run and its machine
//===----------------------------------------------------------------------===//

TEST(Divergence, IsWhatTheLogSays) {
  RunSeries run = makeRun(healthyLoss);
  EXPECT_FALSE(findDivergence(run));
  run.ending = "diverged";
  EXPECT_EQ(findDivergence(run)->title, "the run diverged");
  run.ending = "done";
  run.skips = 2;
  EXPECT_EQ(findDivergence(run)->title, "updates were skipped");
}

TEST(Hardware, ListsWhatDiffers) {
  RunSeries a = makeRun(healthyLoss), b = a;
  a.machine = {{"host", "one"}, {"threads", "2"}, {"engine", "LibTorch"}};
  b.machine = a.machine;
  EXPECT_FALSE(findOtherHardware({a, b}));
  EXPECT_FALSE(findOtherHardware({a}));
  b.machine["host"] = "two";
  b.machine["threads"] = "16";
  Finding found = findOtherHardware({a, b});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->seen, "host: one and two; threads: 16 and 2");
}
