//===- UnitCosts.cpp - what units cost, in FLOPs and memory ---------------===//
//
// Memory is followed through one micro-batch, as an engine has it that runs the
// calls of a unit in turn and their derivatives in reverse: a result is there
// until its last reader in the unit, an output of a unit until the unit's
// backward is over, what a derivative reads until that has run, the gradient of
// a parameter until the unit's backward hands it over; those of a layer's
// product with its weight are handed over as soon as they are there.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Model/GraphFacts.h"
#include "dialect/Plan/OperatorTable.h"

#include <memory>

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

//===----------------------------------------------------------------------===//
// Calls and memory
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
  double of(double (*cost)(const OperatorCall &, Binding), Binding binding) {
    return with([&](const OperatorCall &call) { return cost(call, binding); });
  }
  SmallVector<Value> saved();
};

/// Bytes that somebody holds: alive until the last holder lets go.
using Hold = std::shared_ptr<double>;

class Meter {
public:
  Hold take(double bytes) {
    now += bytes;
    most = std::max(most, now);
    return Hold(new double(bytes), [this](double *held) {
      now -= *held;
      delete held;
    });
  }

  double now = 0, most = 0;
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

static bool isView(CallOp op) { return CallCost(op).callee->view; }

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
               call && isView(call)) {
      value = call.getInputs().front();
    } else {
      return value;
    }
  }
}

static bool isParameter(Value memory) {
  return memory.getDefiningOp<UseOp>() != nullptr;
}

/// A sum hands its gradient to its terms as it is.
static bool passesGradientOn(CallOp op, Value input) {
  return CallCost(op).callee->saves.empty() &&
         input.getType() == op->getResult(0).getType();
}

//===----------------------------------------------------------------------===//
// A micro-batch
//===----------------------------------------------------------------------===//

namespace {
class MicroBatch {
public:
  explicit MicroBatch(Binding binding) : binding(binding) {}

  void forward(UnitOp unit);
  void backward(UnitOp unit);

  Meter meter;

private:
  double bytesOf(Value value) {
    return cast<SymbolicTensorType>(value.getType()).getBytes(binding);
  }
  Hold hold(Value memory);
  void save(CallOp op);
  void differentiate(CallOp op, SmallVectorImpl<Hold> &parameterGradients);
  void passGradient(CallOp op, Value input);

  Binding binding;
  llvm::DenseMap<Value, std::weak_ptr<double>> held; ///< by memory
  llvm::DenseMap<Value, Hold> gradients;             ///< by memory
  llvm::DenseMap<Operation *, SmallVector<Hold>> saved, outputs;
};
} // namespace

Hold MicroBatch::hold(Value memory) {
  Hold there = held[memory].lock();
  if (!there)
    held[memory] = there = meter.take(bytesOf(memory));
  return there;
}

void MicroBatch::save(CallOp op) {
  CallCost cost(op);
  SmallVector<Hold> &holds = saved[op];
  for (Value value : cost.saved())
    if (Value memory = memoryOf(value); !isParameter(memory))
      holds.push_back(hold(memory));
  holds.push_back(meter.take(cost.of(cost.callee->extraBytes, binding)));
}

void MicroBatch::forward(UnitOp unit) {
  llvm::DenseMap<Value, Operation *> lastReader;
  for (Operation &op : unit.getBody().front())
    for (Value input : op.getOperands())
      lastReader[memoryOf(input)] = &op;
  llvm::DenseMap<Value, Hold> needed;
  for (CallOp op : unit.getBody().getOps<CallOp>()) {
    if (!isView(op))
      for (Value result : op->getResults())
        needed[result] = hold(result);
    save(op);
    for (Value input : op.getInputs())
      if (Value memory = memoryOf(input); lastReader[memory] == op)
        needed.erase(memory);
  }
  auto yield = cast<YieldOp>(unit.getBody().front().getTerminator());
  for (Value output : yield.getValues())
    outputs[unit].push_back(hold(memoryOf(output)));
}

