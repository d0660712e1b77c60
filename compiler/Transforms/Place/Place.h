//===- Place.h - a plan for many ranks --------------------------*- C++ -*-===//
//
// Two rewrites of a plan that know no strategy by name: they read the
// placements in its plan.strategy. The same plan runs at every number of ranks,
// and at one.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_PLACE_PLACE_H
#define DSC_COMPILER_TRANSFORMS_PLACE_PLACE_H

#include "compiler/Transforms/Place/Buckets.h"
#include "dialect/Plan/PlanDialect.h"

#include "mlir/IR/BuiltinOps.h"

namespace dsc {

/// The program of a step's last micro-batch, at whose end ranks communicate.
inline constexpr llvm::StringLiteral kLastMicroProgram = "last_micro";

/// Adds a plan.bucket for each range that ranks exchange, in the order in which
/// they are ready, and the buffer `passing` where gradients are sharded. Needs
/// a plan.strategy, and parameters that are laid out.
llvm::LogicalResult bucketGradients(mlir::ModuleOp module);

/// Rewrites the step programs, and places the buffers, as plan.strategy says.
/// Needs buckets.
llvm::LogicalResult placeData(mlir::ModuleOp module);

/// The trained parameters in the order of the arena.
llvm::SmallVector<BucketItem> listBucketItems(plan_ir::GraphOp graph);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_PLACE_PLACE_H
