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

std::vector<std::vector<uint8_t>> RankPlans::packed() const {
  std::vector<std::vector<uint8_t>> all;
  for (const auto &plan : plans)
    all.push_back(pack(*plan));
  return all;
}

std::string RankPlans::damage() const {
  try {
    for (const auto &bytes : packed())
      validatePlan(*plan::GetPlan(bytes.data()));
  } catch (const Error &error) {
    return error.what();
  }
  return "";
}

Simulation RankPlans::simulate(const SimulationOptions &options) const {
  std::vector<std::vector<uint8_t>> bytes = packed();
  std::vector<const plan::Plan *> roots;
  for (const auto &plan : bytes)
    roots.push_back(plan::GetPlan(plan.data()));
  return dsc::simulate(roots, options);
}

std::string RankPlans::faults() const {
  std::string text;
  for (const RankFault &fault : simulate().faults)
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
