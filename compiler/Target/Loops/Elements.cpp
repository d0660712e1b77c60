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

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

Value dsc::loadStep(KernelFrame &frame) {
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
