//===- FaultTest.cpp - one broken plan for every fault ----------------===//

#include "RightPlans.h"

#include "runtime/Artifact/KernelAbi.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;
using plan::OpCode;
using testing::HasSubstr;

namespace {
PlanShape shapeOf(Strategy strategy) {
  PlanShape shape;
  shape.strategy = strategy;
  return shape;
}

/// RankFaults of two ranks that run a changed plan.
template <typename Change>
std::string faultsOf(const PlanShape &shape, Change change) {
  plan::PlanT plan = rightPlan(shape);
  change(plan);
  return RankPlans(plan, 2).faults();
}

/// The same with rank 1's plan changed alone.
template <typename Change>
std::string faultsOfOne(const PlanShape &shape, Change change) {
  RankPlans plans(rightPlan(shape), 2);
  change(plans.of(1));
  return plans.faults();
}
} // namespace

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

TEST(Gradients, WithoutAPlaceAreFound) {
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero2),
               [](plan::PlanT &plan) { plan.buckets[1]->passing = -1; }),
      HasSubstr("bucket 1 has no place in buffer passing"));
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

//===----------------------------------------------------------------------===//
// The update
//===----------------------------------------------------------------------===//

TEST(Update, OutsideWhatIsOwnedIsFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::launch, 2).owned = false;
                       }),
              HasSubstr("launch of update_default works outside what the rank "
                        "owns"));
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::launch, 0).owned = false;
                       }),
              HasSubstr("launch of norm reads gradients of bucket 0 outside "
                        "what the rank owns"));
}

TEST(Update, OfOneElementTwiceOrNeverIsFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::replicated),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::launch, 2).end -=
                             kBlockElements;
                       }),
              HasSubstr("of parameter 'unit0.weight' are never updated"));
  EXPECT_THAT(faultsOf(shapeOf(Strategy::replicated),
                       [](plan::PlanT &plan) {
                         auto &ops = programOf(plan, "update").ops;
                         ops.push_back(std::make_unique<plan::PlanOpT>(
                             opOf(plan, "update", OpCode::launch, 3)));
                       }),
              HasSubstr("are updated twice in a step"));
}

TEST(Update, PartialSumsAreClearedAndSharedOnce) {
  auto withoutOp = [](OpCode code) {
    return faultsOf(shapeOf(Strategy::zero1), [&](plan::PlanT &plan) {
      dropOp(plan, "update", findOp(plan, "update", code));
    });
  };
  EXPECT_THAT(withoutOp(OpCode::clear),
              HasSubstr("launch of norm fills its parts of partial sums that "
                        "were not cleared"));
  EXPECT_THAT(withoutOp(OpCode::all_reduce),
              HasSubstr("launch of finish reads partial sums of this rank's "
                        "parts alone"));
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         auto &share = opOf(plan, "update", OpCode::all_reduce);
                         share.lane = plan::Lane::communication;
                       }),
              HasSubstr("reads partial sums without waiting for their "
                        "all_reduce"));
  auto repeated = [](int distance) {
    return faultsOf(shapeOf(Strategy::zero1), [&](plan::PlanT &plan) {
      auto &ops = programOf(plan, "update").ops;
      int share = findOp(plan, "update", OpCode::all_reduce);
      auto copy = std::make_unique<plan::PlanOpT>(*ops[size_t(share)]);
      ops.insert(ops.begin() + share + distance, std::move(copy));
    });
  };
  EXPECT_THAT(repeated(1), HasSubstr("sums them a second time"));
  EXPECT_THAT(repeated(-1), HasSubstr("comes before this rank's own sums"));
}

TEST(Update, WholeBuffersAreNotSummed) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         opOf(plan, "update", OpCode::all_reduce).buffer = 4;
                       }),
              HasSubstr("all_reduce of uniforms sums what every rank has "
                        "whole"));
}

TEST(Update, RanksDecideAlike) {
  auto moved = [](int distance) {
    return faultsOf(shapeOf(Strategy::replicated), [&](plan::PlanT &plan) {
      auto &ops = programOf(plan, "update").ops;
      std::rotate(ops.begin(), ops.begin() + 1, ops.begin() + distance);
    });
  };
  EXPECT_THAT(moved(4),
              HasSubstr("update, op 2: the guard comes before the loss is that "
                        "of all ranks"));
  EXPECT_THAT(faultsOf(shapeOf(Strategy::replicated),
                       [](plan::PlanT &plan) { dropOp(plan, "update", 0); }),
              HasSubstr("every rank: the loss is shared 0 times in a step"));
  EXPECT_THAT(faultsOf(shapeOf(Strategy::replicated),
                       [](plan::PlanT &plan) {
                         auto loss = std::make_unique<plan::PlanOpT>();
                         loss->code = OpCode::share_loss;
                         auto &ops = programOf(plan, "last_micro").ops;
                         ops.insert(ops.begin(), std::move(loss));
                       }),
              HasSubstr("share_loss comes before the step's last backward"));
}

TEST(Update, SchedulesThatReactSeeTheLossOfAll) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::replicated),
                       [](plan::PlanT &plan) {
                         auto state = std::make_unique<plan::BufferT>();
                         state->name = "state";
                         plan.kernels[1]->operands.push_back(
                             int(plan.buffers.size()));
                         plan.buffers.push_back(std::move(state));
                         dropOp(plan, "update", 0);
                       }),
              HasSubstr("the schedule comes before the loss is that of all "
                        "ranks"));
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

TEST(Parameters, ThatNobodyGatheredAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         dropOp(plan, "update",
                                findOp(plan, "update", OpCode::all_gather, 0));
                       }),
              HasSubstr("every rank, last_micro, op 4: forward of unit3 reads "
                        "parameters of bucket 0, of which this rank updated a "
                        "part and nobody gathered the rest"));
}

TEST(Parameters, ThatAreStillGatheredAreFound) {
  EXPECT_THAT(
      faultsOf(shapeOf(Strategy::zero1),
               [](plan::PlanT &plan) {
                 opOf(plan, "evaluate", OpCode::forward, 2).waits.clear();
               }),
      HasSubstr("every rank, evaluate, op 3: forward of unit2 reads "
                "parameters of bucket"));
}

TEST(Parameters, WrittenWhileTheyAreGatheredAreFound) {
  EXPECT_THAT(faultsOf(shapeOf(Strategy::zero1),
                       [](plan::PlanT &plan) {
                         auto &ops = programOf(plan, "update").ops;
                         int launch = findOp(plan, "update", OpCode::launch, 2);
                         ops.insert(ops.begin() + launch + 2,
                                    std::make_unique<plan::PlanOpT>(
                                        *ops[size_t(launch)]));
                       }),
              HasSubstr("launch of update_default writes parameters of"));
}
