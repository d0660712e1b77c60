//===- GraphFacts.cpp - what other stages ask of a model graph ------------===//

#include "compiler/Transforms/Model/GraphFacts.h"

#include "dialect/Plan/OperatorTable.h"

#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

SmallVector<ParameterFacts> dsc::listParameters(GraphOp graph) {
  auto units = graph.getParameterUnits();
  SmallVector<ParameterFacts> result;
  for (ParameterOp op : graph.getBody().getOps<ParameterOp>()) {
    ArrayRef<int64_t> users = units[op.getSymName()];
    ParameterFacts facts;
    facts.op = op;
    facts.name = op.getSymName().str();
    facts.shape.assign(op.getShape().begin(), op.getShape().end());
    facts.size = op.getElements();
    facts.role = op.getRole();
    facts.depth = static_cast<int64_t>(op.getDepth());
    facts.tied = users.size() > 1;
    facts.finalUnit = users.empty() ? 0 : users.front();
    facts.lastUnit = users.empty() ? 0 : users.back();
    result.push_back(std::move(facts));
  }
  SmallVector<size_t> order =
      llvm::to_vector(llvm::seq<size_t>(0, result.size()));
  llvm::stable_sort(order, [&](size_t a, size_t b) {
    return result[a].finalUnit > result[b].finalUnit;
  });
  for (auto [position, index] : llvm::enumerate(order))
    result[index].completion = position;
  return result;
}

//===----------------------------------------------------------------------===//
// Costs
//===----------------------------------------------------------------------===//

namespace {
/// A call with its entry in the operator table.
struct CallCost {
  CallOp op;
  const Operator *callee;

  explicit CallCost(CallOp op)
      : op(op), callee(lookupOperator(op.getCallee(), op.getOverload())) {}

  template <typename Body> auto with(Body body) {
    auto error = [&] { return op->emitOpError(); };
    return body(OperatorCall(*callee, op.getSlots(), op->getOperandTypes(),
                             op->getResultTypes(), error));
  }
  double flops(Binding binding) {
    return with(
        [&](const OperatorCall &c) { return callee->flops(c, binding); });
  }
  double extraBytes(Binding binding) {
    return with(
        [&](const OperatorCall &c) { return callee->extraBytes(c, binding); });
  }
  SmallVector<Value> saved();
};
} // namespace

SmallVector<Value> CallCost::saved() {
  SmallVector<Value> values;
  for (const std::string &name : callee->saves) {
    if (name == "result") {
      llvm::append_range(values, op->getResults());
      continue;
    }
    auto [first, count] =
        with([&](const OperatorCall &c) { return c.operandRange(name); });
    llvm::append_range(values, op.getInputs().slice(first, count));
  }
  return values;
}

/// The value whose memory `value` shows: through views, and through unit edges
/// to the call or the batch field that made it.
static Value memoryOf(Value value) {
  while (true) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto unit = cast<UnitOp>(argument.getOwner()->getParentOp());
      value = unit.getInputs()[argument.getArgNumber()];
    } else if (auto unit = value.getDefiningOp<UnitOp>()) {
      auto yield = cast<YieldOp>(unit.getBody().front().getTerminator());
      value = yield.getValues()[cast<OpResult>(value).getResultNumber()];
    } else if (auto call = value.getDefiningOp<CallOp>();
               call && CallCost(call).callee->view) {
      value = call.getInputs().front();
    } else {
      return value;
    }
  }
}

SmallVector<UnitCost> dsc::listUnitCosts(GraphOp graph, Binding binding) {
  SmallVector<UnitCost> units;
  llvm::DenseSet<Value> counted;
  for (UnitOp unit : graph.getOps<UnitOp>()) {
    UnitCost &total = units.emplace_back();
    total.name = unit.getUnitName().str();
    unit.walk([&](CallOp op) {
      CallCost cost(op);
      total.flops += cost.flops(binding);
      total.savedBytes += cost.extraBytes(binding);
      for (Value value : cost.saved()) {
        Value memory = memoryOf(value);
        if (!memory.getDefiningOp<UseOp>() && counted.insert(memory).second)
          total.savedBytes +=
              cast<SymbolicTensorType>(memory.getType()).getBytes(binding);
      }
    });
  }
  return units;
}

double dsc::trainingFlopsPerToken(GraphOp graph, int64_t length) {
  double forward = 0;
  for (const UnitCost &unit : listUnitCosts(graph, {1, length}))
    forward += unit.flops;
  return (1 + kBackwardOverForward) * forward / length;
}
