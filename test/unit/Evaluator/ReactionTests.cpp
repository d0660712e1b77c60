//===- ReactionTests.cpp - on_spike and reduce_on_plateau -----------------===//
//
// Drives @observe and @tracks by metrics whose outcome is known. PyTorch's own
// ReduceLROnPlateau made Inputs/plateau.json.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Evaluator/ScriptedRun.h"

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace dsc;
using namespace dsc::test;

//===----------------------------------------------------------------------===//
// on_spike
//===----------------------------------------------------------------------===//

/// At one learning rate but for spikes.
static ScriptedRun runAt(double lr, const SpikeReaction &spike) {
  TestSchedule schedule;
  schedule.add("constant", 1000, {lr, lr});
  ScheduleReactions reactions;
  reactions.spike = spike;
  return ScriptedRun(schedule, reactions);
}

TEST(OnSpike, BacksOffInThatStepAndRecoversInAStraightLine) {
  ScriptedRun run = runAt(2, SpikeReaction{"loss", 3, 0.5, 10});
  for (int step = 0; step < 20; ++step)
    EXPECT_EQ(run.step(1), 2);
  EXPECT_EQ(run.step(3.5), 1);
  for (int since = 1; since < 10; ++since)
    EXPECT_NEAR(run.step(3.5), 1 + since / 10.0, 1e-15); // one spike, not ten
  EXPECT_EQ(run.step(1), 2);
  EXPECT_EQ(run.slot("on_spike/count"), 1);
  EXPECT_EQ(run.step(100), 1);
  EXPECT_EQ(run.slot("on_spike/value"), 100);
}

TEST(OnSpike, ASecondOneStartsFromWhatTheFirstLeft) {
  ScriptedRun run = runAt(1, SpikeReaction{"grad_norm", 2, 0.5, 4});
  run.step(1, 1);
  EXPECT_EQ(run.step(1, 9), 0.5);
  EXPECT_EQ(run.step(1, 1), 0.625);
  EXPECT_EQ(run.step(1, 9), 0.375); // 0.75 / 2
  EXPECT_EQ(run.slot("on_spike/count"), 2);
}

TEST(OnSpike, ALastingRiseBecomesNormal) {
  ScriptedRun run = runAt(1, SpikeReaction{"loss", 3, 0.5, 10});
  for (int step = 0; step < 50; ++step)
    run.step(1);
  for (int step = 0; step < 400; ++step)
    run.step(5);
  EXPECT_EQ(run.slot("on_spike/count"), 1);
  EXPECT_EQ(run.slot("on_spike/above"), 0);
  EXPECT_EQ(run.step(5), 1);
}

TEST(OnSpike, WhatIsNotANumberIsASpikeAndLeavesTheAverage) {
  ScriptedRun run = runAt(1, SpikeReaction{"eval/a/loss", 3, 0.5, 10});
  run.evaluate("a", NAN); // nothing to compare with yet
  EXPECT_EQ(run.step(), 1);
  run.evaluate("a", 2);
  EXPECT_EQ(run.step(), 1);
  run.evaluate("a", NAN);
  EXPECT_EQ(run.step(), 0.5);
  run.evaluate("a", 2);
  run.step();
  EXPECT_EQ(run.slot("on_spike/above"), 0);
}

//===----------------------------------------------------------------------===//
// reduce_on_plateau
//===----------------------------------------------------------------------===//

static double numberOf(const nlohmann::json &value) {
  return value.is_string() ? std::stod(value.get<std::string>())
                           : value.get<double>();
}

