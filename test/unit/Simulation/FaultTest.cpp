//===- FaultTest.cpp - one broken plan for every fault --------------------===//

#include "Faults.h"

#include "runtime/Artifact/KernelAbi.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;
using plan::OpCode;
using testing::HasSubstr;

//===----------------------------------------------------------------------===//
// Ranks that do not meet
//===----------------------------------------------------------------------===//

TEST(Meeting, AnotherBucketIsNamed) {
  EXPECT_THAT(
      faultsOfOne(shapeOf(Strategy::replicated),
                  [](plan::PlanT &plan) {
                    auto &first =
                        opOf(plan, "last_micro", OpCode::all_reduce, 0);
                    auto &second =
                        opOf(plan, "last_micro", OpCode::all_reduce, 1);
                    std::swap(first.index, second.index);
                  }),
      HasSubstr("rank 1, last_micro, op 7: enters all_reduce of grad, bucket "
                "1, elements [8192, 16384), f32, while rank 0 enters "
                "all_reduce of grad, bucket 0"));
}

TEST(Meeting, AnotherCollectiveIsNamed) {
  EXPECT_THAT(
      faultsOfOne(shapeOf(Strategy::zero1),
                  [](plan::PlanT &plan) {
                    opOf(plan, "last_micro", OpCode::reduce_scatter).code =
                        OpCode::all_reduce;
                  }),
      HasSubstr("enters all_reduce of grad, bucket 0"));
}

TEST(Meeting, AnotherSizeIsNamed) {
  EXPECT_THAT(faultsOfOne(shapeOf(Strategy::zero1),
                          [](plan::PlanT &plan) { ++plan.buffers[3]->count; }),
              HasSubstr("enters all_reduce of partials, "));
}

TEST(Meeting, WhoWaitsForEverIsNamed) {
  EXPECT_THAT(faultsOfOne(shapeOf(Strategy::zero1),
                          [](plan::PlanT &plan) {
                            int position =
                                findOp(plan, "update", OpCode::all_gather, 0);
                            dropOp(plan, "update", position);
                          }),
              HasSubstr("enters reduce_scatter of grad, bucket 0, elements [0, "
                        "8192), f32, while rank 0 enters all_gather of param, "
                        "bucket 0"));
  EXPECT_THAT(faultsOfOne(shapeOf(Strategy::zero1),
                          [](plan::PlanT &plan) {
                            auto &ops = programOf(plan, "evaluate").ops;
                            auto loss = std::make_unique<plan::PlanOpT>();
                            loss->code = OpCode::share_loss;
                            ops.push_back(std::move(loss));
                          }),
              HasSubstr("rank 1, evaluate, op 5: waits for ever in share_loss: "
                        "rank 0 has come to the end"));
}

//===----------------------------------------------------------------------===//
// Tables that do not hold together
//===----------------------------------------------------------------------===//

TEST(Tables, RanksNeedBuckets) {
  auto withoutBuckets = [](plan::PlanT &plan) {
    plan.buckets.clear();
    for (auto &program : plan.programs)
      std::erase_if(program->ops, [](const auto &op) {
        return op->code == OpCode::all_reduce ||
               op->code == OpCode::gradients_done;
      });
    for (auto &program : plan.programs)
      for (auto &op : program->ops)
        op->waits.clear();
  };
  plan::PlanT plan = rightPlan(shapeOf(Strategy::replicated));
  withoutBuckets(plan);
  EXPECT_EQ(RankPlans(plan, 1).faults(), "");
  EXPECT_THAT(RankPlans(plan, 2).faults(),
              HasSubstr("every rank: the gradients are in no bucket"));
}

TEST(Tables, UnitsThatComeLaterAreFound) {
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero1),
               [](plan::PlanT &plan) { plan.buckets[0]->ready_unit = 4; }),
      HasSubstr("bucket 0 is ready with the backward of unit 4, but "
                "unit 3 writes its gradients later"));
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero1),
               [](plan::PlanT &plan) { plan.buckets[0]->first_unit = 4; }),
      HasSubstr("bucket 0 is first read by unit 4, but unit 3 reads it "
                "before"));
}

TEST(Tables, LanesThatNoRankRunsAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::clear).lane =
                             plan::Lane::p2p;
                       }),
              HasSubstr("is on a lane that no rank runs"));
}
