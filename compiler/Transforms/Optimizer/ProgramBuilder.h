//===- ProgramBuilder.h - buffers and kernels of an optimizer ---*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_OPTIMIZER_PROGRAMBUILDER_H
#define DSC_COMPILER_TRANSFORMS_OPTIMIZER_PROGRAMBUILDER_H

#include "compiler/Transforms/Optimizer/UpdateBody.h"

#include "llvm/ADT/StringSet.h"

namespace dsc {

/// Adds an optimizer's buffers, bodies and kernels to a module. The program has
/// been checked.
class ProgramBuilder {
public:
  ProgramBuilder(const OptimizerProgram &program, mlir::ModuleOp module);

  OptimizerKernels build();

private:
  TrackValues callTracks(Scalar &scalar, mlir::Value step,
                         mlir::ValueRange state,
                         llvm::SmallVectorImpl<mlir::Value> &results);
  void addBuffer(llvm::StringRef name, mlir::Type type, plan_ir::Extent extent,
                 int64_t count, double fill = 0, bool saved = false);
  void addBuffers();
  void addUpdateBodies();
  void addSlot(const SlotSpec &slot);
  void addUniformNames();
  void addNorm();
  void addFinish();
  llvm::SmallVector<mlir::Value> emitFinish(Scalar &scalar, mlir::Value step,
                                            mlir::Value sum,
                                            mlir::ValueRange state);
  size_t stateSize() {
    mlir::func::FuncOp observe = program.observe;
    return observe ? observe.getNumResults() : 0;
  }
  std::string addPrologue(size_t group);
  void addUpdate(size_t group);
  mlir::func::FuncOp addFunction(llvm::StringRef name, mlir::TypeRange inputs,
                                 size_t f64Results);
  plan_ir::UseAttr use(llvm::StringRef buffer, plan_ir::Access access);
  void addKernel(llvm::StringRef name, plan_ir::KernelKind kind,
                 llvm::ArrayRef<mlir::Attribute> uses,
                 llvm::ArrayRef<int64_t> uniforms, llvm::StringRef prologue,
                 double bytes, llvm::ArrayRef<llvm::StringRef> stages,
                 mlir::Location loc);
  void remarkFusion(size_t group, llvm::ArrayRef<llvm::StringRef> stages);

  const OptimizerProgram &program;
  mlir::OpBuilder builder;
  mlir::Location loc;
  int64_t blocks;
  std::vector<UpdateBody> bodies;
  std::vector<llvm::SmallVector<int64_t>> uniformSlots; ///< of each group
  int64_t clipSlot = -1;
  llvm::StringSet<> symbols;
  OptimizerKernels result;
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_OPTIMIZER_PROGRAMBUILDER_H