void MicroBatch::passGradient(CallOp op, Value input) {
  Value memory = memoryOf(input);
  bool isDifferentiable =
      isa<FloatType>(
          cast<SymbolicTensorType>(memory.getType()).getElementType()) &&
      memory.getDefiningOp<CallOp>();
  if (!isDifferentiable || gradients.contains(memory))
    return; // a second one is added to the first
  Hold gradient = passesGradientOn(op, input)
                      ? gradients.lookup(memoryOf(op->getResult(0)))
                      : nullptr;
  gradients[memory] = gradient ? gradient : meter.take(bytesOf(memory));
}

/// A layer's product of what comes in and its weight. Where nothing that comes
/// in is differentiated, its derivative is one like others.
static bool isWeightProduct(CallOp op) {
  Value input;
  if (op.getCallee() == "aten::addmm")
    input = op.getInputs()[1];
  else if (op.getCallee() == "aten::linear")
    input = op.getInputs()[0];
  return input && memoryOf(input).getDefiningOp<CallOp>();
}

void MicroBatch::differentiate(CallOp op,
                               SmallVectorImpl<Hold> &parameterGradients) {
  CallCost cost(op);
  Hold scratch = meter.take(cost.of(cost.callee->scratchBytes, binding));
  for (Value input : op.getInputs())
    if (Value memory = memoryOf(input); isParameter(memory)) {
      Hold gradient = meter.take(bytesOf(memory));
      if (!isWeightProduct(op))
        parameterGradients.push_back(std::move(gradient));
    }
  for (Value input : op.getInputs())
    if (!isParameter(memoryOf(input)))
      passGradient(op, input);
  saved.erase(op);
  for (Value result : op->getResults())
    gradients.erase(result);
}

void MicroBatch::backward(UnitOp unit) {
  auto yield = cast<YieldOp>(unit.getBody().front().getTerminator());
  SmallVector<Hold> ofOutputs, ofParameters;
  for (Value output : yield.getValues()) {
    Hold &gradient = gradients[memoryOf(output)];
    if (!gradient) // the loss
      gradient = meter.take(bytesOf(output));
    ofOutputs.push_back(gradient);
  }
  SmallVector<CallOp> calls(unit.getBody().getOps<CallOp>());
  for (CallOp op : llvm::reverse(calls))
    differentiate(op, ofParameters);
  outputs.erase(unit);
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

SmallVector<UnitCost> dsc::listUnitCosts(GraphOp graph, Binding binding) {
  SmallVector<UnitOp> ops(graph.getOps<UnitOp>());
  SmallVector<UnitCost> units;
  SmallVector<double> mosts, ends; // of a unit's forward
  MicroBatch batch(binding);
  Meter &meter = batch.meter;
  for (UnitOp op : ops) {
    UnitCost &unit = units.emplace_back();
    unit.name = op.getUnitName().str();
    for (CallOp call : op.getBody().getOps<CallOp>()) {
      CallCost cost(call);
      unit.flops += cost.of(cost.callee->flops, binding);
    }
    double before = meter.most = meter.now;
    batch.forward(op);
    unit.savedBytes = meter.now - before;
    mosts.push_back(meter.most);
    ends.push_back(meter.now);
  }
  for (size_t i = ops.size(); i-- > 0;) {
    meter.most = mosts[i];
    batch.backward(ops[i]);
    units[i].workingBytes = meter.most - ends[i];
  }
  return units;
}

double dsc::mostActivationBytes(ArrayRef<UnitCost> units) {
  double saved = 0, most = 0;
  for (const UnitCost &unit : units) {
    saved += unit.savedBytes;
    most = std::max(most, saved + unit.workingBytes);
  }
  return most;
}

double dsc::trainingFlopsPerToken(GraphOp graph, int64_t length) {
  double forward = 0;
  for (const UnitCost &unit : listUnitCosts(graph, {1, length}))
    forward += unit.flops;
  return (1 + kBackwardOverForward) * forward / length;
}
