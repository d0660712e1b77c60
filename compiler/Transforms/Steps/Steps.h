//===- Steps.h - the programs that one training step runs -------*- C++ -*-===//
//
// Writes plan.program ops over the units and kernels of a plan: `micro` once
// per micro-batch, `update` once per step, `evaluate` forward only.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_STEPS_STEPS_H
#define DSC_COMPILER_TRANSFORMS_STEPS_STEPS_H

#include "mlir/IR/BuiltinOps.h"

namespace dsc {

inline constexpr llvm::StringLiteral kMicroProgram = "micro";
inline constexpr llvm::StringLiteral kUpdateProgram = "update";
inline constexpr llvm::StringLiteral kEvaluateProgram = "evaluate";

/// Needs the plan.graph, plan.group and plan.kernel ops of `module`; the n-th
/// map kernel runs over the n-th group. Fails after a diagnostic when they
/// differ in number or there is no graph.
llvm::LogicalResult buildStepPrograms(mlir::ModuleOp module);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_STEPS_STEPS_H
