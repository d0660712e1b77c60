//===- FigureTest.cpp - memory, bytes and times of a step -----------------===//

#include "RightPlans.h"

#include "runtime/Artifact/Shards.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

using namespace dsc;
using namespace dsc::test;

static Simulation simulateShape(const PlanShape &shape, int ranks,
                                const SimulationOptions &options = {}) {
  Simulation result = RankPlans(rightPlan(shape), ranks).simulate(options);
  EXPECT_TRUE(result.faults.empty());
  return result;
}

static int64_t arenaOf(const PlanShape &shape) {
  return rightPlan(shape).buffers[0]->count;
}

static std::map<std::string, double> buffersOf(const RankReport &rank) {
  std::map<std::string, double> bytes;
  for (const BufferMemory &buffer : rank.buffers)
    bytes[buffer.name] = buffer.bytes;
  return bytes;
}

TEST(Figures, ShardsOfAllRanksAreOneWhole) {
  PlanShape shape;
  shape.strategy = Strategy::zero2;
  shape.mixed = true;
  double arena = double(arenaOf(shape));
  for (int ranks : {1, 2, 3, 4}) {
    std::map<std::string, double> sums;
    Simulation result = simulateShape(shape, ranks);
    for (const RankReport &rank : result.ranks)
      for (auto [name, bytes] : buffersOf(rank))
        sums[name] += bytes;
    EXPECT_EQ(sums["momentum"], 4 * arena);
    EXPECT_EQ(sums["param"], 4 * arena);
    EXPECT_EQ(sums["grad"], 4 * arena);
    EXPECT_EQ(sums["compute"], 2 * arena * ranks);
  }
}

TEST(Figures, PassingTakesMemoryWhereGradientsPass) {
  PlanShape shape;
  shape.strategy = Strategy::zero2;
  double arena = double(arenaOf(shape));
  EXPECT_EQ(buffersOf(simulateShape(shape, 1).ranks[0]).count("passing"), 0u);
  auto passing = buffersOf(simulateShape(shape, 2).ranks[0]);
  EXPECT_GT(passing["passing"], 0);
  EXPECT_LT(passing["passing"], 4 * arena);
  shape.microBatch = 1;
  auto kept = buffersOf(simulateShape(shape, 2).ranks[0]);
  EXPECT_EQ(kept.count("passing"), 0u);
  EXPECT_EQ(kept["grad"], 4 * arena);
}

TEST(Figures, VirtualRanksTakeMemoryForSumsOfOthers) {
  PlanShape shape;
  shape.virtualRanks = 12;
  auto fetchedAt = [&](int ranks) {
    auto buffers = buffersOf(simulateShape(shape, ranks).ranks.back());
    return buffers["other ranks' sums"];
  };
  EXPECT_EQ(fetchedAt(1), 0);
  // Three leaves on each of four ranks are two sums; the last rank's part of a
  // bucket is the one that is rounded up.
  int64_t most = 0;
  for (const auto &bucket : rightPlan(shape).buckets) {
    int64_t blocks = (bucket->end - bucket->begin) / kBlockElements;
    most = std::max(most, (blocks - blocks * 3 / 4) * kBlockElements);
  }
  EXPECT_GT(most, 0);
  EXPECT_EQ(fetchedAt(4), 3 * 2 * 4.0 * double(most));
}

TEST(Figures, EveryStrategySendsWhatItsCollectivesAre) {
  for (Strategy strategy :
       {Strategy::replicated, Strategy::zero1, Strategy::zero2})
    for (Links links : {Links::ring, Links::direct}) {
      PlanShape shape;
      shape.strategy = strategy;
      SimulationOptions options;
      options.machine.links = links;
      Simulation result = simulateShape(shape, 4, options);
      double all = 0;
      for (const RankReport &rank : result.ranks)
        all += rank.sent;
      // Sums and gathers of the arena in f32, 3 / 4 of it from each of 4 ranks.
      double gradients = 2 * 3 * 4.0 * double(arenaOf(shape));
      // A loss a rank, and block sums of the ZeROs in f64.
      double small = 3 * 4 * 8;
      if (strategy != Strategy::replicated)
        small += 2 * 3 * 8.0 * double(arenaOf(shape) / kBlockElements);
      EXPECT_DOUBLE_EQ(all, gradients + small);
      EXPECT_EQ(result.links.size(), links == Links::ring ? 4u : 12u);
    }
}

