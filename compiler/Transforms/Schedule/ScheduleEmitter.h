//===- ScheduleEmitter.h - the tracks of a list of phases -------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_SCHEDULEEMITTER_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_SCHEDULEEMITTER_H

#include "compiler/Transforms/Schedule/ReadSchedule.h"
#include "compiler/Transforms/Schedule/State.h"

namespace dsc {

/// Emits tracks over all phases at one step.
class ScheduleEmitter {
public:
  ScheduleEmitter(Scalar &s, mlir::Value step, const PhaseList &list,
                  const ScheduleState &state);

  /// A phase without the track holds the end of the phase that had it last.
  /// With `modified`, the LR goes through what the phases' keys make of it.
  mlir::Value emit(llvm::StringRef track, double start, bool modified = false);

  mlir::Value emitRate() { return emit("lr", 0, /*modified=*/true); }

  /// kPositionTrack.
  mlir::Value emitPosition();

  /// The step of the schedule that is nearest to the function's argument.
  mlir::Value getStep() const { return clamped; }

private:
  mlir::Value positionOf(Scalar &s, size_t i);
  mlir::Value emitOne(Scalar &s, size_t i, llvm::StringRef track,
                      TrackEnds ends, mlir::Value held, mlir::Value moved,
                      bool modified);
  mlir::Value choose(llvm::ArrayRef<mlir::Value> values);

  mlir::OpBuilder &builder;
  llvm::ArrayRef<ResolvedPhase> phases;
  const ScheduleState &state;
  llvm::SmallVector<AdaptedSpan> spans;
  mlir::Value clamped;
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_SCHEDULEEMITTER_H
