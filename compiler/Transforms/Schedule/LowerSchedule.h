//===- LowerSchedule.h - phases become one function -------------*- C++ -*-===//
//
// The schedule as a pure function of the step, from resolved phases:
//
//   func.func @tracks(%step: i64, state...) -> (f64, f64...)
//       attributes {dsc.tracks = ["lr", "momentum", "weight_decay"]}
//
// The learning rate comes first, then each track that some phase names, in the
// order above, then `position` (see kPositionTrack) where a phase may end
// early. Steps outside the schedule take the value of the nearest step in it.
// The same function is inlined into kernels and evaluated by `dsc plot`.
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

#include <memory>
#include <optional>
#include <string>

namespace dsc {

/// Name of the array attribute that lists what the function returns.
inline constexpr llvm::StringLiteral tracksAttributeName = "dsc.tracks";

/// On @observe: names of the state's slots, and its decisions (Observe.h).
inline constexpr llvm::StringLiteral stateAttributeName = "dsc.state";
inline constexpr llvm::StringLiteral reactionsAttributeName = "dsc.reactions";

/// Name of the function that makes the next state.
inline constexpr llvm::StringLiteral kObserveFunction = "observe";

/// The track that says where a step would lie in the schedule as it was
/// planned, by which its phase is known. A phase planned to have no step lies
/// half a step before its begin.
inline constexpr llvm::StringLiteral kPositionTrack = "position";

/// The ends of a track in one phase.
struct TrackEnds {
  double from, to;
  bool ownFinish = false; ///< a curve of its own leads away from `from`
};

struct ResolvedRepeat;

/// What the resolve passes found out about a phase.
struct ResolvedPhase {
  PhaseInterface op;
  int64_t begin, end; ///< steps, [begin, end)
  TrackEnds lr;
  llvm::StringRef inclusive;
  std::optional<TrackEnds> momentum, weightDecay;
  PhaseReaction reaction = {};

  /// Of "lr", "momentum" or "weight_decay"; nullopt where it is not named.
  std::optional<TrackEnds> endsOf(llvm::StringRef track) const;
  /// Whether the phase has a curve for the track.
  bool moves(llvm::StringRef track) const;

  /// Set where this stands for cycles that are alike; `op` is then the first
  /// phase of the cycle.
  std::shared_ptr<const ResolvedRepeat> repeat = nullptr;

  mlir::Location getLoc() const { return PhaseInterface(op).getLoc(); }

  /// Fails, with a message at the phase, when it is not resolved.
  static llvm::FailureOr<ResolvedPhase> read(PhaseInterface phase);
};

/// The values that tracks hold before any phase names them.
struct TrackStarts {
  double momentum = 0, weightDecay = 0;
};

/// Phases of a list of their own over the whole run: their value multiplies
/// the learning rate.
struct PhaseFactor {
  std::string name;
  llvm::SmallVector<PhaseInterface> phases;
};

/// What a schedule may have besides phases.
struct ScheduleExtras {
  llvm::SmallVector<RepeatOp> repeats;
  llvm::SmallVector<PhaseFactor> factors;
  ScheduleOp schedule = {}; ///< resolved; may be null
  ScheduleReactions reactions = {};
};

/// Adds `name`, and @observe where something reacts, to the end of `module`.
/// The phases cover [0, total) in order, and so do those of each factor.
llvm::FailureOr<mlir::func::FuncOp>
lowerSchedule(mlir::ModuleOp module, llvm::StringRef name,
              llvm::ArrayRef<PhaseInterface> phases, const TrackStarts &starts,
              const ScheduleExtras &extras = {});

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_LOWERSCHEDULE_H
