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

TEST(Tables, GapsAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         plan.buckets[0]->end -= kBlockElements;
                       }),
              HasSubstr("every rank: elements [4096, 8192) are in no bucket"));
}

TEST(Tables, OverlapsAreFound) {
  EXPECT_THAT(
      faultsOf(
          shapeOf(Strategy::zero1),
          [](plan::PlanT &plan) { plan.buckets[1]->begin -= kBlockElements; }),
      HasSubstr("every rank: elements [4096, 8192) are in two buckets"));
}

TEST(Tables, PartsOfBlocksAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         plan.buckets[0]->end -= 1;
                         plan.buckets[1]->begin -= 1;
                       }),
              HasSubstr("bucket 0 is elements [0, 8191), expected whole blocks "
                        "of 4096"));
}

TEST(Tables, BucketsOfTwoGroupsAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         plan.groups[0]->end -= kBlockElements;
                       }),
              HasSubstr("lies in more than one group"));
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

TEST(Tables, TokensThatNobodyCompletesAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::all_gather, 0).signals =
                             77;
                       }),
              HasSubstr("forward of unit3 waits for token 7, which no op "
                        "completes"));
}

TEST(Tables, ThingsThatAreNotThereAreFound) {
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero1),
               [](plan::PlanT &plan) {
                 opOf(plan, "last_micro", OpCode::reduce_scatter).buffer = 99;
               }),
      HasSubstr("reduce_scatter of number 99, bucket 0 is of something "
                "that is not there"));
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::clear).lane =
                             plan::Lane::p2p;
                       }),
              HasSubstr("is on a lane that no rank runs"));
}
