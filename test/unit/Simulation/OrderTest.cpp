//===- OrderTest.cpp - what a rank did, held against its plan -------------===//

#include "RightPlans.h"

#include "runtime/Artifact/Simulation/Order.h"
#include "runtime/Base/Error.h"

#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;
using plan::Lane;

namespace {
class Order : public testing::Test {
protected:
  Order() {
    PlanShape shape;
    shape.strategy = Strategy::zero1;
    shape.microBatch = 2;
    bytes = pack(rightPlan(shape));
    plan = plan::GetPlan(bytes.data());
  }

  /// Reports a program's ops of a lane, as its thread would.
  void report(OrderCheck &check, const char *name, Lane lane) {
    for (const plan::Program *program : *plan->programs())
      for (int i = 0;
           program->name()->str() == name && i < int(program->ops()->size());
           ++i)
        if (program->ops()->Get(unsigned(i))->lane() == lane)
          check.executed(lane, name, i);
  }

  std::vector<uint8_t> bytes;
  const plan::Plan *plan;
};

std::string errorOf(const std::function<void()> &function) {
  try {
    function();
  } catch (const Error &error) {
    EXPECT_EQ(error.code(), Exit::internal);
    return error.what();
  }
  return "";
}
} // namespace

TEST_F(Order, AcceptsStepsWhoseLanesRunApart) {
  OrderCheck check(*plan, 2); // 12 / (2 * 2) = 3 micro-batches
  for (int step = 0; step < 2; ++step) {
    for (const char *name : {"micro", "micro", "last_micro", "update"})
      report(check, name, Lane::compute);
    for (const char *name : {"last_micro", "update"})
      report(check, name, Lane::communication);
    check.stepEnded();
  }
  EXPECT_EQ(errorOf([&] { report(check, "micro", Lane::compute); }), "");
}

TEST_F(Order, NamesWhatItExpected) {
  OrderCheck check(*plan, 2);
  check.executed(Lane::compute, "micro", 0);
  EXPECT_EQ(errorOf([&] { check.executed(Lane::compute, "micro", 2); }),
            "lane compute executed op 2 of 'micro', expected op 1 of 'micro'");
}

TEST_F(Order, CountsMicroBatches) {
  OrderCheck check(*plan, 2);
  report(check, "micro", Lane::compute);
  EXPECT_EQ(
      errorOf([&] { check.executed(Lane::compute, "last_micro", 0); }),
      "lane compute executed op 0 of 'last_micro', expected op 0 of 'micro'");
}

TEST_F(Order, MissesWhatWasLeftOut) {
  OrderCheck check(*plan, 6); // one micro-batch
  report(check, "last_micro", Lane::compute);
  report(check, "update", Lane::compute);
  EXPECT_EQ(
      errorOf([&] { check.stepEnded(); }),
      "a step ended, expected op 7 of 'last_micro' on lane communication");
}

TEST_F(Order, KnowsTheEndOfALane) {
  OrderCheck check(*plan, 6);
  report(check, "last_micro", Lane::compute);
  report(check, "update", Lane::compute);
  EXPECT_EQ(errorOf([&] { check.executed(Lane::compute, "update", 0); }),
            "lane compute executed op 0 of 'update', expected nothing more in "
            "this step");
}
