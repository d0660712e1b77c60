//===- MapLoop.cpp - an update, four elements a thread --------------------===//
//
// A grid-stride loop whose accesses are 16 bytes of f32. What is uniform over
// the step is loaded, and where the program has no finish it is computed by one
// thread of each block: hundreds of f64 operations in every thread would cost
// more than the update.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Loops/Body.h"
#include "cuda/Codegen/GpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

/// Elements that a thread handles at a time.
static constexpr int64_t kTogether = 4;

Geometry dsc::geometryOf(KernelKind kind) {
  switch (kind) {
  case KernelKind::map:
    return {256, 256 * kTogether};
  case KernelKind::reduce:
    return {64, 4, 8};
  case KernelKind::finish:
    return {256, 0, 1};
  }
  return {};
}

static SmallVector<Value> emitSharedUniforms(GpuFrame &frame) {
  auto count = int64_t(frame.kernel.getUniforms().size());
  if (!frame.kernel.getPrologueAttr() || count == 0)
    return emitUniforms(frame);
  Type f32 = frame.builder.getF32Type();
  Value place = frame.share("shared_uniforms", f32, count);
  frame.onlyFirstThread([&] {
    for (auto [slot, value] : llvm::enumerate(emitUniforms(frame)))
      frame.store(value, place, f32, frame.i64(int64_t(slot)));
  });
  frame.barrier();
  SmallVector<Value> values;
  for (int64_t slot = 0; slot < count; ++slot)
    values.push_back(frame.load(place, f32, frame.i64(slot)));
  return values;
}

static VectorType together(const Operand &operand) {
  return VectorType::get(kTogether, operand.type);
}

static unsigned getAlignment(const Operand &operand) {
  return operand.type.getIntOrFloatBitWidth() / 8 * kTogether;
}

/// Updates `kTogether` elements from `index` on, a multiple of as many.
static void emitTogether(GpuFrame &frame, Value index, ValueRange uniforms) {
  OpBuilder &builder = frame.builder;
  SmallVector<Value> loaded, stored;
  for (const Operand &operand : frame.operands) {
    Value address = frame.address(operand.base, operand.type, index);
    if (operand.isRead())
      loaded.push_back(LLVM::LoadOp::create(builder, frame.loc,
                                            together(operand), address,
                                            getAlignment(operand)));
    if (operand.isWritten())
      stored.push_back(
          LLVM::PoisonOp::create(builder, frame.loc, together(operand)));
  }
  for (int64_t element = 0; element < kTogether; ++element) {
    Value position = frame.i64(element);
    SmallVector<Value> arguments = {frame.addI(index, position)};
    for (Value vector : loaded)
      arguments.push_back(
          LLVM::ExtractElementOp::create(builder, frame.loc, vector, position));
    llvm::append_range(arguments, uniforms);
    SmallVector<Value> results = inlineBody(builder, frame.body, arguments);
    for (auto [vector, result] : llvm::zip_equal(stored, results))
      vector = LLVM::InsertElementOp::create(builder, frame.loc, vector, result,
                                             position);
  }
  const Value *vector = stored.begin();
  for (const Operand &operand : frame.operands)
    if (operand.isWritten())
      LLVM::StoreOp::create(builder, frame.loc, *vector++,
                            frame.address(operand.base, operand.type, index),
                            getAlignment(operand));
}

void GpuFrame::emitMap() {
  SmallVector<Value> uniforms = emitSharedUniforms(*this);
  // A range begins at a whole block, so only its end can be odd.
  Value wideEnd = andI(end, -kTogether);
  loop(addI(begin, mulI(entry.self, kTogether)), wideEnd,
       mulI(entry.all, kTogether),
       [&](Value index) { emitTogether(*this, index, uniforms); });
  Value rest = addI(wideEnd, entry.self);
  onlyIf(less(rest, end), [&] { emitElement(*this, rest, uniforms); });
}
