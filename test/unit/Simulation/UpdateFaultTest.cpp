//===- UpdateFaultTest.cpp - updates of the wrong parts -------------------===//

#include "Faults.h"

#include "runtime/Artifact/KernelAbi.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;
using plan::OpCode;
using testing::AllOf;
using testing::HasSubstr;

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
              AllOf(HasSubstr("every rank, update: elements ["),
                    HasSubstr("of parameter 'unit0.weight' are never "
                              "updated")));
  EXPECT_THAT(faultsOf(shapeOf(Strategy::replicated),
                       [](plan::PlanT &plan) {
                         auto &ops = programOf(plan, "update").ops;
                         ops.push_back(std::make_unique<plan::PlanOpT>(
                             opOf(plan, "update", OpCode::launch, 3)));
                       }),
              HasSubstr("are updated twice in a step"));
}

TEST(Update, WithoutAllThatItNeedsIsFound) {
  auto changed = [](auto change) {
    return faultsOf(shapeOf(Strategy::replicated), [&](plan::PlanT &plan) {
      change(plan, programOf(plan, "update").ops);
    });
  };
  EXPECT_THAT(changed([](plan::PlanT &plan, auto &) {
                --opOf(plan, "update", OpCode::launch, 0).end;
              }),
              HasSubstr("of parameter 'unit0.bias' are never summed"));
  EXPECT_THAT(changed([](plan::PlanT &plan, auto &) {
                dropOp(plan, "update",
                       findOp(plan, "update", OpCode::guard) - 1);
              }),
              HasSubstr("the guard looks at what is not computed yet"));
  EXPECT_THAT(changed([](plan::PlanT &plan, auto &) {
                dropOp(plan, "update", findOp(plan, "update", OpCode::guard));
              }),
              HasSubstr("launch of update_default comes before the guard"));
  EXPECT_THAT(changed([](plan::PlanT &plan, auto &) {
                dropOp(plan, "update", findOp(plan, "update", OpCode::advance));
              }),
              HasSubstr("every rank: the step is counted 0 times"));
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
