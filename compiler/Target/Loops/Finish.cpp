//===- Finish.cpp ---------------------------------------------------------===//

#include "compiler/Target/Loops/Finish.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

//===----------------------------------------------------------------------===//
// The trees
//===----------------------------------------------------------------------===//

/// The operand that holds the schedule's state, or null.
static const Operand *findState(KernelFrame &frame) {
  int64_t index = frame.kernel.findOperand(Access::state);
  return index < 0 ? nullptr : &frame.operands[index];
}

static unsigned countSlots(KernelFrame &frame) {
  const Operand *state = findState(frame);
  if (!state)
    return 0;
  BufferOp buffer = state->buffer;
  return unsigned(buffer.getCount());
}

/// A body is given the step, the sums and the state.
static unsigned countSums(KernelFrame &frame) {
  return frame.body.getNumArguments() - 1 - countSlots(frame);
}

SmallVector<Value> dsc::placeSums(KernelFrame &frame) {
  Value partials = frame.operand(Access::partials).base;
  SmallVector<Value> places;
  for (unsigned r = 0; r < countSums(frame); ++r)
    places.push_back(frame.address(partials, frame.builder.getF64Type(),
                                   frame.mulI(frame.end, r)));
  return places;
}

void dsc::emitTrees(KernelFrame &frame, ValueRange places,
                    llvm::function_ref<Value(Value, Value)> emitLevels) {
  OpBuilder &builder = frame.builder;
  for (Value place : places)
    scf::WhileOp::create(
        builder, frame.loc, builder.getI64Type(), frame.end,
        [&](OpBuilder &, Location, ValueRange left) {
          scf::ConditionOp::create(builder, frame.loc,
                                   frame.less(frame.i64(1), left[0]), left);
        },
        [&](OpBuilder &, Location, ValueRange left) {
          scf::YieldOp::create(builder, frame.loc, emitLevels(place, left[0]));
        });
}

//===----------------------------------------------------------------------===//
// The values of a step
//===----------------------------------------------------------------------===//

static SmallVector<Value> loadState(KernelFrame &frame) {
  SmallVector<Value> state;
  for (unsigned slot = 0; slot < countSlots(frame); ++slot)
    state.push_back(frame.load(findState(frame)->base,
                               frame.builder.getF64Type(), frame.i64(slot)));
  return state;
}

/// Stores a result of the body: a uniform, or behind them a slot of the state.
static void storeResult(KernelFrame &frame, unsigned index, Value value) {
  unsigned uniforms = frame.body.getNumResults() - countSlots(frame);
  bool isUniform = index < uniforms;
  Value base =
      isUniform ? frame.operand(Access::uniforms).base : findState(frame)->base;
  frame.store(value, base, frame.builder.getF64Type(),
              frame.i64(isUniform ? index : index - uniforms));
}

void dsc::emitStepValues(KernelFrame &frame, ValueRange sums) {
  Type f64 = frame.builder.getF64Type();
  SmallVector<Value> arguments = {loadStep(frame)};
  for (Value sum : sums)
    arguments.push_back(frame.load(sum, f64, frame.i64(0)));
  llvm::append_range(arguments, loadState(frame));
  auto call =
      func::CallOp::create(frame.builder, frame.loc, frame.body, arguments);
  for (auto [index, value] : llvm::enumerate(call.getResults()))
    storeResult(frame, unsigned(index), value);
}

//===----------------------------------------------------------------------===//
// In two parts
//===----------------------------------------------------------------------===//

/// Whether operands of its ops are all that a function computes with.
static bool isStraight(func::FuncOp function) {
  return function.getBody().hasOneBlock() &&
         llvm::all_of(function.front(),
                      [](Operation &op) { return op.getNumRegions() == 0; });
}

