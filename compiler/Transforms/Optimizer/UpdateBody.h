//===- UpdateBody.h - one group's scalar functions --------------*- C++ -*-===//
//
// What a group adds to the program: the pure function of one element, and the
// f64 values that it needs of the step.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_OPTIMIZER_UPDATEBODY_H
#define DSC_COMPILER_TRANSFORMS_OPTIMIZER_UPDATEBODY_H

#include "compiler/Transforms/Optimizer/OptimizerProgram.h"

namespace dsc {

/// Values of the schedule's tracks at a step.
struct TrackValues {
  mlir::Value step, lr, momentum, weightDecay; ///< null where there is none
};

/// A group's update function and the uniforms that it reads.
struct UpdateBody {
  mlir::func::FuncOp function;
  llvm::SmallVector<SlotSpec> slots;
  bool clips = false; ///< its first uniform is the clip factor

  /// The others, by their position in emitGroupUniforms.
  llvm::SmallVector<unsigned> uniforms;
};

/// Emits `name`: (index, grad, param, slots, uniforms) to (param, slots[, bf16
/// copy]). Uniforms that the update does not read are no arguments.
UpdateBody buildUpdateBody(mlir::OpBuilder &builder, llvm::StringRef name,
                           const OptimizerGroup &group, bool clip,
                           ComputePrecision precision);

/// Names and f64 values of lr, weight_decay and the optimizer's own uniforms.
llvm::SmallVector<std::string> getUniformNames(const OptimizerGroup &group);
llvm::SmallVector<mlir::Value> emitGroupUniforms(Scalar &scalar,
                                                 const OptimizerGroup &group,
                                                 const TrackValues &tracks);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_OPTIMIZER_UPDATEBODY_H
