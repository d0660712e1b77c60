//===- ResumeTests.cpp - a killed run ends like one that was not ----------===//

#include "TestPlan.h"

#include "runtime/Base/Files.h"
#include "runtime/Base/Signals.h"
#include "runtime/Train/Checkpoint/CheckpointStore.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <random>

using namespace dsc;
using namespace dsc::test;

using Names = std::vector<std::string>;

static void expectSame(const std::map<std::string, std::string> &expected,
                       const std::string &run) {
  auto found = contract(run);
  ASSERT_EQ(found["names"], expected.at("names"));
  for (const auto &[name, bytes] : expected)
    EXPECT_TRUE(found[name] == bytes) << name << " differs in " << run << "\n"
                                      << (name == "events" || name == "metrics"
                                              ? bytes + "---\n" + found[name]
                                              : "");
}

namespace {

/// A run in a folder of its own, which begins anew or goes on.
struct Run : testing::Test {
  Workplace place;
  TestPlan plan;
  TrainJob job = testJob(plan, "run");

  /// As if nothing had come between.
  void expectLikeWhole() {
    EXPECT_EQ(trainCode(testJob(plan, "whole")), 0);
    expectSame(contract("whole"), "run");
  }
};

struct Resume : Run {};

} // namespace

TEST_F(Run, LeavesTheContract) {
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(listDirectory("run/checkpoints"),
            (Names{"last", "step-00000035", "step-00000040"}));
  EXPECT_EQ(eventsOf("run", "step").size(), 40u);
  EXPECT_EQ(eventsOf("run", "phase").size(), 2u);
  EXPECT_EQ(eventsOf("run", "checkpoint").size(), 8u);
  // At the start, after 7, 14 ... 35 updates and at the end.
  EXPECT_EQ(eventsOf("run", "eval").size(), 7u);
  std::string metrics = readFile("run/metrics.csv");
  EXPECT_EQ(metrics.substr(0, metrics.find('\n')),
            "step,loss,val_loss,lr,grad_norm,tokens,seconds");
  std::string first = eventsOf("run", "step").front();
  EXPECT_NE(first.find("\"step\":0,"), std::string::npos);
  EXPECT_NE(first.find("\"lr\":0.001,"), std::string::npos) << first;
  EXPECT_EQ(readFile("run/checkpoints/last/config.json"),
            "{\"model_type\": \"gpt2\"}\n");
  EXPECT_EQ(readFile("run/recipe.toml"), "name = \"tiny\"\n");
}

TEST_F(Run, StepsStopsAndSaves) {
  job.steps = 12;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(eventsOf("run", "step").size(), 12u);
  EXPECT_EQ(listDirectory("run/checkpoints"),
            (Names{"last", "step-00000005", "step-00000010", "step-00000012"}));
  // Going on gives what an undisturbed run gives.
  job.steps = -1;
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 0);
  expectLikeWhole();
}

TEST_F(Run, StepsZeroLeavesTheInitialState) {
  job.steps = 0;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(listDirectory("run/checkpoints"), (Names{"last", "step-00000000"}));
  EXPECT_TRUE(eventsOf("run", "step").empty());
  job.steps = -1;
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 0);
  expectLikeWhole();
}

TEST_F(Resume, OfAFinishedRunChangesNothing) {
  EXPECT_EQ(trainCode(job), 0);
  std::string events = readFile("run/events.jsonl");
  std::string info = readFile("run/run.json");
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(readFile("run/events.jsonl"), events);
  EXPECT_EQ(readFile("run/run.json"), info);
}

TEST_F(Resume, StartsWhereThereIsNothing) {
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 0);
  expectLikeWhole();
}

TEST_F(Resume, FromAnOlderCheckpointForgetsTheLaterOnes) {
  EXPECT_EQ(trainCode(job), 0);
  auto expected = contract("run");
  job.place.resume = true;
  job.place.checkpoint = "run/checkpoints/step-00000035";
  job.steps = 37;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_FALSE(pathExists("run/checkpoints/step-00000040"));
  EXPECT_EQ(eventsOf("run", "step").size(), 37u);
  job.place.checkpoint.clear();
  job.steps = -1;
  EXPECT_EQ(trainCode(job), 0);
  expectSame(expected, "run");
}

TEST_F(Resume, IntoAnotherDirectoryForks) {
  EXPECT_EQ(trainCode(job), 0);
  auto expected = contract("run");
  job.place = {"tiny", "fork", true, "run/checkpoints/step-00000035"};
  EXPECT_EQ(trainCode(job), 0);
  auto forked = contract("fork");
  EXPECT_TRUE(forked["step-00000040/model.safetensors"] ==
              expected["step-00000040/model.safetensors"]);
  EXPECT_EQ(eventsOf("fork", "step").size(), 5u);
  expectSame(expected, "run");
}

TEST_F(Resume, FallsBackFromADamagedCheckpoint) {
  EXPECT_EQ(trainCode(job), 0);
  auto expected = contract("run");
  job.place.resume = true;
  for (const char *file : {"model.safetensors", "optimizer.safetensors",
                           "config.json", "manifest.json"}) {
    std::string path = std::string("run/checkpoints/step-00000040/") + file;
    std::string bytes = readFile(path);
    bytes[bytes.size() / 2] ^= 1;
    std::ofstream(path, std::ios::binary) << bytes;
    EXPECT_EQ(trainCode(job), 0) << file;
    expectSame(expected, "run");
  }
  std::filesystem::resize_file("run/checkpoints/step-00000040/manifest.json",
                               100);
  EXPECT_EQ(trainCode(job), 0);
  expectSame(expected, "run");
}

