//===- LoopsPass.cpp - kernels become functions ---------------------------===//

#include "compiler/Target/Cpu/CpuBackend.h"
#include "compiler/Target/Cpu/CpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace dsc;
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
    if (failed(emitKernels<CpuFrame>(getOperation())))
      signalPassFailure();
  }
};

} // namespace

std::unique_ptr<Pass> dsc::createCpuLoopsPass() {
  return std::make_unique<CpuLoopsPass>();
}
