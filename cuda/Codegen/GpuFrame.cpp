//===- GpuFrame.cpp -------------------------------------------------------===//

#include "cuda/Codegen/GpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

static constexpr unsigned kGlobalMemory = 1, kSharedMemory = 3;

/// Of a block's sixteen barriers the one at which a part of it meets; all of it
/// meets at 0.
static constexpr int32_t kPartBarrier = 1;

/// Of a device allocation, and of a vector of four f32.
static constexpr int64_t kAddressAlignment = 16;

template <class RegisterOp>
static Value readRegister(OpBuilder &builder, Location loc) {
  Value narrow = RegisterOp::create(builder, loc, builder.getI32Type());
  return arith::ExtUIOp::create(builder, loc, builder.getI64Type(), narrow);
}

/// Returns where the word at `stop` is not 0; a null address is no word. The
/// whole grid does the same, so that no barrier is left waiting.
static void emitStop(OpBuilder &builder, Location loc, Value stop) {
  Block *entry = builder.getBlock();
  Region *region = entry->getParent();
  Block *read = builder.createBlock(region, region->end());
  Block *leave = builder.createBlock(region, region->end());
  Block *body = builder.createBlock(region, region->end());
  Type i64 = builder.getI64Type();
  builder.setInsertionPointToEnd(entry);
  Value null = LLVM::ZeroOp::create(builder, loc, stop.getType());
  Value isNull =
      LLVM::ICmpOp::create(builder, loc, LLVM::ICmpPredicate::eq, stop, null);
  LLVM::CondBrOp::create(builder, loc, isNull, body, read);
  builder.setInsertionPointToEnd(read);
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getI64IntegerAttr(0));
  Value goesOn = LLVM::ICmpOp::create(
      builder, loc, LLVM::ICmpPredicate::eq,
      LLVM::LoadOp::create(builder, loc, i64, stop, /*alignment=*/8), zero);
  LLVM::CondBrOp::create(builder, loc, goesOn, body, leave);
  builder.setInsertionPointToEnd(leave);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  builder.setInsertionPointToStart(body);
}

Entry::Entry(OpBuilder &builder, Location loc, StringRef name,
             unsigned addresses, int64_t threads, bool stops) {
  MLIRContext *context = builder.getContext();
  Type i64 = builder.getI64Type();
  SmallVector<Type> types(addresses,
                          LLVM::LLVMPointerType::get(context, kGlobalMemory));
  types.append(2, i64);
  if (stops)
    types.push_back(types.front());
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
  if (stops)
    emitStop(builder, loc, body->getArgument(addresses + 2));
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
            geometry.threads, /*stops=*/true) {
  if (geometry.blocksAtOnce != 0)
    entry.function->setAttr(
        NVVM::NVVMDialect::getMinctasmAttrName(),
        builder.getI32IntegerAttr(int32_t(geometry.blocksAtOnce)));
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

void GpuFrame::barrierOf(int64_t threads) {
  if (threads == geometry.threads)
    return barrier();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc,
                                     builder.getI32IntegerAttr(value));
  };
  NVVM::BarrierOp::create(builder, loc, TypeRange(), constant(kPartBarrier),
                          constant(threads), {}, Value());
}

void GpuFrame::onlyFirstThread(llvm::function_ref<void()> emit) {
  onlyIf(less(entry.thread, i64(1)), emit);
}

void GpuFrame::emitReturn() {
  LLVM::ReturnOp::create(builder, loc, ValueRange());
}
