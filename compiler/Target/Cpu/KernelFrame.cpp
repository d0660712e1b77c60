//===- KernelFrame.cpp ----------------------------------------------------===//

#include "compiler/Target/Cpu/KernelFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

KernelFrame::KernelFrame(OpBuilder &builder, KernelOp kernel)
    : builder(builder), loc(kernel.getLoc()), kernel(kernel) {
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Type i64 = builder.getI64Type();
  body = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      kernel, kernel.getBodyAttr());
  auto function =
      func::FuncOp::create(builder, loc, kernel.getSymName(),
                           builder.getFunctionType({pointer, i64, i64}, {}));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);
  begin = entry->getArgument(1);
  end = entry->getArgument(2);
  for (auto [index, use] :
       llvm::enumerate(kernel.getOperandUses().getAsRange<UseAttr>())) {
    auto buffer =
        SymbolTable::lookupNearestSymbolFrom<BufferOp>(kernel, use.getBuffer());
    Type type = buffer.getDtype();
    if (type.isBF16())
      type = builder.getIntegerType(16);
    Value base =
        load(entry->getArgument(0), pointer, this->i64(int64_t(index)));
    operands.push_back({use.getAccess(), buffer, type, base});
  }
}

const Operand &KernelFrame::operand(Access access) {
  return operands[kernel.findOperand(access)];
}

Value KernelFrame::i64(int64_t value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getI64IntegerAttr(value));
}

Value KernelFrame::f64(double value) {
  return arith::ConstantOp::create(builder, loc,
                                   builder.getF64FloatAttr(value));
}

Value KernelFrame::addI(Value a, Value b) {
  return arith::AddIOp::create(builder, loc, a, b);
}

Value KernelFrame::andI(Value a, int64_t mask) {
  return arith::AndIOp::create(builder, loc, a, i64(mask));
}

Value KernelFrame::less(Value a, Value b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, a, b);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Value KernelFrame::address(Value base, Type type, Value index) {
  return LLVM::GEPOp::create(builder, loc, base.getType(), type, base,
                             ArrayRef<LLVM::GEPArg>{index},
                             LLVM::GEPNoWrapFlags::inbounds);
}

Value KernelFrame::load(Value base, Type type, Value index) {
  return LLVM::LoadOp::create(builder, loc, type, address(base, type, index));
}

void KernelFrame::store(Value value, Value base, Type type, Value index) {
  LLVM::StoreOp::create(builder, loc, value, address(base, type, index));
}

/// Bytes that a wide access is aligned to: bases are 64-byte aligned and wide
/// accesses start at multiples of kLanes.
static unsigned getAlignment(Type type) {
  return type.getIntOrFloatBitWidth() / 8 * kLanes;
}

Value KernelFrame::loadWide(const Operand &operand, Value index) {
  return LLVM::LoadOp::create(builder, loc, widen(operand.type),
                              address(operand.base, operand.type, index),
                              std::min(64u, getAlignment(operand.type)));
}

void KernelFrame::storeWide(Value value, const Operand &operand, Value index) {
  LLVM::StoreOp::create(builder, loc, value,
                        address(operand.base, operand.type, index),
                        std::min(64u, getAlignment(operand.type)));
}

Value KernelFrame::indices(Value index) {
  SmallVector<int64_t> offsets(llvm::to_vector(llvm::seq<int64_t>(0, kLanes)));
  VectorType type = widen(builder.getI64Type());
  Value ramp = arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(type, ArrayRef<int64_t>(offsets)));
  return addI(splat(builder, loc, index), ramp);
}

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

ValueRange KernelFrame::loop(Value from, Value to, int64_t step,
                             ValueRange carried, LoopBody emit) {
  auto forOp = scf::ForOp::create(
      builder, loc, from, to, i64(step), carried,
      [&](OpBuilder &, Location, Value index, ValueRange values) {
        scf::YieldOp::create(builder, loc, emit(index, values));
      });
  return forOp.getResults();
}

void KernelFrame::finish() { func::ReturnOp::create(builder, loc); }
