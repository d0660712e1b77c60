//===- Order.cpp ----------------------------------------------------------===//

#include "runtime/Artifact/Simulation/Order.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/Shards.h"
#include "runtime/Base/Error.h"

#include <fmt/format.h>
#include <set>

using namespace dsc;
using plan::OpCode;

bool dsc::isCollective(OpCode code) {
  switch (code) {
  case OpCode::all_reduce:
  case OpCode::reduce_scatter:
  case OpCode::all_gather:
  case OpCode::share_loss:
  case OpCode::join_subtrees:
    return true;
  default:
    return false;
  }
}

/// Name of the table's entry, or its index where there is none.
template <typename Table>
static std::string nameOf(const Table *table, int64_t index) {
  return index >= 0 && index < int64_t(table->size())
             ? table->Get(unsigned(index))->name()->str()
             : fmt::format("number {}", index);
}

std::string dsc::describeOp(const plan::Plan &plan, const plan::PlanOp &op) {
  std::string code = plan::EnumNameOpCode(op.code());
  switch (op.code()) {
  case OpCode::forward:
  case OpCode::backward:
    return code + " of " + nameOf(plan.graph()->units(), op.index());
  case OpCode::launch:
    return code + " of " + nameOf(plan.kernels(), op.index());
  case OpCode::all_reduce:
  case OpCode::reduce_scatter:
  case OpCode::all_gather:
    code += " of " + nameOf(plan.buffers(), op.buffer());
    return op.index() < 0 ? code
                          : fmt::format("{}, bucket {}", code, op.index());
  case OpCode::clear:
    return code + " of " + nameOf(plan.buffers(), op.buffer());
  case OpCode::join_subtrees:
  case OpCode::gradients_done:
    return op.index() < 0 ? code
                          : fmt::format("{} of bucket {}", code, op.index());
  default:
    return code;
  }
}

std::string dsc::describeOp(const plan::Plan &plan,
                            const plan::Program &program,
                            const plan::PlanOp &op) {
  return describeOp(plan, op) + " in program '" + program.name()->str() + "'";
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

StepWalk::StepWalk(const plan::Plan &plan, int64_t microBatches)
    : plan(&plan), microBatches(microBatches) {
  enter(0);
}

/// Goes to the program of a micro-batch, or past all of them to the update.
void StepWalk::enter(int64_t microBatch) {
  place = {nullptr, 0, microBatch, 0};
  if (microBatch > microBatches)
    return;
  place.program =
      findProgram(*plan, microBatch == microBatches       ? "update"
                         : microBatch + 1 == microBatches ? "last_micro"
                                                          : "micro");
  skipEmpty();
}

void StepWalk::skipEmpty() {
  if (place.microBatch <= microBatches &&
      (!place.program || place.index >= int(place.program->ops()->size())))
    enter(place.microBatch + 1);
}

StepWalk &StepWalk::operator++() {
  ++place.index;
  skipEmpty();
  return *this;
}

//===----------------------------------------------------------------------===//
// Recorded steps
//===----------------------------------------------------------------------===//

static void addWaits(std::set<int32_t> &tokens, const plan::PlanOp &op) {
  if (op.waits())
    tokens.insert(op.waits()->begin(), op.waits()->end());
}

/// What is waited for in the update, or by the next step's first unit.
static std::set<int32_t> listNearTokens(const plan::Plan &plan) {
  std::set<int32_t> tokens;
  for (const plan::PlanOp *op : *findProgram(plan, "update")->ops())
    addWaits(tokens, *op);
  for (const plan::PlanOp *op : *findProgram(plan, "micro")->ops()) {
    addWaits(tokens, *op);
    if (op->code() == OpCode::forward)
      break;
  }
  return tokens;
}

/// From the end, since a lane keeps its order.
std::vector<const plan::PlanOp *> dsc::leftToNextStep(const plan::Plan &plan) {
  const auto &ops = *findProgram(plan, "update")->ops();
  std::set<int32_t> near = listNearTokens(plan);
  std::vector<const plan::PlanOp *> left;
  for (unsigned i = ops.size(); i-- > 0;) {
    const plan::PlanOp *op = ops.Get(i);
    if (op->lane() == plan::Lane::compute)
      continue;
    if (op->signals() < 0 || near.count(op->signals()))
      break;
    left.insert(left.begin(), op);
  }
  return left;
}

//===----------------------------------------------------------------------===//
// The check
//===----------------------------------------------------------------------===//

OrderCheck::OrderCheck(const plan::Plan &plan, int64_t ranks)
    : beginning(plan, microBatches(*plan.training(), ranks)) {
  for (plan::Lane lane : plan::EnumValuesLane()) {
    lanes.emplace(lane, beginning);
    skipOthers(lane, lanes.at(lane));
  }
}

void OrderCheck::skipOthers(plan::Lane lane, StepWalk &walk) const {
  while (!walk.atEnd() && walk->op().lane() != lane)
    ++walk;
}

static std::string describePlace(std::string_view program, int index) {
  return fmt::format("op {} of '{}'", index, program);
}

void OrderCheck::executed(plan::Lane lane, std::string_view program,
                          int index) {
  auto found = lanes.find(lane);
  bool known = found != lanes.end() && !found->second.atEnd();
  if (!known || found->second->index != index ||
      found->second->program->name()->string_view() != program)
    throw Error(
        Exit::internal,
        fmt::format(
            "lane {} executed {}, expected {}", plan::EnumNameLane(lane),
            describePlace(program, index),
            known ? describePlace(found->second->program->name()->string_view(),
                                  found->second->index)
                  : "nothing more in this step"),
        "this is a fault of dsc: its ranks would not stay together");
  ++found->second;
  skipOthers(lane, found->second);
}

void OrderCheck::stepEnded() {
  for (auto &[lane, walk] : lanes) {
    if (!walk.atEnd())
      throw Error(
          Exit::internal,
          fmt::format(
              "a step ended, expected {} on lane {}",
              describePlace(walk->program->name()->string_view(), walk->index),
              plan::EnumNameLane(lane)),
          "this is a fault of dsc: its ranks would not stay together");
    walk = beginning;
    skipOthers(lane, walk);
  }
}
