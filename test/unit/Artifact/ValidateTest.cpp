//===- ValidateTest.cpp - plans for ranks that are damaged ----------------===//
//
// A right plan with two buckets is broken in one place at a time.
//
//===----------------------------------------------------------------------===//

#include "Plan_objects.h"
#include "RightPlan.h"

#include "runtime/Artifact/KernelAbi.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>

using namespace dsc;
using namespace dsc::test;

namespace {

constexpr int64_t kBlock = kBlockElements;

plan::PlanOpT op(plan::OpCode code, int32_t index = 0, int32_t buffer = -1) {
  plan::PlanOpT made;
  made.code = code;
  made.index = index;
  made.buffer = buffer;
  return made;
}

plan::ProgramT &program(plan::PlanT &plan, const std::string &name) {
  for (auto &found : plan.programs)
    if (found->name == name)
      return *found;
  auto made = std::make_unique<plan::ProgramT>();
  made->name = name;
  plan.programs.push_back(std::move(made));
  return *plan.programs.back();
}

void add(plan::PlanT &plan, const std::string &name, plan::PlanOpT made) {
  program(plan, name).ops.push_back(std::make_unique<plan::PlanOpT>(made));
}

int32_t addBuffer(plan::PlanT &plan, const std::string &name, int64_t count) {
  auto buffer = std::make_unique<plan::BufferT>();
  buffer->name = name;
  buffer->count = count;
  plan.buffers.push_back(std::move(buffer));
  return int32_t(plan.buffers.size() - 1);
}

void addBucket(plan::PlanT &plan, int64_t begin, int64_t end) {
  auto bucket = std::make_unique<plan::BucketT>();
  bucket->begin = begin;
  bucket->end = end;
  plan.buckets.push_back(std::move(bucket));
}

constexpr int32_t kGradients = 1, kPartialSums = 3, kNorm = 0, kUpdate = 2;

/// Two buckets, the second one ready first; ZeRO's ops between ranks.
std::unique_ptr<plan::PlanT> makePlan() {
  std::unique_ptr<plan::PlanT> plan(
      plan::GetPlan(rightPlan().data())->UnPack());
  plan->buckets.clear();
  addBucket(*plan, kBlock, 3 * kBlock);
  addBucket(*plan, 0, kBlock);
  program(*plan, "last_micro").ops.clear();
  add(*plan, "last_micro", op(plan::OpCode::load_batch));
  for (int32_t bucket : {0, 1}) {
    add(*plan, "last_micro", op(plan::OpCode::gradients_done, bucket));
    auto sum = op(plan::OpCode::reduce_scatter, bucket, kGradients);
    sum.lane = plan::Lane::communication;
    sum.signals = bucket;
    add(*plan, "last_micro", sum);
  }
  auto share = op(plan::OpCode::share_loss);
  share.waits = {0, 1};
  add(*plan, "update", share);
  add(*plan, "update", op(plan::OpCode::clear, 0, kPartialSums));
  add(*plan, "update", op(plan::OpCode::all_reduce, -1, kPartialSums));
  return plan;
}

using Break = std::function<void(plan::PlanT &)>;

std::string refusal(const Break &change) {
  auto plan = makePlan();
  change(*plan);
  flatbuffers::FlatBufferBuilder builder;
  plan::FinishPlanBuffer(builder, plan::CreatePlan(builder, plan.get()));
  return refusalOf(builder.GetBufferPointer());
}

void addVirtualRanks(plan::PlanT &plan) {
  plan.training->virtual_ranks = plan.training->batch;
  plan.training->micro_batch = 1;
  addBuffer(plan, "subtrees", 3 * 3 * kBlock);
}

TEST(Validate, ARightPlanForRanks) {
  EXPECT_EQ(refusal([](plan::PlanT &) {}), "");
}

TEST(Validate, Buckets) {
  auto first = [](auto change) {
    return refusal([&](plan::PlanT &plan) { change(*plan.buckets[0]); });
  };
  const char *blocks = "not made of whole blocks";
  EXPECT_THAT(first([](auto &b) { b.begin = 100; }),
              testing::HasSubstr(blocks));
  EXPECT_THAT(first([](auto &b) { b.end = b.begin; }),
              testing::HasSubstr(blocks));
  EXPECT_THAT(first([](auto &b) { b.end = 4 * kBlock; }),
              testing::HasSubstr(blocks));
  EXPECT_THAT(
      first([](auto &b) { b.begin = std::numeric_limits<int64_t>::min(); }),
      testing::HasSubstr(blocks));
  EXPECT_THAT(first([](auto &b) { b.begin = 2 * kBlock; }),
              testing::HasSubstr("overlap or leave a gap"));
  EXPECT_THAT(first([](auto &b) { b.end = 2 * kBlock; }),
              testing::HasSubstr("do not fill the arena"));
  EXPECT_THAT(first([](auto &b) { b.begin = 0; }),
              testing::HasSubstr("two buckets overlap"));
  EXPECT_THAT(first([](auto &b) { b.ready_unit = 2; }),
              testing::HasSubstr("by no unit"));
  EXPECT_THAT(first([](auto &b) { b.first_unit = -1; }),
              testing::HasSubstr("by no unit"));
  EXPECT_THAT(first([](auto &b) { b.passing = 0; }),
              testing::HasSubstr("outside the buffer 'passing'"));
  EXPECT_THAT(refusal([](plan::PlanT &plan) {
                addBuffer(plan, "passing", 2 * kBlock);
                plan.buckets[0]->passing = kBlock;
                plan.buckets[1]->passing = 0;
              }),
              testing::HasSubstr("outside the buffer 'passing'"));
  EXPECT_THAT(
      refusal([](plan::PlanT &plan) { plan.groups[0]->end = 2 * kBlock; }),
      testing::HasSubstr("does not lie in one group"));
  EXPECT_THAT(refusal([](plan::PlanT &plan) {
                std::erase_if(plan.programs, [](auto &program) {
                  return program->name == "last_micro";
                });
              }),
              testing::HasSubstr("no program 'last_micro'"));
}

TEST(Validate, OpsBetweenRanks) {
  auto with = [](plan::PlanOpT made) {
    return refusal([&](plan::PlanT &plan) { add(plan, "update", made); });
  };
  using plan::OpCode;
  EXPECT_THAT(with(op(OpCode::reduce_scatter, 2, kGradients)),
              testing::HasSubstr("exchanges no bucket"));
  EXPECT_THAT(with(op(OpCode::reduce_scatter, -1, kGradients)),
              testing::HasSubstr("exchanges no bucket"));
  EXPECT_THAT(with(op(OpCode::all_gather, 0, kPartialSums)),
              testing::HasSubstr("exchanges no bucket"));
  EXPECT_THAT(with(op(OpCode::all_gather, 0, 99)),
              testing::HasSubstr("exchanges no buffer"));
  EXPECT_THAT(with(op(OpCode::all_reduce, -1, 5)),
              testing::HasSubstr("sums what are no gradients"));
  EXPECT_THAT(with(op(OpCode::clear, 0, -1)),
              testing::HasSubstr("clears no buffer"));
  EXPECT_THAT(with(op(OpCode::gradients_done, 2)),
              testing::HasSubstr("finishes no bucket"));
  EXPECT_THAT(with(op(OpCode::keep_subtree)),
              testing::HasSubstr("without virtual ranks"));
  EXPECT_THAT(with(op(OpCode::join_subtrees, 7)),
              testing::HasSubstr("joins no bucket"));
  plan::PlanOpT norm = op(OpCode::launch, kNorm);
  norm.owned = true;
  norm.end = 3;
  EXPECT_EQ(with(norm), "");
  norm.end = 2;
  EXPECT_THAT(with(norm), testing::HasSubstr("over a piece of a bucket"));
  plan::PlanOpT update = op(OpCode::launch, kUpdate);
  update.owned = true;
  update.end = kBlock;
  EXPECT_EQ(with(update), "");
  update.begin = kBlock;
  update.end = 2 * kBlock;
  EXPECT_THAT(with(update), testing::HasSubstr("over a piece of a bucket"));
}

TEST(Validate, WhatAProgramMayHold) {
  auto with = [](const char *name, plan::PlanOpT made) {
    return refusal([&](plan::PlanT &plan) { add(plan, name, made); });
  };
  using plan::OpCode;
  for (OpCode code : {OpCode::load_batch, OpCode::forward, OpCode::backward}) {
    EXPECT_EQ(with("evaluate", op(code)), "");
    EXPECT_THAT(
        with("update", op(code)),
        testing::HasSubstr("program 'update' runs a part of the model"));
  }
  for (OpCode code : {OpCode::launch, OpCode::guard, OpCode::advance,
                      OpCode::clear, OpCode::share_loss})
    EXPECT_THAT(with("last_micro", op(code, 0, kPartialSums)),
                testing::HasSubstr(
                    "program 'last_micro' holds what only an update may"));
}

TEST(Validate, Tokens) {
  auto last = [](auto change) {
    return refusal([&](plan::PlanT &plan) {
      change(*program(plan, "last_micro").ops.back());
    });
  };
  EXPECT_THAT(last([](auto &op) { op.waits = {2}; }),
              testing::HasSubstr("a token that nothing signals"));
  EXPECT_THAT(last([](auto &op) { op.waits = {-1}; }),
              testing::HasSubstr("a token that nothing signals"));
  EXPECT_THAT(last([](auto &op) { op.signals = 0; }),
              testing::HasSubstr("signals a token twice"));
  EXPECT_THAT(last([](auto &op) { op.signals = -2; }),
              testing::HasSubstr("impossible token"));
  EXPECT_THAT(last([](auto &op) { op.signals = 1 << 30; }),
              testing::HasSubstr("impossible token"));
  EXPECT_THAT(last([](auto &op) { op.lane = plan::Lane(77); }),
              testing::HasSubstr("unknown lane"));
}

TEST(Validate, VirtualRanksAndTheMesh) {
  EXPECT_EQ(refusal(addVirtualRanks), "");
  auto with = [](auto change) {
    return refusal([&](plan::PlanT &plan) {
      addVirtualRanks(plan);
      change(plan, *plan.training);
    });
  };
  EXPECT_THAT(with([](auto &, auto &run) { run.virtual_ranks = 3; }),
              testing::HasSubstr("do not divide the batch"));
  EXPECT_THAT(with([](auto &, auto &run) { run.virtual_ranks = 1 << 20; }),
              testing::HasSubstr("impossible number of virtual ranks"));
  EXPECT_THAT(with([](auto &, auto &run) { run.virtual_ranks = -1; }),
              testing::HasSubstr("impossible number of virtual ranks"));
  EXPECT_THAT(with([](auto &, auto &run) { run.virtual_ranks = 4; }),
              testing::HasSubstr("other micro-batches"));
  EXPECT_THAT(with([](auto &plan, auto &) { plan.buffers.back()->count = 7; }),
              testing::HasSubstr("does not hold the sums"));
  EXPECT_THAT(with([](auto &, auto &run) { run.ranks = 3; }),
              testing::HasSubstr("the ranks do not divide the batch"));
  EXPECT_THAT(with([](auto &, auto &run) { run.timeout = 0; }),
              testing::HasSubstr("no timeout"));
  EXPECT_THAT(with([](auto &, auto &run) {
                run.timeout = std::numeric_limits<double>::quiet_NaN();
              }),
              testing::HasSubstr("no timeout"));
  EXPECT_THAT(with([](auto &plan, auto &) {
                plan.buffers[0]->placement = plan::Placement(9);
              }),
              testing::HasSubstr("unknown placement"));
}

} // namespace