TEST(ReduceOnPlateau, IsPyTorchs) {
  std::ifstream file(DSC_TEST_INPUTS "/plateau.json");
  nlohmann::json vectors = nlohmann::json::parse(file);
  size_t changes = 0;
  for (const auto &item : vectors["cases"]) {
    double lr = item["lr"];
    int64_t steps = int64_t(item["metric"].size());
    TestSchedule schedule;
    schedule.add("constant", steps, {lr, lr});
    ScheduleReactions reactions;
    reactions.plateau = PlateauReaction{{"eval/a/loss", item["mode"] == "max",
                                         item["threshold_mode"] == "rel",
                                         item["threshold"], item["patience"]},
                                        item["factor"],
                                        item["min_lr"],
                                        item["eps"],
                                        item["cooldown"]};
    ScriptedRun run(schedule, reactions);
    size_t next = 0;
    for (int64_t step = 0; step < steps; ++step) {
      if (next < item["changes"].size() && item["changes"][next][0] == step)
        lr = item["changes"][next++][1];
      run.evaluate("a", numberOf(item["metric"][size_t(step)]));
      ASSERT_EQ(run.step(), lr) << item["mode"] << " step " << step;
    }
    EXPECT_EQ(run.slot("reduce_on_plateau/count"), double(next));
    changes += next;
  }
  EXPECT_GT(changes, 300u);
}

TEST(ReduceOnPlateau, ScalesWhatComesLater) {
  TestSchedule schedule;
  schedule.add("constant", 10, {1, 1});
  schedule.add("linear", 10, {1, 0});
  ScheduleReactions reactions;
  reactions.plateau = PlateauReaction{{"loss", false, true, 0, 3}, 0.5};
  ScriptedRun run(schedule, reactions);
  for (int step = 0; step < 4; ++step)
    EXPECT_EQ(run.step(), 1);
  for (int step = 4; step < 8; ++step) // the fourth that is no better
    EXPECT_EQ(run.step(), 0.5);
  while (run.now < 19)
    run.step(-run.now);
  EXPECT_EQ(run.step(-20), 0);
}

//===----------------------------------------------------------------------===//
// Together
//===----------------------------------------------------------------------===//

static double anyMetric() {
  switch (*rc::gen::inRange(0, 12)) {
  case 0:
    return NAN;
  case 1:
    return INFINITY;
  case 2:
    return *rc::gen::element(0.0, 1e300, 1e-300, -1e300);
  default:
    return *rc::gen::inRange(1, 1000) / 100.0;
  }
}

TEST(State, NeverMakesTheRateNegativeOrInfinite) {
  bool holds = rc::check("any metrics", [] {
    TestSchedule schedule;
    const std::vector<std::string> inclusive = {"left", "right", "both",
                                                "neither"};
    auto ends = *rc::gen::elementOf(inclusive);
    setReaction(schedule.add("linear", *rc::gen::inRange(1, 30), {0, 1}, ends),
                until("up", "loss", *rc::gen::inRange(1, 5)));
    setReaction(
        schedule.add("cosine", *rc::gen::inRange(1, 30), {1, 0.2}, ends),
        until("down", "eval/a/loss", *rc::gen::inRange(1, 5)), {"lr"});
    setReaction(
        schedule.add("linear", *rc::gen::inRange(0, 30), {0.2, 0}, ends),
        until("rest", "grad_norm", *rc::gen::inRange(1, 5)), {"lr"}, true);
    setReaction(
        schedule.add("cosine", *rc::gen::inRange(1, 30), {0, 0.5}, ends), {},
        {"lr"});
    ScheduleReactions reactions;
    reactions.spike =
        SpikeReaction{*rc::gen::elementOf(std::vector<std::string>{
                          "loss", "grad_norm", "eval/a/loss", "loss_ema"}),
                      2, 0.01, *rc::gen::inRange(1, 10)};
    reactions.plateau =
        PlateauReaction{{"loss_ema", false, true, 0, *rc::gen::inRange(0, 3)},
                        0.1,
                        0,
                        0,
                        *rc::gen::inRange(0, 3)};
    ScriptedRun run(schedule, reactions);
    for (int step = 0; step < 140; ++step) {
      if (*rc::gen::inRange(0, 3) == 0)
        run.evaluate("a", anyMetric());
      double loss = anyMetric();
      double lr = run.step(std::isfinite(loss) ? loss : 1,
                           std::abs(*rc::gen::inRange(0, 100) / 10.0));
      RC_ASSERT(lr >= 0 && lr <= 1);
    }
  });
  EXPECT_TRUE(holds);
}
