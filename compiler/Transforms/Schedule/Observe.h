//===- Observe.h - decisions of a schedule that reacts ----------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_OBSERVE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_OBSERVE_H

#include "compiler/Transforms/Schedule/State.h"

namespace dsc {

/// Emits the tracks of a step under a state, in the order of their names and
/// before anything scales the LR.
using EmitTracks = llvm::function_ref<llvm::SmallVector<mlir::Value>(
    mlir::OpBuilder &builder, mlir::Value step, const StateValues &state)>;

/// Adds @observe to the end of `module`:
///
///   (i64 step, f64 grad_norm, f64 state...) -> (f64 state...)
///
/// The slots of metrics pass through. `dsc.reactions` on it lists what may be
/// decided, {what, phase, metric, count, value, state}: the slot `count` grows
/// with each decision, `value` then holds what the metric was, and `state` are
/// all slots that the reaction keeps.
mlir::func::FuncOp addObserve(mlir::ModuleOp module, mlir::Location loc,
                              const StateLayout &layout,
                              llvm::ArrayRef<llvm::StringRef> tracks,
                              llvm::ArrayRef<ResolvedPhase> phases,
                              const ScheduleReactions &reactions,
                              EmitTracks emitTracks);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_OBSERVE_H
