//===- LoopsPass.cpp - kernels become functions ---------------------------===//

#include "compiler/Target/Cpu/CpuBackend.h"
#include "compiler/Target/Cpu/KernelFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

static LogicalResult emitKernel(OpBuilder &builder, KernelOp kernel) {
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPoint(kernel);
  KernelFrame frame(builder, kernel);
  if (kernel.getKind() == KernelKind::finish)
    emitFinish(frame);
  else if (failed(checkBody(frame.body)))
    return failure();
  else if (kernel.getKind() == KernelKind::map)
    emitMap(frame);
  else
    emitReduce(frame);
  frame.finish();
  return success();
}

namespace {

/// Replaces each plan.kernel by a function with the calling convention of
/// KernelAbi.h, and drops the buffers.
struct CpuLoopsPass : PassWrapper<CpuLoopsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CpuLoopsPass)

  StringRef getArgument() const final { return "dsc-cpu-loops"; }
  StringRef getDescription() const final {
    return "wraps the scalar bodies of kernels in loops over vectors";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                    scf::SCFDialect, vector::VectorDialect>();
  }
  void runOnOperation() final {
    OpBuilder builder(&getContext());
    auto kernels = llvm::to_vector(getOperation().getOps<KernelOp>());
    for (KernelOp kernel : kernels)
      if (failed(emitKernel(builder, kernel)))
        return signalPassFailure();
    for (KernelOp kernel : kernels)
      kernel.erase();
    for (BufferOp buffer :
         llvm::make_early_inc_range(getOperation().getOps<BufferOp>()))
      buffer.erase();
  }
};

} // namespace

std::unique_ptr<Pass> dsc::createCpuLoopsPass() {
  return std::make_unique<CpuLoopsPass>();
}

void dsc::registerCpuPasses() { registerPass(createCpuLoopsPass); }