TEST(Figures, ARankSendsTheSumsThatItHas) {
  PlanShape shape;
  shape.virtualRanks = 10;
  double parts[2] = {};
  for (const auto &bucket : rightPlan(shape).buckets)
    for (int rank = 0; rank < 2; ++rank)
      parts[rank] +=
          4 * double(shardOf({bucket->begin, bucket->end}, rank, 2).size());
  // Of leaves 0 to 4 two sums wait for others, of leaves 5 to 9 three.
  double sums[2] = {2, 3}, losses = 8 * 10 / 2;
  for (Links links : {Links::ring, Links::direct}) {
    SimulationOptions options;
    options.machine.links = links;
    Simulation result = simulateShape(shape, 2, options);
    for (int rank = 0; rank < 2; ++rank) {
      double gathered =
          links == Links::ring ? (parts[0] + parts[1]) / 2 : parts[rank];
      EXPECT_DOUBLE_EQ(result.ranks[rank].sent,
                       sums[rank] * parts[1 - rank] + gathered + losses)
          << rank;
    }
  }
}

TEST(Figures, OneRankSendsNothing) {
  Simulation result = simulateShape({}, 1);
  EXPECT_EQ(result.ranks[0].sent, 0);
  EXPECT_TRUE(result.links.empty());
  EXPECT_EQ(result.hidden(), 1);
}

/// Units of 1 ms forward and 2 ms backward.
static SimulationOptions units(int count, double link) {
  SimulationOptions options;
  options.units.assign(size_t(count), {5e8, 1000});
  options.machine.link = link;
  options.machine.latency = 0;
  return options;
}

TEST(Figures, BackwardHidesAllButTheLastUnit) {
  PlanShape shape;
  shape.units = 8;
  // A unit's 3 blocks, 48 KiB, half of it twice: 48 KiB in 1 ms.
  Simulation result = simulateShape(shape, 2, units(8, 4.9152e7));
  EXPECT_GT(result.hidden(), 0.7);
  EXPECT_LT(result.hidden(), 1);
  EXPECT_GE(result.stepSeconds, 8 * 3e-3);
  Simulation slow = simulateShape(shape, 2, units(8, 4.9152e5));
  EXPECT_LT(slow.hidden(), 0.1);
  EXPECT_GT(slow.stepSeconds, 8e-1);
  EXPECT_GT(slow.ranks[0].waiting, 0.7);
}

TEST(Figures, ActivationsAreThoseOfOneMicroBatch) {
  PlanShape shape;
  shape.microBatch = 1;
  Simulation result = simulateShape(shape, 2, units(4, 1e9));
  EXPECT_EQ(result.ranks[0].activations, 4000);
}

TEST(Figures, LanesDoOneThingAtATime) {
  PlanShape shape;
  shape.strategy = Strategy::zero2;
  shape.units = 6;
  Simulation result = simulateShape(shape, 3, units(6, 1e8));
  std::map<std::pair<int, plan::Lane>, double> ends;
  ASSERT_FALSE(result.timeline.empty());
  for (const Span &span : result.timeline) {
    double &end = ends[{span.rank, span.lane}];
    EXPECT_GE(span.begin, span.step == 0 ? -1 : end - 1e-12) << span.what;
    end = std::max(end, span.end);
  }
  EXPECT_EQ(ends.size(), 6u);
}

/// What the step before left to this one, on rank 0.
static std::vector<Span> gathersLeft(const Simulation &result) {
  std::vector<Span> gathers;
  for (const Span &span : result.timeline)
    if (span.rank == 0 && span.step == 0 &&
        span.code == plan::OpCode::all_gather)
      gathers.push_back(span);
  return gathers;
}

TEST(Figures, ARecordedStepBeginsWithTheGathersLeftToIt) {
  PlanShape shape;
  shape.strategy = Strategy::zero1;
  SimulationOptions options = units(4, 4.9152e7);
  EXPECT_LT(gathersLeft(simulateShape(shape, 2, options)).front().begin, 0);
  options.machine.recorded = true;
  Simulation result = simulateShape(shape, 2, options);
  std::vector<Span> gathers = gathersLeft(result);
  plan::PlanT plan = rightPlan(shape);
  ASSERT_FALSE(gathers.empty());
  EXPECT_EQ(gathers.front().begin, 0);
  for (const Span &gather : gathers) {
    int unit = plan.buckets[size_t(gather.index)]->first_unit;
    EXPECT_GT(unit, 0);
    for (const Span &span : result.timeline)
      if (span.rank == 0 && span.code == plan::OpCode::forward) {
        if (span.index == 0) {
          EXPECT_EQ(span.begin, 0);
        } else if (span.index >= unit) {
          EXPECT_GE(span.begin, gather.end);
        }
      }
  }
}
