//===- MapLoop.cpp - an update over a range of elements -------------------===//
//
// What is uniform over the step is loaded (or computed by the prologue) and
// rounded to f32 once, before the loop.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Cpu/KernelFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

/// How far ahead the loop asks for its operands: 2 KiB of f32, measured.
static constexpr int64_t kPrefetchElements = 512;

static SmallVector<Value> emitUniforms(KernelFrame &frame) {
  OpBuilder &builder = frame.builder;
  KernelOp kernel = frame.kernel;
  SmallVector<Value> values;
  if (kernel.getPrologueAttr()) {
    auto prologue = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        kernel, kernel.getPrologueAttr());
    Value step = frame.load(frame.operand(Access::counters).base,
                            builder.getI64Type(), frame.i64(0));
    auto call = func::CallOp::create(builder, frame.loc, prologue, step);
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

static void prefetch(KernelFrame &frame, const Operand &operand, Value index) {
  Value ahead = frame.addI(index, frame.i64(kPrefetchElements));
  Value address = LLVM::GEPOp::create(
      frame.builder, frame.loc, operand.base.getType(), operand.type,
      operand.base, ArrayRef<LLVM::GEPArg>{ahead});
  LLVM::Prefetch::create(frame.builder, frame.loc, address, /*rw=*/0,
                         /*hint=*/3, /*cache=*/1);
}

static void emitWideStep(KernelFrame &frame, Value index,
                         ArrayRef<Value> uniforms) {
  SmallVector<Value> arguments = {frame.indices(index)};
  for (const Operand &operand : frame.operands) {
    if (!operand.isRead())
      continue;
    prefetch(frame, operand, index);
    arguments.push_back(frame.loadWide(operand, index));
  }
  llvm::append_range(arguments, uniforms);
  SmallVector<Value> results =
      inlineWideBody(frame.builder, frame.body, arguments);
  const Value *result = results.begin();
  for (const Operand &operand : frame.operands)
    if (operand.isWritten())
      frame.storeWide(*result++, operand, index);
}

static void emitScalarStep(KernelFrame &frame, Value index,
                           ArrayRef<Value> uniforms) {
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

void dsc::emitMap(KernelFrame &frame) {
  SmallVector<Value> uniforms = emitUniforms(frame), wideUniforms;
  for (Value uniform : uniforms)
    wideUniforms.push_back(splat(frame.builder, frame.loc, uniform));

  // A range begins at a whole block, so only its end can be odd.
  Value wideEnd = frame.andI(frame.end, -kLanes);
  frame.loop(frame.begin, wideEnd, kLanes, {}, [&](Value index, ValueRange) {
    emitWideStep(frame, index, wideUniforms);
    return SmallVector<Value>();
  });
  frame.loop(wideEnd, frame.end, 1, {}, [&](Value index, ValueRange) {
    emitScalarStep(frame, index, uniforms);
    return SmallVector<Value>();
  });
}
