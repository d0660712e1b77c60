//===- KernelFrame.cpp ----------------------------------------------------===//

#include "compiler/Target/Loops/KernelFrame.h"

#include "compiler/Target/Loops/Body.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

KernelFrame::KernelFrame(OpBuilder &builder, KernelOp kernel)
    : builder(builder), loc(kernel.getLoc()), kernel(kernel) {
  body = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      kernel, kernel.getBodyAttr());
  for (UseAttr use : kernel.getOperandUses().getAsRange<UseAttr>()) {
    auto buffer =
        SymbolTable::lookupNearestSymbolFrom<BufferOp>(kernel, use.getBuffer());
    Type type = buffer.getDtype();
    if (type.isBF16())
      type = builder.getIntegerType(16);
    operands.push_back({use.getAccess(), buffer, type, {}});
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

Value KernelFrame::mulI(Value a, int64_t factor) {
  return arith::MulIOp::create(builder, loc, a, i64(factor));
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

//===----------------------------------------------------------------------===//
// Control flow
//===----------------------------------------------------------------------===//

ValueRange KernelFrame::loop(Value from, Value to, Value step,
                             ValueRange carried, LoopBody emit) {
  auto forOp = scf::ForOp::create(
      builder, loc, from, to, step, carried,
      [&](OpBuilder &, Location, Value index, ValueRange values) {
        scf::YieldOp::create(builder, loc, emit(index, values));
      });
  return forOp.getResults();
}

void KernelFrame::loop(Value from, Value to, Value step,
                       llvm::function_ref<void(Value)> emit) {
  loop(from, to, step, {}, [&](Value index, ValueRange) {
    emit(index);
    return SmallVector<Value>();
  });
}

void KernelFrame::onlyIf(Value condition, llvm::function_ref<void()> emit) {
  scf::IfOp::create(builder, loc, condition, [&](OpBuilder &, Location) {
    emit();
    scf::YieldOp::create(builder, loc);
  });
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

LogicalResult dsc::fillKernel(KernelFrame &frame) {
  KernelKind kind = frame.kernel.getKind();
  if (kind != KernelKind::finish && failed(checkBody(frame.body)))
    return failure();
  if (kind == KernelKind::map)
    frame.emitMap();
  else if (kind == KernelKind::reduce)
    frame.emitReduce();
  else
    frame.emitFinish();
  frame.emitReturn();
  return success();
}

void dsc::eraseKernels(ModuleOp module) {
  for (KernelOp kernel : llvm::make_early_inc_range(module.getOps<KernelOp>()))
    kernel.erase();
  for (BufferOp buffer : llvm::make_early_inc_range(module.getOps<BufferOp>()))
    buffer.erase();
}
