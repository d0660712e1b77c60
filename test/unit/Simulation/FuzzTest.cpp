//===- FuzzTest.cpp - right plans pass, broken ones do not ----------------===//

#include "BreakPlans.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

using namespace dsc;
using namespace dsc::test;

/// Of all numbers from the first case on: a growing test would begin with plans
/// that have little to break.
static int pick(int begin, int end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(begin, end));
}

static PlanShape anyShape() {
  PlanShape shape;
  shape.strategy =
      *rc::gen::element(Strategy::replicated, Strategy::zero1, Strategy::zero2);
  shape.units = pick(1, 6);
  shape.blocks = pick(1, 5);
  shape.bucketBlocks = pick(1, 5);
  shape.tied = *rc::gen::arbitrary<bool>();
  shape.mixed = *rc::gen::arbitrary<bool>();
  shape.microBatch = *rc::gen::element<int64_t>(0, 1, 3);
  shape.virtualRanks = *rc::gen::element<int64_t>(0, 0, 12);
  if (shape.virtualRanks)
    shape.microBatch = 1;
  return shape;
}

/// Ranks that divide the micro-batches.
static int anyRanks(const PlanShape &shape, int least) {
  return shape.microBatch == 3 ? *rc::gen::element(least, 2, 4)
                               : pick(least, 5);
}

RC_GTEST_PROP(RightPlans, HaveNoFaults, ()) {
  PlanShape shape = anyShape();
  RankPlans plans(rightPlan(shape), anyRanks(shape, 1));
  RC_ASSERT(plans.damage() == "");
  RC_ASSERT(plans.faults() == "");
  SimulationOptions options;
  options.machine.recorded = true;
  RC_ASSERT(plans.simulate(options).faults.empty());
}

/// Breaks the plans of some ranks; false where they have nothing of the kind.
static bool breakSome(RankPlans &plans, const Break &fault) {
  int ranks = plans.ranks();
  int first = pick(0, ranks);
  bool alone = *rc::gen::arbitrary<bool>();
  // The same choices on every rank that is broken.
  std::vector<int> chosen;
  bool broken = false;
  for (int rank = 0; rank < ranks; ++rank) {
    bool chosenRank = alone || fault.ofSomeRanks ? rank == first : true;
    if (!chosenRank)
      continue;
    size_t next = 0;
    broken |= fault.apply(plans.of(rank), [&](int count) {
      if (next == chosen.size())
        chosen.push_back(pick(0, count));
      return chosen[next++];
    });
  }
  return broken;
}

class BrokenPlans : public testing::TestWithParam<Break> {};

TEST_P(BrokenPlans, AreFound) {
  int broken = 0;
  bool good = rc::check(GetParam().name, [&] {
    PlanShape shape = anyShape();
    if (GetParam().narrow)
      GetParam().narrow(shape);
    RankPlans plans(rightPlan(shape), anyRanks(shape, 2));
    RC_PRE(breakSome(plans, GetParam()));
    ++broken;
    bool isFound = plans.damage() != "" || plans.faults() != "";
    RC_ASSERT(isFound);
  });
  EXPECT_TRUE(good);
  EXPECT_GT(broken, 20);
}

INSTANTIATE_TEST_SUITE_P(All, BrokenPlans, testing::ValuesIn(allBreaks()),
                         [](const auto &info) { return info.param.name; });
