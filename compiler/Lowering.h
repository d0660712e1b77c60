//===- Lowering.h - the levels of a recipe, and the way down ----*- C++ -*-===//
//
// Names the levels that `--emit` shows and runs the passes between them. What a
// level promises: `recipe` is what was written; `resolved` has a value and an
// origin for every key, and absolute steps; `plan` holds no dsc op.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_LOWERING_H
#define DSC_COMPILER_LOWERING_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"

namespace dsc {

enum class Level { recipe, resolved, plan };

/// The dialects of recipes, plans and the scalar code between them.
void registerDialects(mlir::DialectRegistry &registry);

/// Every pass of the pipeline, for dsc-opt.
void registerPasses();

/// Names of the passes, in order.
llvm::SmallVector<llvm::StringRef> listPassNames();

/// Brings a module from one level to another, or stops after the pass called
/// `stopAfter`. Diagnostics say what is wrong with the recipe.
llvm::LogicalResult lower(Level from, Level to, mlir::ModuleOp module,
                          llvm::StringRef stopAfter = "");

} // namespace dsc

#endif // DSC_COMPILER_LOWERING_H
