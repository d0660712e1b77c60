//===- ReactionTests.cpp - what a schedule makes of a series --------------===//
//
// Drives @observe and @tracks by metrics whose outcome is known. PyTorch's own
// ReduceLROnPlateau made Inputs/plateau.json.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Evaluator/Phases.h"

#include "llvm/ADT/bit.h"
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>

using namespace dsc;
using namespace dsc::test;

namespace {

/// A run without a model: its metrics are the test's.
class ScriptedRun {
public:
  explicit ScriptedRun(TestSchedule &schedule,
                       const ScheduleReactions &reactions = {})
      : tracks(*Evaluator::create(*schedule.lower({}, reactions))),
        observe(*Evaluator::create(schedule.observe())) {
    auto names =
        schedule.observe()->getAttrOfType<mlir::ArrayAttr>(stateAttributeName);
    for (auto name : names.getAsValueRange<mlir::StringAttr>())
      slots[name.str()] = int(slots.size());
    state.resize(slots.size());
    outputs.resize(tracks.getNumResults());
  }

  double &slot(const std::string &name) { return state[slots.at(name)]; }

  void evaluate(const std::string &name, double loss) {
    slot("eval/" + name + "/loss") = loss;
    slot("eval/" + name + "/count") += 1;
  }

  /// One update; returns its LR.
  double step(double loss = 1, double norm = 1) {
    if (slots.count("loss"))
      slot("loss") = loss;
    std::vector<uint64_t> arguments{uint64_t(now),
                                    llvm::bit_cast<uint64_t>(norm)};
    for (double value : state)
      arguments.push_back(llvm::bit_cast<uint64_t>(value));
    std::vector<uint64_t> next(state.size());
    observe.run(arguments, next);
    arguments.erase(arguments.begin() + 1);
    for (size_t i = 0; i < next.size(); ++i) {
      state[i] = llvm::bit_cast<double>(next[i]);
      arguments[i + 1] = next[i];
    }
    std::vector<uint64_t> values(outputs.size());
    tracks.run(arguments, values);
    for (size_t i = 0; i < values.size(); ++i)
      outputs[i] = llvm::bit_cast<double>(values[i]);
    ++now;
    return outputs.front();
  }

  /// The LR, then momentum, then the position in the schedule as planned.
  double track(int index) const { return outputs[size_t(index)]; }
  int64_t now = 0;

private:
  Evaluator tracks, observe;
  std::map<std::string, int> slots;
  std::vector<double> state, outputs;
};

mlir::Builder attributes() { return mlir::Builder(&getContext()); }

/// `until` as the resolve passes leave it.
mlir::DictionaryAttr until(llvm::StringRef name, llvm::StringRef metric,
                           int64_t patience, double threshold = 0,
                           llvm::StringRef mode = "min") {
  mlir::Builder b = attributes();
  return b.getDictionaryAttr(
      {b.getNamedAttr("name", b.getStringAttr(name)),
       b.getNamedAttr("metric", b.getStringAttr(metric)),
       b.getNamedAttr("mode", b.getStringAttr(mode)),
       b.getNamedAttr("threshold_mode", b.getStringAttr("rel")),
       b.getNamedAttr("threshold", b.getF64FloatAttr(threshold)),
       b.getNamedAttr("patience", b.getI64IntegerAttr(patience))});
}

void setReaction(mlir::Operation *phase, mlir::DictionaryAttr until,
                 std::vector<llvm::StringRef> follows = {},
                 bool stretches = false) {
  mlir::Builder b = attributes();
  mlir::NamedAttrList members;
  if (until)
    members.append("until", until);
  if (!follows.empty())
    members.append("follows", b.getStrArrayAttr(follows));
  if (stretches)
    members.append("stretches", b.getUnitAttr());
  phase->setAttr("reaction", members.getDictionary(&getContext()));
}

} // namespace

//===----------------------------------------------------------------------===//
// until
//===----------------------------------------------------------------------===//

namespace {

/// Holds for at most 60 steps, falls over 10, then decays over the rest of 100.
TestSchedule holdFallRest() {
  TestSchedule schedule;
  setReaction(schedule.add("constant", 60, {1, 1}),
              until("hold", "eval/a/loss", 2));
  setReaction(schedule.add("linear", 10, {1, 0.5}), {}, {"lr"});
  setReaction(schedule.add("linear", 30, {0.5, 0.1}), {}, {"lr"}, true);
  return schedule;
}

} // namespace

TEST(Until, NothingHappensToARunThatGetsBetter) {
  TestSchedule reactive = holdFallRest(), plain;
  plain.add("constant", 60, {1, 1});
  plain.add("linear", 10, {1, 0.5});
  plain.add("linear", 30, {0.5, 0.1});
  ScriptedRun run(reactive);
  Evaluator tracks = plain.compile();
  for (int step = 0; step < 100; ++step) {
    if (step % 5 == 0)
      run.evaluate("a", 10.0 - step);
    double expected;
    tracks.evaluate(step, expected);
    EXPECT_EQ(run.step(), expected) << step;
  }
}

TEST(Until, EndsThePhaseAndTheRestTakesUpTheTime) {
  TestSchedule schedule = holdFallRest(), ended;
  ended.add("constant", 15, {1, 1});
  ended.add("linear", 10, {1, 0.5});
  ended.add("linear", 75, {0.5, 0.1});
  ScriptedRun run(schedule);
  Evaluator tracks = ended.compile();
  for (int step = 0; step < 100; ++step) {
    // 3 at 0, better at 5, no better at 10 and 15.
    if (step % 5 == 0)
      run.evaluate("a", step == 0 ? 3 : 2);
    double expected;
    tracks.evaluate(step, expected);
    EXPECT_EQ(run.step(), expected) << step;
    // Where it would lie had nothing ended early: in [60, 70) it falls.
    EXPECT_EQ(run.track(1), step < 15 ? step : std::min(step + 45, 99)) << step;
  }
  EXPECT_EQ(run.slot("until/hold/gain"), 45);
  EXPECT_EQ(run.slot("until/hold/count"), 1);
}

