//===- GpuFrame.cpp -------------------------------------------------------===//

#include "cuda/Codegen/GpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

static constexpr unsigned kGlobalMemory = 1, kSharedMemory = 3;

/// Of a device allocation, and of a vector of four f32.
static constexpr int64_t kAddressAlignment = 16;

template <class RegisterOp>
static Value readRegister(OpBuilder &builder, Location loc) {
  Value narrow = RegisterOp::create(builder, loc, builder.getI32Type());
  return arith::ExtUIOp::create(builder, loc, builder.getI64Type(), narrow);
}

Entry::Entry(OpBuilder &builder, Location loc, StringRef name,
             unsigned addresses, int64_t threads) {
  MLIRContext *context = builder.getContext();
  Type i64 = builder.getI64Type();
  SmallVector<Type> types(addresses,
                          LLVM::LLVMPointerType::get(context, kGlobalMemory));
  types.append(2, i64);
  function = LLVM::LLVMFuncOp::create(
      builder, loc, name,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types));
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function->setAttr(NVVM::NVVMDialect::getReqntidAttrName(),
                    builder.getDenseI32ArrayAttr({int32_t(threads)}));
  for (unsigned i = 0; i < addresses; ++i)
    function.setArgAttr(i, LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(kAddressAlignment));
  Block *body = function.addEntryBlock(builder);
  builder.setInsertionPointToStart(body);
  begin = body->getArgument(addresses);
  end = body->getArgument(addresses + 1);
  thread = readRegister<NVVM::ThreadIdXOp>(builder, loc);
  block = readRegister<NVVM::BlockIdXOp>(builder, loc);
  grid = readRegister<NVVM::GridDimXOp>(builder, loc);
  Value size = arith::ConstantOp::create(builder, loc,
                                         builder.getI64IntegerAttr(threads));
  Value before = arith::MulIOp::create(builder, loc, block, size);
  self = arith::AddIOp::create(builder, loc, before, thread);
  all = arith::MulIOp::create(builder, loc, grid, size);
}

/// Whether no two operands are the same memory, and no thread reads what
/// another one writes.
static bool hasOwnOperands(GpuFrame &frame) {
  llvm::SmallPtrSet<Operation *, 8> seen;
  return frame.kernel.getKind() != KernelKind::finish &&
         llvm::all_of(frame.operands, [&](Operand &operand) {
           return seen.insert(operand.buffer.getOperation()).second;
         });
}

GpuFrame::GpuFrame(OpBuilder &builder, KernelOp kernel)
    : KernelFrame(builder, kernel), geometry(geometryOf(kernel.getKind())),
      entry(builder, loc, kernel.getSymName(), operands.size(),
            geometry.threads) {
  begin = entry.begin;
  end = entry.end;
  bool own = hasOwnOperands(*this);
  for (auto [index, operand] : llvm::enumerate(operands)) {
    operand.base = entry.function.getArgument(index);
    // Lets what is only read go through the cache for such data.
    if (own)
      entry.function.setArgAttr(index, LLVM::LLVMDialect::getNoAliasAttrName(),
                                builder.getUnitAttr());
  }
}

Value GpuFrame::share(StringRef purpose, Type type, int64_t count) {
  std::string name = (kernel.getSymName() + "_" + purpose).str();
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPoint(entry.function);
    LLVM::GlobalOp::create(builder, loc, LLVM::LLVMArrayType::get(type, count),
                           /*isConstant=*/false, LLVM::Linkage::Internal, name,
                           /*value=*/Attribute(), kAddressAlignment,
                           kSharedMemory);
  }
  Type pointer =
      LLVM::LLVMPointerType::get(builder.getContext(), kSharedMemory);
  return LLVM::AddressOfOp::create(builder, loc, pointer, name);
}

void GpuFrame::barrier() { NVVM::Barrier0Op::create(builder, loc); }

void GpuFrame::onlyFirstThread(llvm::function_ref<void()> emit) {
  onlyIf(less(entry.thread, i64(1)), emit);
}

void GpuFrame::emitReturn() {
  LLVM::ReturnOp::create(builder, loc, ValueRange());
}
