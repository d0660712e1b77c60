//===- LowerSchedule.h - phases become one function -------------*- C++ -*-===//
//
// The schedule as a pure function of the step, from resolved phases:
//
//   func.func @tracks(%step: i64, state...) -> (f64, f64...)
//       attributes {dsc.tracks = ["lr", "momentum", "weight_decay"]}
//
// The learning rate comes first, then each track that some phase names, in the
// order above, then `phase` (its index in the recipe) where one may end early.
// Steps outside the schedule take the value of the nearest step in it. The same
// function is inlined into kernels and evaluated by `dsc plot`.
//
// A schedule that reacts to the run has a state, and a second function:
//
//   func.func @observe(%step: i64, %grad_norm: f64, state...) -> (state...)
//       attributes {dsc.state = ["loss", ...], dsc.reactions = [{...}]}
//
// which runs before @tracks in every step. The state is f64 values, all 0 at
// first.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_LOWERSCHEDULE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_LOWERSCHEDULE_H

#include "compiler/Transforms/Schedule/Reactions.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace dsc {

/// Name of the array attribute that lists what the function returns.
inline constexpr llvm::StringLiteral tracksAttributeName = "dsc.tracks";

/// On @observe: names of the state's slots, and its decisions (Observe.h).
inline constexpr llvm::StringLiteral stateAttributeName = "dsc.state";
inline constexpr llvm::StringLiteral reactionsAttributeName = "dsc.reactions";

/// Name of the function that makes the next state.
inline constexpr llvm::StringLiteral kObserveFunction = "observe";

/// The track that says which phase a step lies in.
inline constexpr llvm::StringLiteral kPhaseTrack = "phase";

/// The ends of a track in one phase.
struct TrackEnds {
  double from, to;
};

/// What the resolve passes found out about a phase.
struct ResolvedPhase {
  PhaseInterface op;
  int64_t begin, end; ///< steps, [begin, end)
  TrackEnds lr;
  llvm::StringRef inclusive;
  std::optional<TrackEnds> momentum, weightDecay;
  PhaseReaction reaction;
  int64_t index = 0; ///< in the recipe

  /// Of "lr", "momentum" or "weight_decay"; nullopt where it is not named.
  std::optional<TrackEnds> endsOf(llvm::StringRef track) const;
  /// Whether the phase has a curve for the track.
  bool moves(llvm::StringRef track) const;

  mlir::Location getLoc() const { return PhaseInterface(op).getLoc(); }

  /// Fails, with a message at the phase, when it is not resolved.
  static llvm::FailureOr<ResolvedPhase> read(PhaseInterface phase);
};

/// The values that tracks hold before any phase names them.
struct TrackStarts {
  double momentum = 0, weightDecay = 0;
};

/// Adds `name`, and @observe where something reacts, to the end of `module`.
/// The phases cover [0, total) in order.
llvm::FailureOr<mlir::func::FuncOp>
lowerSchedule(mlir::ModuleOp module, llvm::StringRef name,
              llvm::ArrayRef<PhaseInterface> phases, const TrackStarts &starts,
              const ScheduleReactions &reactions = {});

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_LOWERSCHEDULE_H
