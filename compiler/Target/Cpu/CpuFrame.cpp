//===- CpuFrame.cpp -------------------------------------------------------===//

#include "compiler/Target/Cpu/CpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

CpuFrame::CpuFrame(OpBuilder &builder, KernelOp kernel)
    : KernelFrame(builder, kernel) {
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Type i64 = builder.getI64Type();
  auto function =
      func::FuncOp::create(builder, loc, kernel.getSymName(),
                           builder.getFunctionType({pointer, i64, i64}, {}));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  begin = entry->getArgument(1);
  end = entry->getArgument(2);
  for (auto [index, operand] : llvm::enumerate(operands))
    operand.base =
        load(entry->getArgument(0), pointer, this->i64(int64_t(index)));
}

/// Bytes that a wide access is aligned to: bases are 64-byte aligned and wide
/// accesses start at multiples of kLanes.
static unsigned getAlignment(Type type) {
  return std::min<unsigned>(64, type.getIntOrFloatBitWidth() / 8 * kLanes);
}

Value CpuFrame::loadWide(const Operand &operand, Value index) {
  return LLVM::LoadOp::create(builder, loc, widen(operand.type),
                              address(operand.base, operand.type, index),
                              getAlignment(operand.type));
}

void CpuFrame::storeWide(Value value, const Operand &operand, Value index) {
  LLVM::StoreOp::create(builder, loc, value,
                        address(operand.base, operand.type, index),
                        getAlignment(operand.type));
}

Value CpuFrame::indices(Value index) {
  SmallVector<int64_t> offsets(llvm::to_vector(llvm::seq<int64_t>(0, kLanes)));
  VectorType type = widen(builder.getI64Type());
  Value ramp = arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(type, ArrayRef<int64_t>(offsets)));
  return addI(splat(builder, loc, index), ramp);
}

void CpuFrame::emitReturn() { func::ReturnOp::create(builder, loc); }
