//===- Fingerprint.h - hashes of the parts of a recipe ----------*- C++ -*-===//
//
// A resume compares these to know what changed. Each covers what changes the
// numbers of a run and nothing else: not the names of phases, not cadences.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_RUN_FINGERPRINT_H
#define DSC_COMPILER_TRANSFORMS_RUN_FINGERPRINT_H

#include "dialect/Dsc/DscDialect.h"
#include "dialect/Plan/PlanDialect.h"

namespace dsc {

/// Adds plan.fingerprint at the builder's place for the resolved `recipe`.
void createFingerprint(mlir::OpBuilder &builder, RecipeOp recipe,
                       llvm::StringRef recipeText);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RUN_FINGERPRINT_H
