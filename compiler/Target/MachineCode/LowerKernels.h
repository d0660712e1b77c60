//===- LowerKernels.h - from plan.kernel to LLVM IR -------------*- C++ -*-===//
//
// The way that every backend takes: a module of its own, the backend's pass
// that puts loops round the bodies, the LLVM dialect, LLVM IR.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_MACHINECODE_LOWERKERNELS_H
#define DSC_COMPILER_TARGET_MACHINECODE_LOWERKERNELS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <string>
#include <vector>

namespace dsc {

/// A module with copies of the kernels, their buffers and all functions, which
/// are private there; all that a backend changes.
mlir::OwningOpRef<mlir::ModuleOp> copyKernels(mlir::ModuleOp module);

/// Names of a module's kernels, in its order.
std::vector<std::string> listKernels(mlir::ModuleOp module);

/// Runs `loops`, then lowers what it left to the LLVM dialect.
llvm::LogicalResult lowerKernels(mlir::ModuleOp module,
                                 std::unique_ptr<mlir::Pass> loops);

/// LLVM IR in a context of its own, so that any thread can take it.
struct TranslatedKernels {
  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
};

/// LLVM IR of a lowered module. Every function is internal but those in
/// `exported`.
mlir::FailureOr<TranslatedKernels>
translateKernels(mlir::ModuleOp lowered, llvm::ArrayRef<std::string> exported);

/// The function of that name in `module`, or null after a diagnostic.
mlir::func::FuncOp findTracks(mlir::ModuleOp module, llvm::StringRef name);

/// Calls `tracks` at `step`, with its state at `state` and its results to
/// `out`: pointers to f64 each.
void emitTracks(mlir::OpBuilder &builder, mlir::func::FuncOp tracks,
                mlir::Value step, mlir::Value out, mlir::Value state);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_MACHINECODE_LOWERKERNELS_H
