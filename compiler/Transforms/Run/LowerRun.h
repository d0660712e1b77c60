//===- LowerRun.h - the rest of a recipe as plan ops ------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RUN_LOWERRUN_H
#define DSC_COMPILER_TRANSFORMS_RUN_LOWERRUN_H

#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/BuiltinOps.h"

namespace dsc {

/// What is known only outside of the recipe's tables.
struct RunFacts {
  ModelFacts model;
  std::string recipeText; ///< resolved TOML, hashed
  double flopsPerToken = 0;
};

/// Adds plan.run, plan.mesh, plan.strategy, plan.model, plan.data, plan.source,
/// plan.evaluation, plan.phase and plan.fingerprint ops from the resolved
/// recipe in `module`, which stays.
llvm::LogicalResult lowerRun(mlir::ModuleOp module, const RunFacts &facts);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RUN_LOWERRUN_H
