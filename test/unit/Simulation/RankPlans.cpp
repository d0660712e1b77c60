//===- RankPlans.cpp - plans that tests change and walk -------------------===//

#include "RightPlans.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Base/Error.h"

#include <stdexcept>

using namespace dsc;
using namespace dsc::test;
using plan::OpCode;

RankPlans::RankPlans(const plan::PlanT &plan, int ranks) {
  for (int rank = 0; rank < ranks; ++rank)
    plans.push_back(std::make_unique<plan::PlanT>(plan));
}

std::vector<uint8_t> dsc::test::pack(const plan::PlanT &plan) {
  flatbuffers::FlatBufferBuilder builder;
  plan::FinishPlanBuffer(builder, plan::Plan::Pack(builder, &plan));
  return {builder.GetBufferPointer(),
          builder.GetBufferPointer() + builder.GetSize()};
}

/// What validatePlan says of the first plan that it refuses; "" for none.
static std::string damageOf(const std::vector<std::vector<uint8_t>> &plans) {
  try {
    for (const auto &bytes : plans)
      validatePlan(*plan::GetPlan(bytes.data()));
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

static Simulation walk(const std::vector<std::vector<uint8_t>> &plans,
                       const SimulationOptions &options) {
  std::vector<const plan::Plan *> roots;
  for (const auto &bytes : plans)
    roots.push_back(plan::GetPlan(bytes.data()));
  return dsc::simulate(roots, options);
}

std::vector<std::vector<uint8_t>> RankPlans::packed() const {
  std::vector<std::vector<uint8_t>> all;
  for (const auto &plan : plans)
    all.push_back(pack(*plan));
  return all;
}

Simulation RankPlans::simulate(const SimulationOptions &options) const {
  return walk(packed(), options);
}

std::string RankPlans::faults() const {
  auto bytes = packed();
  std::string text = damageOf(bytes);
  if (!text.empty())
    return text;
  for (const RankFault &fault : walk(bytes, {}).faults)
    text += fault.text() + "\n";
  return text;
}

plan::ProgramT &dsc::test::programOf(plan::PlanT &plan,
                                     const std::string &name) {
  for (auto &program : plan.programs)
    if (program->name == name)
      return *program;
  throw std::out_of_range("no program " + name);
}

int dsc::test::findOp(plan::PlanT &plan, const std::string &program,
                      OpCode code, int index) {
  auto &ops = programOf(plan, program).ops;
  for (size_t i = 0; i < ops.size(); ++i)
    if (ops[i]->code == code && (index < 0 || ops[i]->index == index))
      return int(i);
  return -1;
}

plan::PlanOpT &dsc::test::opOf(plan::PlanT &plan, const std::string &program,
                               OpCode code, int index) {
  return *programOf(plan, program)
              .ops.at(size_t(findOp(plan, program, code, index)));
}

void dsc::test::dropOp(plan::PlanT &plan, const std::string &program,
                       int position) {
  auto &ops = programOf(plan, program).ops;
  ops.at(size_t(position));
  ops.erase(ops.begin() + position);
}
