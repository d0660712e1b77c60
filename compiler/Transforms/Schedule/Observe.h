//===- Observe.h - decisions of a schedule that reacts ----------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_OBSERVE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_OBSERVE_H

#include "compiler/Transforms/Schedule/State.h"

#include <functional>

namespace dsc {

/// What @observe asks of the schedule at a step under a state.
struct TrackEmitters {
  /// The LR before any reaction scales it.
  std::function<mlir::Value(Scalar &, mlir::Value step, const StateValues &)>
      rate;
  /// What the phases' curves come to, one value for each track.
  std::function<llvm::SmallVector<mlir::Value>(Scalar &, mlir::Value step,
                                               const StateValues &)>
      curves;
};

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
                              const TrackEmitters &emitters);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_OBSERVE_H
