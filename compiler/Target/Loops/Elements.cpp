//===- Elements.cpp - the parts of kernels that no machine changes --------===//
//
// In what order values are loaded, handed to a body and stored. What differs
// between machines is only who does it for which elements.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Loops/Body.h"
#include "compiler/Target/Loops/KernelFrame.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

static Value loadStep(KernelFrame &frame) {
  return frame.load(frame.operand(Access::counters).base,
                    frame.builder.getI64Type(), frame.i64(kStep));
}

//===----------------------------------------------------------------------===//
// Maps
//===----------------------------------------------------------------------===//

SmallVector<Value> dsc::emitUniforms(KernelFrame &frame) {
  OpBuilder &builder = frame.builder;
  KernelOp kernel = frame.kernel;
  SmallVector<Value> values;
  if (kernel.getPrologueAttr()) {
    auto prologue = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        kernel, kernel.getPrologueAttr());
    auto call =
        func::CallOp::create(builder, frame.loc, prologue, loadStep(frame));
    for (int64_t slot : kernel.getUniforms())
      values.push_back(call.getResult(slot));
  } else {
    for (int64_t slot : kernel.getUniforms())
      values.push_back(frame.load(frame.operand(Access::uniforms).base,
                                  builder.getF64Type(), frame.i64(slot)));
  }
  for (Value &value : values)
    value = arith::TruncFOp::create(builder, frame.loc, builder.getF32Type(),
                                    value);
  return values;
}

void dsc::emitElement(KernelFrame &frame, Value index, ValueRange uniforms) {
  SmallVector<Value> arguments = {index};
  for (const Operand &operand : frame.operands)
    if (operand.isRead())
      arguments.push_back(frame.load(operand.base, operand.type, index));
  llvm::append_range(arguments, uniforms);
  SmallVector<Value> results = inlineBody(frame.builder, frame.body, arguments);
  const Value *result = results.begin();
  for (const Operand &operand : frame.operands)
    if (operand.isWritten())
      frame.store(*result++, operand.base, operand.type, index);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

ElementBounds dsc::emitBlockRange(KernelFrame &frame, Value block) {
  BufferOp buffer = frame.operand(Access::read).buffer;
  int64_t elements = buffer.getCount();
  Value start = frame.mulI(block, kBlockElements);
  Value end = arith::MinSIOp::create(
      frame.builder, frame.loc, frame.addI(start, frame.i64(kBlockElements)),
      frame.i64(elements));
  return {start, end};
}

void dsc::storePartials(KernelFrame &frame, Value block, ValueRange sums) {
  const Operand &partials = frame.operand(Access::partials);
  BufferOp buffer = partials.buffer;
  int64_t blocks = buffer.getCount() / int64_t(sums.size());
  for (auto [r, sum] : llvm::enumerate(sums))
    frame.store(sum, partials.base, partials.type,
                frame.addI(block, frame.i64(int64_t(r) * blocks)));
}

//===----------------------------------------------------------------------===//
// The finish
//===----------------------------------------------------------------------===//

/// The operand that holds the schedule's state, or null.
static const Operand *findState(KernelFrame &frame) {
  int64_t index = frame.kernel.findOperand(Access::state);
  return index < 0 ? nullptr : &frame.operands[index];
}

static unsigned countSlots(const Operand *state) {
  if (!state)
    return 0;
  BufferOp buffer = state->buffer;
  return unsigned(buffer.getCount());
}

/// Halves the sums at `base`, or does better, until one is left.
static void emitTree(KernelFrame &frame, Value base,
                     llvm::function_ref<Value(Value, Value)> emitLevels) {
  OpBuilder &builder = frame.builder;
  scf::WhileOp::create(
      builder, frame.loc, builder.getI64Type(), frame.end,
      [&](OpBuilder &, Location, ValueRange left) {
        scf::ConditionOp::create(builder, frame.loc,
                                 frame.less(frame.i64(1), left[0]), left);
      },
      [&](OpBuilder &, Location, ValueRange left) {
        scf::YieldOp::create(builder, frame.loc, emitLevels(base, left[0]));
      });
}

SmallVector<Value>
dsc::emitTrees(KernelFrame &frame,
               llvm::function_ref<Value(Value, Value)> emitLevels) {
  Value partials = frame.operand(Access::partials).base;
  unsigned reductions =
      frame.body.getNumArguments() - 1 - countSlots(findState(frame));
  SmallVector<Value> bases;
  for (unsigned r = 0; r < reductions; ++r) {
    bases.push_back(frame.address(partials, frame.builder.getF64Type(),
                                  frame.mulI(frame.end, r)));
    emitTree(frame, bases.back(), emitLevels);
  }
  return bases;
}

void dsc::emitStepValues(KernelFrame &frame, ValueRange sums) {
  OpBuilder &builder = frame.builder;
  Type f64 = builder.getF64Type();
  const Operand *state = findState(frame);
  unsigned slots = countSlots(state);
  SmallVector<Value> arguments = {loadStep(frame)};
  for (Value sum : sums)
    arguments.push_back(frame.load(sum, f64, frame.i64(0)));
  for (unsigned slot = 0; slot < slots; ++slot)
    arguments.push_back(frame.load(state->base, f64, frame.i64(slot)));
  auto call = func::CallOp::create(builder, frame.loc, frame.body, arguments);
  auto store = [&](ValueRange values, Value base) {
    for (auto [slot, value] : llvm::enumerate(values))
      frame.store(value, base, f64, frame.i64(int64_t(slot)));
  };
  store(call.getResults().drop_back(slots),
        frame.operand(Access::uniforms).base);
  if (state)
    store(call.getResults().take_back(slots), state->base);
}
