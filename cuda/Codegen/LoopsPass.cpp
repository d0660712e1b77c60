//===- LoopsPass.cpp - kernels become entries -----------------------------===//

#include "cuda/Codegen/CudaBackend.h"
#include "cuda/Codegen/GpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace dsc;

namespace {

/// Replaces each plan.kernel by an entry with the calling convention of
/// KernelAbi.h, and drops the buffers.
struct CudaLoopsPass : PassWrapper<CudaLoopsPass, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CudaLoopsPass)

  StringRef getArgument() const final { return "dsc-cuda-loops"; }
  StringRef getDescription() const final {
    return "spreads the scalar bodies of kernels over the threads of a grid";
  }
  void getDependentDialects(DialectRegistry &registry) const final {
    registry.insert<arith::ArithDialect, func::FuncDialect, LLVM::LLVMDialect,
                    NVVM::NVVMDialect, scf::SCFDialect>();
  }
  void runOnOperation() final {
    if (failed(emitKernels<GpuFrame>(getOperation())))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> dsc::createCudaLoopsPass() {
  return std::make_unique<CudaLoopsPass>();
}
