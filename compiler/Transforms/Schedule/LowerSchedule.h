//===- LowerSchedule.h - phases become one function -------------*- C++ -*-===//
//
// The schedule as a pure function of the step, from resolved phases:
//
//   func.func @tracks(%step: i64, state...) -> (f64, f64...)
//       attributes {dsc.tracks = ["lr", "momentum", "weight_decay"]}
//
// The learning rate comes first, then each track that some phase names, in the
// order above. Steps outside the schedule take the value of the nearest step in
// it. The same function is inlined into kernels and evaluated by `dsc plot`.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_LOWERSCHEDULE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_LOWERSCHEDULE_H

#include "dialect/Dsc/DscDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <memory>
#include <optional>
#include <string>

namespace dsc {

/// Name of the array attribute that lists what the function returns.
inline constexpr llvm::StringLiteral tracksAttributeName = "dsc.tracks";

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
};

/// Adds `name` to the end of `module`. The phases cover [0, total) in order,
/// and so do those of each factor. `state` are the types of further arguments,
/// which reactive phases will read.
llvm::FailureOr<mlir::func::FuncOp>
lowerSchedule(mlir::ModuleOp module, llvm::StringRef name,
              llvm::ArrayRef<PhaseInterface> phases, const TrackStarts &starts,
              llvm::ArrayRef<mlir::Type> state = {},
              const ScheduleExtras &extras = {});

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_LOWERSCHEDULE_H
