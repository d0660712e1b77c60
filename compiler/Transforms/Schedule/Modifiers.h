//===- Modifiers.h - what keys make of a curve's value ----------*- C++ -*-===//
//
// Stairs act on the fraction of a phase before its curve is drawn, noise and
// bounds on the learning rate that comes out of it. Bounds come after noise, so
// that nothing leaves them.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_MODIFIERS_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_MODIFIERS_H

#include "dialect/Dsc/DscDialect.h"

namespace dsc {

/// The stream of random numbers that noise is drawn from; the number at index 0
/// is the whole schedule's, at index 1 a phase's.
inline constexpr llvm::StringLiteral kNoiseStream = "schedule-noise";

/// The point of the stair that `point` lies on.
CurvePoint emitStairs(Scalar &scalar, PhaseInterface phase, CurvePoint point);

/// The learning rate of a phase after noise and bounds. `step` is of the run.
mlir::Value emitModified(Scalar &scalar, PhaseInterface phase, mlir::Value step,
                         mlir::Value lr);

/// The same for the whole schedule, and the batch's scale.
mlir::Value emitModified(Scalar &scalar, ScheduleOp schedule, mlir::Value step,
                         mlir::Value lr);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_MODIFIERS_H
