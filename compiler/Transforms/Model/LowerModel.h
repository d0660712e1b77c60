//===- LowerModel.h - the recipe's model as a graph of units ----*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_MODEL_LOWERMODEL_H
#define DSC_COMPILER_TRANSFORMS_MODEL_LOWERMODEL_H

#include "dialect/Dsc/DscDialect.h"
#include "dialect/Plan/PlanDialect.h"

#include "mlir/IR/BuiltinOps.h"

namespace dsc {

/// The [model] of a recipe; null where it has none.
ModelInterface findModel(mlir::ModuleOp module);

/// Builds `plan.graph @model` at the end of `module` from its [model] table,
/// which stays. Unusable sizes are reported at their keys, all of them, and
/// leave no graph behind. This is also how `dsc check` checks a model.
llvm::FailureOr<plan_ir::GraphOp> lowerModel(mlir::ModuleOp module,
                                             const ModelFacts &facts);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_MODEL_LOWERMODEL_H
