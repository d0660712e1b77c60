//===- Repeat.h - cycles of phases ------------------------------*- C++ -*-===//
//
// Cycles that are alike from the second on are one piece of code, however many
// there are: an integer division finds the cycle. Any others are phases of
// their own.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_REPEAT_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_REPEAT_H

#include "compiler/Transforms/Schedule/Point.h"

namespace dsc {

/// Phases that take their turn together: one, or the cycle of a repetition.
struct PhaseGroup {
  llvm::SmallVector<PhaseInterface> phases;
  RepeatOp repeat = {}; ///< null for a phase that does not repeat
};

/// A list of phases as groups. `repeats` may be of other phases as well.
llvm::SmallVector<PhaseGroup> groupPhases(llvm::ArrayRef<PhaseInterface> list,
                                          llvm::ArrayRef<RepeatOp> repeats);

/// What messages call a phase or a repetition. One whose name is missing, which
/// is reported as well, is known by its phases: "up, down".
std::string labelOf(mlir::Operation *table);

/// What the resolve passes found out about a repetition.
struct ResolvedRepeat {
  RepeatOp op;
  int64_t begin, end;
  int64_t period; ///< 0: `cycles` are all there are
  llvm::SmallVector<llvm::SmallVector<ResolvedPhase>> cycles;

  /// Fails, with a message at the repetition, when it is not resolved.
  static llvm::FailureOr<ResolvedRepeat> read(RepeatOp repeat);
};

/// The value of a track at a step of the run that lies in the repetition, which
/// has a period. `held` is what the track has before it, and after it.
mlir::Value emitRepeat(Scalar &scalar, const ResolvedRepeat &repeat,
                       mlir::Value step, TrackOf trackOf, bool isRate,
                       double &held);

/// The same for a phase that does not repeat.
mlir::Value emitPhase(Scalar &scalar, const ResolvedPhase &phase,
                      mlir::Value step, mlir::Value index, TrackEnds ends,
                      bool isRate, Adapted adapted = {});

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_REPEAT_H
