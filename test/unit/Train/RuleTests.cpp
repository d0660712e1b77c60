//===- RuleTests.cpp - where a run may go, and what it may resume ---------===//

#include "TestPlan.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Lock.h"
#include "runtime/Train/Checkpoint/Compatibility.h"

#include <filesystem>
#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;

static bool contains(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

static PlanChoices brief() {
  PlanChoices choices;
  choices.steps = 20;
  choices.evaluateEvery = 0;
  return choices;
}

TEST(RunDirectory, SecondRunTakesTheNextName) {
  Workplace place;
  TestPlan plan(brief());
  TrainJob job = testJob(plan);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(listDirectory("runs"),
            (std::vector<std::string>{"last", "tiny", "tiny-2", "tiny-3"}));
  EXPECT_EQ(std::filesystem::read_symlink("runs/last"), "tiny-3");
  EXPECT_EQ(newestRun("tiny"), "runs/tiny-3");
  EXPECT_EQ(newestRun("tin"), "");
}

TEST(RunDirectory, ResumeMeansTheNewest) {
  Workplace place;
  TestPlan plan(brief());
  TrainJob job = testJob(plan);
  job.steps = 7;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(trainCode(job), 0);
  job.steps = 9;
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(eventsOf("runs/tiny", "step").size(), 7u);
  EXPECT_EQ(eventsOf("runs/tiny-2", "step").size(), 9u);
}

TEST(RunDirectory, HoldingARunIsRefused) {
  Workplace place;
  TestPlan plan(brief());
  TrainJob job = testJob(plan, "mine");
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(trainCode(job), 4);
  EXPECT_TRUE(contains(trainError(job), "'mine' holds a run already"));
  EXPECT_TRUE(contains(trainError(job), "--resume"));
}

TEST(RunDirectory, OneRunAtATime) {
  Workplace place;
  TestPlan plan(brief());
  TrainJob job = testJob(plan, "mine");
  job.steps = 5;
  EXPECT_EQ(trainCode(job), 0);
  DirectoryLock lock("mine");
  int code = runChild([&] {
    try {
      DirectoryLock other("mine");
    } catch (const Error &error) {
      std::string holder = "process " + std::to_string(::getppid());
      return contains(error.what(), "is in use by " + holder) ? 42 : 1;
    }
    return 2;
  });
  EXPECT_EQ(code, 42);
}

TEST(RunDirectory, WaitsForARunThatEnds) {
  Workplace place;
  makeDirectories("mine");
  auto held = std::make_unique<DirectoryLock>("mine");
  std::string holder;
  DirectoryLock next("mine", {std::chrono::minutes(10), [&](std::string name) {
                                holder = name;
                                held.reset();
                              }});
  EXPECT_TRUE(contains(holder, "process " + std::to_string(::getpid())));
}

TEST(Accept, ChangedScheduleShowsBothCurves) {
  Workplace place;
  PlanChoices choices;
  TestPlan before(choices);
  TrainJob job = testJob(before, "run");
  job.steps = 20;
  job.recipe = "[schedule]\npeak = 0.01\n";
  EXPECT_EQ(trainCode(job), 0);

  choices.fingerprint["schedule"] = "another";
  TestPlan after(choices);
  job = testJob(after, "run");
  job.recipe = "[schedule]\npeak = 0.02\n";
  job.kernels = testKernels(/*shifted=*/true);
  job.place.resume = true;
  std::string message = trainError(job);
  EXPECT_TRUE(contains(message, "another schedule")) << message;
  EXPECT_TRUE(contains(message, "agree up to step 29")) << message;
  EXPECT_TRUE(contains(message, "checkpoint:  [schedule] peak = 0.01"));
  EXPECT_TRUE(contains(message, "this recipe: [schedule] peak = 0.02"));
  EXPECT_TRUE(contains(message, "--accept schedule"));
  EXPECT_EQ(trainCode(job), 4);
  job.accept = {"data"};
  EXPECT_EQ(trainCode(job), 4);
  job.accept = parseAccept("schedule");
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(eventsOf("run", "step").size(), 40u);
}

TEST(Accept, LongerScheduleGoesOnWithAFinishedRun) {
  Workplace place;
  PlanChoices choices = brief();
  TestPlan before(choices);
  EXPECT_EQ(trainCode(testJob(before, "run")), 0);
  choices.steps = 30;
  choices.fingerprint["schedule"] = "longer";
  TestPlan after(choices);
  TrainJob job = testJob(after, "run");
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 4);
  EXPECT_TRUE(contains(trainError(job),
                       "the checkpoint's run has 20 steps, this one "
                       "30"));
  job.accept = {"schedule"};
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(eventsOf("run", "step").size(), 30u);
}

TEST(Accept, EachPartByItsOwnName) {
  for (const char *part : {"data", "batch", "optimizer"}) {
    Workplace place;
    PlanChoices choices = brief();
    TestPlan before(choices);
    TrainJob job = testJob(before, "run");
    job.steps = 10;
    EXPECT_EQ(trainCode(job), 0);
    choices.fingerprint[part] = "another";
    TestPlan after(choices);
    job = testJob(after, "run");
    job.place.resume = true;
    job.accept = {"schedule"};
    EXPECT_TRUE(contains(trainError(job), std::string("another ") + part));
    job.accept = {part};
    EXPECT_EQ(trainCode(job), 0) << part;
  }
}

TEST(Accept, ModelAndTokenizerNever) {
  Workplace place;
  PlanChoices choices = brief();
  TestPlan before(choices);
  TrainJob job = testJob(before, "run");
  job.steps = 10;
  EXPECT_EQ(trainCode(job), 0);
  for (bool model : {true, false}) {
    PlanChoices other = choices;
    if (model)
      other.fingerprint["model"] = "another";
    else
      other.tokenizer = "words.json";
    TestPlan after(other);
    job = testJob(after, "run");
    job.place.resume = true;
    job.accept = {"schedule", "data", "batch", "optimizer"};
    EXPECT_EQ(trainCode(job), 4);
    EXPECT_TRUE(contains(trainError(job),
                         model ? "another model" : "another tokenizer"));
  }
}

TEST(Accept, UnknownWordsAreUsageErrors) {
  try {
    parseAccept("schedule,shedule");
    FAIL();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::usage);
    EXPECT_EQ(error.hint(), "did you mean 'schedule'?");
  }
  EXPECT_THROW(parseAccept("model"), Error);
}

TEST(Patience, EndsTheRunForGood) {
  Workplace place;
  PlanChoices choices;
  choices.steps = 100;
  choices.evaluateEvery = 1;
  choices.stopAfter = 2;
  choices.checkpointEvery = 50;
  TestPlan plan(choices);
  TrainJob job = testJob(plan, "run");
  EXPECT_EQ(trainCode(job), 0);
  size_t steps = eventsOf("run", "step").size();
  EXPECT_LT(steps, 100u);
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(eventsOf("run", "step").size(), steps);
}
