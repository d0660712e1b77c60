//===- Cycle.h - cycles of a rise and a fall --------------------*- C++ -*-===//
//
// What triangular, triangular2 and exp_range have in common.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_CYCLE_H
#define DSC_DIALECT_DSC_CYCLE_H

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/PhaseValues.h"

namespace dsc {

struct Cycle {
  mlir::Value index; ///< i64, from 0
  Weights height;    ///< ofTo: the share of the way from the base to the top
};

/// Of a phase with the keys `up` and `down`.
Cycle emitCycle(Scalar &s, mlir::Operation *phase, const Position &position,
                int64_t steps);

} // namespace dsc

#endif // DSC_DIALECT_DSC_CYCLE_H