/// The values of a straight function that are computed from any of `roots`. A
/// call gives what its function makes of the arguments.
static DenseSet<Value> follow(func::FuncOp function, ValueRange roots) {
  DenseSet<Value> found(roots.begin(), roots.end());
  auto isFound = [&](Value value) { return found.contains(value); };
  for (Operation &op : function.front()) {
    if (llvm::none_of(op.getOperands(), isFound))
      continue;
    func::FuncOp callee;
    if (auto call = dyn_cast<func::CallOp>(op))
      callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
          call, call.getCalleeAttr());
    if (!callee || !isStraight(callee)) {
      found.insert(op.result_begin(), op.result_end());
      continue;
    }
    SmallVector<Value> given;
    for (auto [operand, argument] :
         llvm::zip_equal(op.getOperands(), callee.getArguments()))
      if (isFound(operand))
        given.push_back(argument);
    DenseSet<Value> inside = follow(callee, given);
    for (auto [result, value] : llvm::zip_equal(
             op.getResults(), callee.front().getTerminator()->getOperands()))
      if (inside.contains(value))
        found.insert(result);
  }
  return found;
}

static bool isConstant(Value value) {
  return matchPattern(value, m_Constant());
}

StepValues::StepValues(KernelFrame &frame) : frame(frame) {
  func::FuncOp body = frame.body;
  unsigned sums = countSums(frame);
  if (sums == 0 || !isStraight(body))
    return;
  ValueRange arguments = body.getArguments();
  late.insert(arguments.begin() + 1, arguments.begin() + 1 + sums);
  for (Operation &op : body.front().without_terminator()) {
    if (!isLate(op))
      continue;
    late.insert(op.result_begin(), op.result_end());
    for (Value operand : op.getOperands())
      if (!late.contains(operand) && !isConstant(operand))
        handedOver.insert(operand);
  }
}

bool StepValues::isLate(Operation &op) const {
  return llvm::any_of(op.getOperands(),
                      [&](Value operand) { return late.contains(operand); });
}

bool StepValues::hasEarlyPart() const {
  if (late.empty())
    return false;
  func::FuncOp body = frame.body;
  SmallVector<Value> roots;
  llvm::copy_if(body.getArguments(), std::back_inserter(roots),
                [&](Value argument) { return !late.contains(argument); });
  DenseSet<Value> moving = follow(body, roots);
  auto isComputed = [&](Value value) {
    return moving.contains(value) && !late.contains(value) &&
           value.getDefiningOp();
  };
  return llvm::any_of(handedOver, isComputed) ||
         llvm::any_of(body.front().getTerminator()->getOperands(), isComputed);
}

bool StepValues::mustMeet() const {
  return !handedOver.empty() || countSlots(frame) > 0;
}

void StepValues::storeResults(bool ofLatePart, const IRMapping &mapping) {
  func::FuncOp body = frame.body;
  Operation *end = body.front().getTerminator();
  for (auto [index, value] : llvm::enumerate(end->getOperands()))
    if (late.contains(value) == ofLatePart)
      storeResult(frame, unsigned(index), mapping.lookup(value));
}

void StepValues::emitEarly(Value place) {
  OpBuilder &builder = frame.builder;
  func::FuncOp body = frame.body;
  IRMapping mapping;
  mapping.map(body.getArgument(0), loadStep(frame));
  mapping.map(body.getArguments().drop_front(1 + countSums(frame)),
              loadState(frame));
  for (Operation &op : body.front().without_terminator())
    if (!isLate(op))
      builder.clone(op, mapping);
  storeResults(/*ofLatePart=*/false, mapping);
  for (auto [slot, value] : llvm::enumerate(handedOver))
    LLVM::StoreOp::create(
        builder, frame.loc, mapping.lookup(value),
        frame.address(place, builder.getI64Type(), frame.i64(int64_t(slot))));
}

void StepValues::emitLate(ValueRange sums, Value place) {
  OpBuilder &builder = frame.builder;
  func::FuncOp body = frame.body;
  IRMapping mapping;
  for (auto [argument, sum] :
       llvm::zip_equal(body.getArguments().slice(1, sums.size()), sums))
    mapping.map(argument, frame.load(sum, argument.getType(), frame.i64(0)));
  for (auto [slot, value] : llvm::enumerate(handedOver))
    mapping.map(value,
                LLVM::LoadOp::create(builder, frame.loc, value.getType(),
                                     frame.address(place, builder.getI64Type(),
                                                   frame.i64(int64_t(slot)))));
  for (Operation &op : body.front().without_terminator()) {
    if (!isLate(op))
      continue;
    for (Value operand : op.getOperands())
      if (!mapping.contains(operand))
        builder.clone(*operand.getDefiningOp(), mapping); // a constant
    builder.clone(op, mapping);
  }
  storeResults(/*ofLatePart=*/true, mapping);
}
