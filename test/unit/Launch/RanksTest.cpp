//===- RanksTest.cpp - how many ranks a run has ---------------------------===//

#include "runtime/Launch/Ranks/Ranks.h"
#include "runtime/Artifact/RankRules.h"
#include "runtime/Base/Error.h"

#include <gmock/gmock.h>

using namespace dsc;
using testing::HasSubstr;

static Place placeOf(int size, int localSize) {
  Place place;
  place.size = size;
  place.localSize = localSize;
  return place;
}

TEST(RanksToStart, WithoutALauncher) {
  EXPECT_EQ(ranksToStart(std::nullopt, std::nullopt, 0), 1);
  EXPECT_EQ(ranksToStart(3, std::nullopt, 0), 3);
  // [parallel] is all that a user changes.
  EXPECT_EQ(ranksToStart(std::nullopt, std::nullopt, 4), 4);
}

TEST(RanksToStart, WhereALauncherHasStartedThem) {
  EXPECT_EQ(ranksToStart(std::nullopt, placeOf(4, 2), 4), 1);
  EXPECT_EQ(ranksToStart(2, placeOf(4, 2), 4), 1);
  EXPECT_THROW(ranksToStart(4, placeOf(4, 2), 4), Error);
}

TEST(RanksToStart, WhereALauncherHasStartedOneOnEachHost) {
  EXPECT_EQ(ranksToStart(std::nullopt, placeOf(4, 1), 4), 1);
  EXPECT_EQ(ranksToStart(8, placeOf(4, 1), 32), 8);
}

namespace {
struct Facts {
  int64_t batch = 0, microBatch = 0, ranks = 0, virtualRanks = 0;
  bool deterministic = false;
};
} // namespace

static std::string faultOf(const Facts &facts, int64_t ranks) {
  flatbuffers::FlatBufferBuilder builder;
  auto device = builder.CreateString("cpu");
  plan::TrainingBuilder training(builder);
  training.add_batch(facts.batch);
  training.add_micro_batch(facts.microBatch);
  training.add_ranks(facts.ranks);
  training.add_virtual_ranks(facts.virtualRanks);
  training.add_deterministic(facts.deterministic);
  training.add_device(device);
  builder.Finish(training.Finish());
  auto refusal = findRankRefusal(
      *flatbuffers::GetRoot<plan::Training>(builder.GetBufferPointer()), ranks);
  return refusal ? refusal->message + "; " + refusal->hint : "none";
}

TEST(RankRules, BatchIsSharedInWholeSamples) {
  EXPECT_EQ(faultOf({.batch = 8}, 4), "none");
  EXPECT_EQ(faultOf({.batch = 8}, 3),
            "batch is 8, which is not divisible by 3 ranks; start 1, 2, 4 or 8 "
            "ranks");
  EXPECT_EQ(faultOf({.batch = 24, .microBatch = 4}, 3), "none");
  EXPECT_EQ(faultOf({.batch = 24, .microBatch = 4}, 4),
            "batch is 24, which is not divisible by 4 ranks times micro_batch "
            "4 = 16; start 1, 2, 3 or 6 ranks");
}

TEST(RankRules, NumberInTheRecipeMeansThatNumber) {
  EXPECT_EQ(faultOf({.batch = 8, .ranks = 2}, 2), "none");
  EXPECT_THAT(faultOf({.batch = 8, .ranks = 2}, 1),
              HasSubstr("parallel.data is 2, but the run has 1 rank;"));
}

TEST(RankRules, DeterministicRunsHaveATree) {
  EXPECT_EQ(faultOf({.batch = 8, .deterministic = true}, 1), "none");
  EXPECT_THAT(faultOf({.batch = 8, .deterministic = true}, 2),
              HasSubstr("virtual_ranks is not set for 2 ranks"));
  Facts twelve = {.batch = 24, .virtualRanks = 12, .deterministic = true};
  EXPECT_EQ(faultOf(twelve, 4), "none");
  EXPECT_EQ(faultOf(twelve, 8),
            "virtual_ranks is 12, which is not divisible by 8 ranks; start 1, "
            "2, 3, 4, 6 or 12 ranks");
}
