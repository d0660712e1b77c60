//===- GradientFaultTest.cpp - gradients that are sent wrongly ------------===//

#include "Faults.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;
using plan::OpCode;
using testing::HasSubstr;

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

TEST(Gradients, SentBeforeTheirBackwardAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         auto &ops = programOf(plan, "last_micro").ops;
                         int send =
                             findOp(plan, "last_micro", OpCode::reduce_scatter);
                         std::rotate(ops.begin() + send - 2, ops.begin() + send,
                                     ops.begin() + send + 1);
                       }),
              HasSubstr("every rank, last_micro, op 5: reduce_scatter of grad, "
                        "bucket 0 sends gradients of bucket 0 before the last "
                        "backward that writes them"));
}

TEST(Gradients, SentBeforeTheyAreDoneAreFound) {
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero1),
               [](plan::PlanT &plan) {
                 dropOp(plan, "last_micro",
                        findOp(plan, "last_micro", OpCode::gradients_done));
               }),
      HasSubstr("sends gradients of bucket 0 before gradients_done"));
}

TEST(Gradients, SentInEveryMicroBatchAreFound) {
  PlanShape shape = shapeOf(Strategy::replicated);
  shape.microBatch = 2;
  std::string found = faultsOf(shape, [](plan::PlanT &plan) {
    auto &sent = opOf(plan, "last_micro", OpCode::all_reduce);
    programOf(plan, "micro")
        .ops.push_back(std::make_unique<plan::PlanOpT>(sent));
  });
  EXPECT_THAT(found, HasSubstr("micro, op 9: all_reduce of grad, bucket 0 "
                               "sends gradients of bucket 0 before the last "
                               "backward that writes them"));
  EXPECT_THAT(found, HasSubstr("sends gradients of bucket 0 a second time"));
}

TEST(Gradients, SummedWhereNoRankHasAllAreFound) {
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero2),
               [](plan::PlanT &plan) {
                 opOf(plan, "last_micro", OpCode::reduce_scatter).code =
                     OpCode::all_reduce;
               }),
      HasSubstr("sums gradients of bucket 0 where no rank has them whole"));
}

/// On all ranks alike, and each after its backward.
TEST(Gradients, SentOutOfTheOrderOfTheirTableAreFound) {
  auto swapped = [](const char *program, OpCode code) {
    return [=](plan::PlanT &plan) {
      auto &ops = programOf(plan, program).ops;
      int first = findOp(plan, program, code, 0);
      int second = findOp(plan, program, code, 1);
      std::rotate(ops.begin() + first, ops.begin() + first + 1,
                  ops.begin() + second + 1);
    };
  };
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       swapped("last_micro", OpCode::reduce_scatter)),
              HasSubstr("reduce_scatter of grad, bucket 0 comes after that of "
                        "bucket 1"));
  PlanShape trees = shapeOf(Strategy::zero1);
  trees.virtualRanks = 12;
  trees.microBatch = 1;
  EXPECT_THAT(
      faultsOf(trees, swapped("update", OpCode::join_subtrees)),
      HasSubstr("join_subtrees of bucket 0 comes after that of bucket 1"));
}

TEST(Gradients, NeverSentAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::replicated),
                       [](plan::PlanT &plan) {
                         dropOp(
                             plan, "last_micro",
                             findOp(plan, "last_micro", OpCode::all_reduce, 2));
                       }),
              HasSubstr("every rank: the gradients of bucket 2 are never "
                        "exchanged"));
}

TEST(Gradients, OtherBuffersAreNotReducedInParts) {
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero1),
               [](plan::PlanT &plan) {
                 opOf(plan, "last_micro", OpCode::reduce_scatter).buffer = 0;
               }),
      HasSubstr("only gradients are reduced in parts"));
}

TEST(Gradients, ReadBeforeTheyAreSummedAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::launch).waits.clear();
                       }),
              HasSubstr("launch of norm reads gradients of bucket 0 without "
                        "waiting for their exchange"));
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero1),
               [](plan::PlanT &plan) {
                 dropOp(plan, "last_micro",
                        findOp(plan, "last_micro", OpCode::reduce_scatter, 0));
               }),
      HasSubstr("launch of norm reads gradients of bucket 0 before "
                "they are exchanged"));
}

TEST(Gradients, InOnePlaceAtOneTimeAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero2),
                       [](plan::PlanT &plan) {
                         for (auto &bucket : plan.buckets)
                           bucket->passing = 0;
                       }),
              HasSubstr("both hold elements [0, 4096) of buffer passing"));
}

TEST(Gradients, InAPlaceThatIsStillReadAreFound) {
  std::string found = faultsOf(shapeOf(Strategy::zero2), [](plan::PlanT &plan) {
    for (auto &op : programOf(plan, "last_micro").ops)
      if (op->code == OpCode::backward)
        op->waits.clear();
  });
  EXPECT_THAT(found, HasSubstr("of buffer passing"));
}

TEST(Gradients, WrittenWhileTheyAreSentAreFound) {
  // Nothing of the first step waits, so the second writes what is under way.
  std::string found =
      faultsOf(shapeOf(Strategy::replicated), [](plan::PlanT &plan) {
        opOf(plan, "update", OpCode::launch).waits.clear();
        auto &ops = programOf(plan, "last_micro").ops;
        auto late = std::move(ops.back());
        ops.pop_back();
        programOf(plan, "update").ops.push_back(std::move(late));
      });
  EXPECT_THAT(found, HasSubstr("writes gradients of bucket"));
  EXPECT_THAT(found, HasSubstr("while they are exchanged"));
}

//===----------------------------------------------------------------------===//
// Trees of sums
//===----------------------------------------------------------------------===//

static PlanShape treeShape() {
  PlanShape shape = shapeOf(Strategy::zero1);
  shape.virtualRanks = 12;
  shape.microBatch = 1;
  return shape;
}

TEST(Trees, MissingLeavesAreFound) {
  EXPECT_THAT(faultsOf(treeShape(),
                       [](plan::PlanT &plan) {
                         dropOp(
                             plan, "last_micro",
                             findOp(plan, "last_micro", OpCode::keep_subtree));
                       }),
              HasSubstr("joins trees of 3 micro-batches, expected 4"));
}

TEST(Trees, UnfinishedLeavesAreFound) {
  EXPECT_THAT(faultsOf(treeShape(),
                       [](plan::PlanT &plan) {
                         dropOp(plan, "micro",
                                findOp(plan, "micro", OpCode::gradients_done));
                       }),
              HasSubstr("micro, op 9: keep_subtree adds gradients of bucket 0 "
                        "before gradients_done"));
}

TEST(Trees, JoinedTwiceIsFound) {
  EXPECT_THAT(faultsOf(treeShape(),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::join_subtrees, 1).index =
                             0;
                       }),
              HasSubstr("joins them a second time in a step"));
}
