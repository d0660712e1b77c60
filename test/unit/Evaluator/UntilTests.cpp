//===- UntilTests.cpp - phases that end early -----------------------------===//

#include "test/unit/Evaluator/ScriptedRun.h"

using namespace dsc;
using namespace dsc::test;

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
    EXPECT_EQ(run.step(), valuesAt(tracks, step)[0]) << step;
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
    EXPECT_EQ(run.step(), valuesAt(tracks, step)[0]) << step;
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
