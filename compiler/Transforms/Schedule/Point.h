//===- Point.h - a step of a phase ------------------------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_POINT_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_POINT_H

#include "compiler/Transforms/Schedule/LowerSchedule.h"

namespace dsc {

/// What only the run knows of a phase; null where it is as planned.
struct Adapted {
  mlir::Value steps; ///< i64, at least 1: what the curve runs over
  mlir::Value from;  ///< f64: where a track starts
};

/// Where a step lies in a phase, stairs included. `index` is the number of
/// steps made in it before.
CurvePoint emitPoint(Scalar &scalar, const ResolvedPhase &phase,
                     mlir::Value index, mlir::Value steps = {});

/// The value of a track between `ends`. Equal ends are folded here: no curve
/// may disturb a value that stands still.
mlir::Value emitTrack(Scalar &scalar, const ResolvedPhase &phase,
                      CurvePoint point, TrackEnds ends, mlir::Value from = {});

/// What a track holds after the phase.
double getFinish(const ResolvedPhase &phase, TrackEnds ends);

/// The ends of one track in a phase, if the phase names it.
using TrackOf =
    llvm::function_ref<std::optional<TrackEnds>(const ResolvedPhase &)>;

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_POINT_H
