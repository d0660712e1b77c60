//===- Reactions.h - what a resolved schedule reacts to ---------*- C++ -*-===//
//
// The resolved form of `until`, `on_spike` and `reduce_on_plateau`: lengths are
// counts of observations or steps. As attributes:
//
//   `reaction` of a phase
//     until = {name, metric, mode, patience, threshold, threshold_mode}
//     follows = ["lr", ...]  tracks that start where an earlier phase was ended
//     stretches              the phase takes up what earlier ones leave
//   `reactions` of [schedule]
//     on_spike = {metric, ratio, scale, recover}
//     reduce_on_plateau = {metric, mode, patience, threshold, threshold_mode,
//                          factor, cooldown, min_lr, eps}
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_REACTIONS_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_REACTIONS_H

#include "dialect/Dsc/DscDialect.h"

#include <optional>
#include <string>

namespace dsc {

/// A metric, and when it counts as no better.
struct Watch {
  llvm::StringRef metric;
  bool maximum = false; ///< more is better
  bool relative = true; ///< the threshold is a share of the best
  double threshold = 0;
  int64_t patience = 1; ///< observations
};

/// The LR is multiplied by `scale` where a metric is above `ratio` times its
/// moving average, and takes `recover` steps back.
struct SpikeReaction {
  std::string metric;
  double ratio = 3, scale = 0.5;
  int64_t recover = 1;
};

/// PyTorch's ReduceLROnPlateau.
struct PlateauReaction {
  Watch watch;
  double factor = 0.1, minimum = 0, epsilon = 1e-8;
  int64_t cooldown = 0; ///< observations
};

/// What a phase may do besides its curve.
struct PhaseReaction {
  llvm::StringRef name;
  std::optional<Watch> until;
  mlir::ArrayAttr follows; ///< names of tracks; may be null
  bool stretches = false;

  bool followsOn(llvm::StringRef track) const;

  static PhaseReaction read(PhaseInterface phase);
};

/// Reactions of the whole schedule.
struct ScheduleReactions {
  std::optional<SpikeReaction> spike;
  std::optional<PlateauReaction> plateau;

  /// `schedule` may be null.
  static ScheduleReactions read(ScheduleOp schedule);
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_REACTIONS_H