TEST(Until, WithoutALaterRestTheLastPhaseHolds) {
  TestSchedule schedule;
  setReaction(schedule.add("constant", 60, {1, 1}), until("hold", "loss", 3));
  setReaction(schedule.add("linear", 40, {1, 0.25}), {}, {"lr"});
  ScriptedRun run(schedule);
  double lr = 0;
  for (int step = 0; step < 43; ++step)
    lr = run.step(); // the loss stands still: three no better than the first
  EXPECT_EQ(lr, 0.25);
  for (int step = 43; step < 100; ++step)
    EXPECT_EQ(run.step(), 0.25) << step;
}

TEST(Until, TheNextPhaseStartsWhereTheCurveWas) {
  TestSchedule schedule;
  setReaction(schedule.add("linear", 50, {0, 1}, "right", TrackEnds{0.9, 0.5}),
              until("up", "grad_norm", 4));
  setReaction(schedule.add("constant", 10, {1, 1}), {}, {"lr"});
  setReaction(schedule.add("linear", 40, {1, 0}, "right", TrackEnds{0.5, 0.7}),
              {}, {"lr", "momentum"}, true);
  ScriptedRun run(schedule);
  for (int step = 0; step < 4; ++step)
    EXPECT_EQ(run.step(), (step + 1) / 50.0);
  double momentum = 0.9 * (46 / 50.0) + 0.5 * (4 / 50.0);
  for (int step = 4; step < 14; ++step) {
    EXPECT_EQ(run.step(), 4 / 50.0) << step;
    EXPECT_NEAR(run.track(1), momentum, 1e-16) << step;
  }
  for (int step = 14; step < 100; ++step) {
    double x = (step - 13) / 86.0;
    EXPECT_NEAR(run.step(), 4 / 50.0 * (1 - x), 1e-16) << step;
    EXPECT_NEAR(run.track(1), momentum * (1 - x) + 0.7 * x, 1e-15) << step;
  }
}

TEST(Until, OnlyTheOwnPhaseIsWatched) {
  TestSchedule schedule;
  schedule.add("linear", 50, {0, 1});
  setReaction(schedule.add("constant", 30, {1, 1}),
              until("hold", "eval/a/loss", 1));
  setReaction(schedule.add("linear", 20, {1, 0}), {}, {"lr"}, true);
  ScriptedRun run(schedule);
  for (int step = 0; step < 50; ++step) {
    run.evaluate("a", step); // ever worse, but not yet its time
    run.step();
  }
  EXPECT_EQ(run.step(), 1);
  run.evaluate("a", 5);
  EXPECT_EQ(run.step(), 1); // the first of the phase, not that of step 49
  run.evaluate("a", 6);
  EXPECT_LT(run.step(), 1);
}

TEST(Until, ThresholdAndModeSayWhatIsBetter) {
  for (bool maximum : {false, true}) {
    TestSchedule schedule;
    setReaction(schedule.add("constant", 90, {1, 1}),
                until("hold", "loss", 5, 0.1, maximum ? "max" : "min"));
    setReaction(schedule.add("linear", 10, {1, 0}), {}, {"lr"}, true);
    ScriptedRun run(schedule);
    run.step(100);
    for (int step = 1; step < 5; ++step) // better, but by no tenth
      EXPECT_EQ(run.step(maximum ? 109 : 91), 1);
    EXPECT_LT(run.step(maximum ? 109 : 91), 1);
  }
}

//===----------------------------------------------------------------------===//
// on_spike
//===----------------------------------------------------------------------===//

TEST(OnSpike, BacksOffInThatStepAndRecoversInAStraightLine) {
  TestSchedule schedule;
  schedule.add("constant", 100, {2, 2});
  ScheduleReactions reactions;
  reactions.spike = SpikeReaction{"loss", 3, 0.5, 10};
  ScriptedRun run(schedule, reactions);
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
  TestSchedule schedule;
  schedule.add("constant", 100, {1, 1});
  ScheduleReactions reactions;
  reactions.spike = SpikeReaction{"grad_norm", 2, 0.5, 4};
  ScriptedRun run(schedule, reactions);
  run.step(1, 1);
  EXPECT_EQ(run.step(1, 9), 0.5);
  EXPECT_EQ(run.step(1, 1), 0.625);
  EXPECT_EQ(run.step(1, 9), 0.375); // 0.75 / 2
  EXPECT_EQ(run.slot("on_spike/count"), 2);
}

TEST(OnSpike, ALastingRiseBecomesNormal) {
  TestSchedule schedule;
  schedule.add("constant", 1000, {1, 1});
  ScheduleReactions reactions;
  reactions.spike = SpikeReaction{"loss", 3, 0.5, 10};
  ScriptedRun run(schedule, reactions);
  for (int step = 0; step < 50; ++step)
    run.step(1);
  for (int step = 0; step < 400; ++step)
    run.step(5);
  EXPECT_EQ(run.slot("on_spike/count"), 1);
  EXPECT_EQ(run.slot("on_spike/above"), 0);
  EXPECT_EQ(run.step(5), 1);
}

TEST(OnSpike, WhatIsNotANumberIsASpikeAndLeavesTheAverage) {
  TestSchedule schedule;
  schedule.add("constant", 100, {1, 1});
  ScheduleReactions reactions;
  reactions.spike = SpikeReaction{"eval/a/loss", 3, 0.5, 10};
  ScriptedRun run(schedule, reactions);
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
