//===- MapLoop.cpp - an update over a range of elements -------------------===//
//
// What is uniform over the step is loaded (or computed by the prologue) and
// rounded to f32 once, before the loop.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Cpu/CpuFrame.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

/// How far ahead the loop asks for its operands: 2 KiB of f32, measured.
static constexpr int64_t kPrefetchElements = 512;

static void prefetch(CpuFrame &frame, const Operand &operand, Value index) {
  Value ahead = frame.addI(index, frame.i64(kPrefetchElements));
  Value address = LLVM::GEPOp::create(
      frame.builder, frame.loc, operand.base.getType(), operand.type,
      operand.base, ArrayRef<LLVM::GEPArg>{ahead});
  LLVM::Prefetch::create(frame.builder, frame.loc, address, /*rw=*/0,
                         /*hint=*/3, /*cache=*/1);
}

static void emitWideStep(CpuFrame &frame, Value index,
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

void CpuFrame::emitMap() {
  SmallVector<Value> uniforms = emitUniforms(*this), wideUniforms;
  for (Value uniform : uniforms)
    wideUniforms.push_back(splat(builder, loc, uniform));

  // A range begins at a whole block, so only its end can be odd.
  Value wideEnd = andI(end, -kLanes);
  loop(begin, wideEnd, i64(kLanes),
       [&](Value index) { emitWideStep(*this, index, wideUniforms); });
  loop(wideEnd, end, i64(1),
       [&](Value index) { emitElement(*this, index, uniforms); });
}
