//===- OptimizerProgram.h - from optimizer groups to kernels ----*- C++ -*-===//
//
// Turns an optimizer's stages into the fewest passes over memory: a reduction
// for the gradient's norm, a finish that computes on the device what is uniform
// over the step (LR, clip factor, bias corrections), and one map for each
// group.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_OPTIMIZER_OPTIMIZERPROGRAM_H
#define DSC_COMPILER_TRANSFORMS_OPTIMIZER_OPTIMIZERPROGRAM_H

#include "compiler/Transforms/Schedule/LowerSchedule.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Plan/PlanDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// Parameters that share one set of keys, contiguous in the arena.
struct OptimizerGroup {
  std::string name;
  OptimizerInterface optimizer; ///< holds the group's merged keys
  double lrScale = 1;
  double weightDecay = 0;
  bool followsWeightDecayTrack = true; ///< where the schedule has that track
  int64_t begin = 0, end = 0; ///< elements, whole blocks or the arena's end
  mlir::Location loc;
};

/// Type in which the model computes. The masters are always f32.
enum class ComputePrecision { f32, bf16Mixed };

struct OptimizerProgram {
  std::vector<OptimizerGroup> groups; ///< in the order of the arena
  int64_t elements = 0;               ///< of the trained arena
  std::optional<double> clipNorm;
  ComputePrecision precision = ComputePrecision::f32;

  /// (i64 step, f64 state...) -> f64 for each track, with
  /// tracksAttributeName; in the module that receives the kernels.
  mlir::func::FuncOp tracks;

  /// Makes the state of a schedule that reacts (Schedule/Observe.h); null for
  /// one that does not.
  mlir::func::FuncOp observe;

  /// Leaves out norm and finish: each update computes its uniforms itself
  /// before its loop. For programs that neither clip nor guard.
  bool uniformsInUpdate = false;
};

/// What the plan says of the kernels.
struct OptimizerKernels {
  std::vector<std::string> uniforms; ///< names of the slots of `uniforms`
  std::vector<std::string> tracks;   ///< the uniforms that are schedule tracks
  std::optional<std::string> reduce, finish; ///< kernel symbols
  std::vector<std::string> updates;          ///< one for each group
  /// Slot buffers, in the order of their first use.
  std::vector<std::string> slots;
};

/// The update kernel of a group is "update_" and the group's name with what a
/// symbol of C cannot hold replaced by "_"; two groups never share one.
///
/// Adds buffers (param, grad, compute with bf16, slots, partials, uniforms,
/// counters), kernels and their bodies at the end of `module`. Reports at the
/// group's location.
mlir::FailureOr<OptimizerKernels>
lowerOptimizer(const OptimizerProgram &program, mlir::ModuleOp module);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_OPTIMIZER_OPTIMIZERPROGRAM_H
