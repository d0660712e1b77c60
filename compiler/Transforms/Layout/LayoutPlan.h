//===- LayoutPlan.h - groups and offsets of a plan's parameters -*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_LAYOUT_LAYOUTPLAN_H
#define DSC_COMPILER_TRANSFORMS_LAYOUT_LAYOUTPLAN_H

#include "dialect/Dsc/DscDialect.h"
#include "dialect/Plan/PlanDialect.h"

#include "mlir/IR/BuiltinOps.h"

namespace dsc {

/// Sorts the parameters of the module's graph by the recipe's groups, fills
/// `group`, `offset` and `frozen` of plan.parameter and adds a plan.group for
/// each group that trains something.
llvm::LogicalResult layoutPlan(mlir::ModuleOp module, RecipeOp recipe);

/// Adds buffers and kernels for the groups that layoutPlan laid out, with the
/// schedule @tracks inside, and the memory of frozen parameters.
llvm::LogicalResult lowerPlanOptimizer(mlir::ModuleOp module, RecipeOp recipe);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_LAYOUT_LAYOUTPLAN_H
