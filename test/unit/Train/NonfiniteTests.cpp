//===- NonfiniteTests.cpp - gradients that are not numbers ----------------===//

#include "TestPlan.h"

#include "runtime/Base/Files.h"
#include "runtime/Train/Checkpoint/CheckpointStore.h"

#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;

namespace {
/// Poisons global batches for as long as it lives.
struct Poison {
  explicit Poison(const char *range) {
    ::setenv("DSC_SYNTHETIC_NAN_STEP", range, 1);
  }
  ~Poison() { ::unsetenv("DSC_SYNTHETIC_NAN_STEP"); }
};
} // namespace

TEST(Nonfinite, StopNamesStepRatePhaseAndTensor) {
  Workplace place;
  TestPlan plan;
  Poison poison("12");
  TrainJob job = testJob(plan, "run");
  std::string message = trainError(job);
  EXPECT_EQ(message.substr(0, message.find(" (")),
            "step 12: the gradient of 'transformer.head.weight' is not finite");
  EXPECT_NE(message.find("(lr 0.00925, phase anneal)"), std::string::npos)
      << message;
  // Nothing of it reached a checkpoint.
  std::vector<std::string> damaged;
  EXPECT_EQ(CheckpointStore("run").newest(damaged)->manifest.state.steps, 10);
  EXPECT_EQ(eventsOf("run", "step").size(), 12u);
  EXPECT_NE(eventsOf("run", "stop").back().find("\"exit\":6"),
            std::string::npos);
}

TEST(Nonfinite, StopExits6) {
  Workplace place;
  TestPlan plan;
  Poison poison("3");
  EXPECT_EQ(trainCode(testJob(plan, "run")), 6);
}

TEST(Nonfinite, SkipConsumesDataButNoStep) {
  Workplace place;
  PlanChoices choices;
  choices.nonfinite = plan::Nonfinite::skip;
  TestPlan plan(choices);
  Poison poison("12-14");
  EXPECT_EQ(trainCode(testJob(plan, "run")), 0);
  EXPECT_EQ(eventsOf("run", "skip").size(), 3u);
  EXPECT_EQ(eventsOf("run", "step").size(), 40u);
  std::vector<std::string> damaged;
  auto newest = CheckpointStore("run").newest(damaged);
  EXPECT_EQ(newest->manifest.state.steps, 40);
  EXPECT_EQ(newest->manifest.state.batches, 43);
  // A resume from before, and from amid, goes the same way.
  auto expected = contract("run");
  TrainJob job = testJob(plan, "again");
  job.place.resume = true;
  for (int64_t steps : {11, 12, 13, 40}) {
    job.steps = steps;
    EXPECT_EQ(trainCode(job), 0);
  }
  EXPECT_EQ(contract("again"), expected);
  // The poisoned batches left no trace in the parameters.
  SafetensorsFile file("run/checkpoints/last/model.safetensors");
  const Tensor *tensor = file.find("transformer.head.weight");
  ASSERT_TRUE(tensor);
  auto *values = reinterpret_cast<const float *>(file.data(*tensor));
  for (int64_t i = 0; i < tensor->elements(); ++i)
    ASSERT_TRUE(std::isfinite(values[i]));
}

TEST(Nonfinite, TenSkipsInARowStop) {
  Workplace place;
  PlanChoices choices;
  choices.nonfinite = plan::Nonfinite::skip;
  TestPlan plan(choices);
  {
    Poison poison("12-20");
    EXPECT_EQ(trainCode(testJob(plan, "nine")), 0);
  }
  Poison poison("12-21");
  EXPECT_EQ(trainCode(testJob(plan, "ten")), 6);
  EXPECT_EQ(eventsOf("ten", "skip").size(), 10u);
}