TEST_F(Resume, RefusesWhenEveryCheckpointIsDamaged) {
  EXPECT_EQ(trainCode(job), 0);
  for (const char *step : {"35", "40"})
    std::filesystem::resize_file(std::string("run/checkpoints/step-000000") +
                                     step + "/model.safetensors",
                                 1000);
  job.place.resume = true;
  EXPECT_EQ(trainCode(job), 4);
  job.place.checkpoint = "run/checkpoints/step-00000035";
  EXPECT_NE(trainError(job).find("model.safetensors' is damaged"),
            std::string::npos);
  job.place.checkpoint = "run/checkpoints/step-00000099";
  EXPECT_EQ(trainCode(job), 4);
}

TEST_F(Resume, CleansWhatAKillLeft) {
  job.steps = 10;
  EXPECT_EQ(trainCode(job), 0);
  makeDirectories("run/checkpoints/.writing-step-00000015");
  makeDirectories("run/checkpoints/.removing-step-00000005");
  job.place.resume = true;
  job.steps = 11;
  EXPECT_EQ(trainCode(job), 0);
  EXPECT_EQ(listDirectory("run/checkpoints"),
            (Names{"last", "step-00000005", "step-00000010", "step-00000011"}));
}

TEST_F(Resume, MicroBatchesAndPrecisionGoOnExactly) {
  PlanChoices choices;
  choices.precision = plan::Precision::bf16_mixed;
  choices.microBatch = 2;
  choices.logEvery = 3;
  TestPlan reduced(choices);
  EXPECT_EQ(trainCode(testJob(reduced, "whole")), 0);
  job = testJob(reduced, "run");
  job.place.resume = true;
  for (int64_t steps : {3, 4, 17, 40}) {
    job.steps = steps;
    EXPECT_EQ(trainCode(job), 0);
  }
  expectSame(contract("whole"), "run");
}

/// $DSC_LONG_TESTS asks for a hundred times as many rounds.
static int longer() { return std::getenv("DSC_LONG_TESTS") ? 100 : 1; }

/// Kills at random moments until the run is through; compares.
static void killUntilDone(int signal, unsigned seed, int rounds,
                          const PlanChoices &choices) {
  Workplace place;
  TestPlan plan(choices);
  auto began = std::chrono::steady_clock::now();
  ASSERT_EQ(runChild([&] { return trainCode(testJob(plan, "whole")); }), 0);
  int64_t whole = std::chrono::duration_cast<std::chrono::microseconds>(
                      std::chrono::steady_clock::now() - began)
                      .count();
  auto expected = contract("whole");
  std::mt19937 random(seed);
  int killed = 0;
  // Rounds go on until enough were killed: a signal that comes at once always
  // is in time.
  int wanted = rounds / 4 + 1;
  for (int round = 0; round < rounds || killed < wanted; ++round) {
    ASSERT_LT(round, rounds + 64);
    std::string run = "run" + std::to_string(round);
    TrainJob job = testJob(plan, run);
    job.place.resume = true;
    int code = -1, before = killed;
    for (int attempt = 0; attempt < 400 && code != 0; ++attempt) {
      // Later attempts get longer, so that slow machines come to an end too.
      int64_t delay = int64_t(random() % uint64_t(whole)) * (1 + attempt / 20);
      code = runChild(
          [&] {
            installSignalHandlers();
            return trainCode(job);
          },
          signal, [&] { ::usleep(useconds_t(delay)); });
      ASSERT_TRUE(code == -1 || code == 0 || code == 75) << code;
      killed += code != 0;
    }
    ASSERT_EQ(code, 0);
    expectSame(expected, run);
    if (::testing::Test::HasFailure())
      return;
    std::filesystem::remove_all(run);
    // The run by which `whole` was measured may have been a slow one.
    if (killed == before)
      whole = std::max<int64_t>(whole / 2, 1);
  }
}

TEST(Kill, AtAnyPointEndsInTheSameBytes) {
  PlanChoices choices;
  choices.checkpointEvery = 2; // most of the time goes into saving
  killUntilDone(SIGKILL, 1, 6 * longer(), choices);
}

TEST(Kill, TerminateSavesAndGoesOn) {
  PlanChoices choices;
  choices.evaluateEvery = 1; // most of the time goes into evaluating
  killUntilDone(SIGTERM, 2, 4 * longer(), choices);
}

TEST(Kill, TerminateExits75AndLosesNoStep) {
  Workplace place;
  PlanChoices choices;
  choices.steps = 100000;
  choices.checkpointEvery = 100000;
  choices.evaluateEvery = 0;
  TestPlan plan(choices);
  TrainJob job = testJob(plan, "run");
  int code = runChild(
      [&] {
        installSignalHandlers();
        return trainCode(job);
      },
      SIGTERM,
      [] {
        while (!pathExists("run/events.jsonl") ||
               eventsOf("run", "step").empty())
          ::usleep(1000);
      });
  EXPECT_EQ(code, 75);
  std::vector<std::string> damaged;
  auto newest = CheckpointStore("run").newest(damaged);
  ASSERT_TRUE(newest);
  EXPECT_EQ(eventsOf("run", "step").size(),
            size_t(newest->manifest.state.steps));
  EXPECT_NE(eventsOf("run", "stop").back().find("\"exit\":75"),
            std::string::npos);
}
