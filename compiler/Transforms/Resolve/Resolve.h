//===- Resolve.h - from what was written to what is meant -------*- C++ -*-===//
//
// The functions behind the passes of Passes.td. Each works on what the ones
// before it left, passes over what they could not resolve, and reports all that
// it finds at the keys of the recipe: `resolveRecipe` runs them all, so that an
// author sees every mistake of a recipe at once.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVE_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVE_H

#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/BuiltinOps.h"

#include <optional>

namespace dsc {

struct ResolveOptions {
  /// Only what a schedule needs: [schedule], [train], and the data where a
  /// length is given in epochs.
  bool scheduleOnly = false;

  /// Something of the recipe could not be imported and is reported already:
  /// what would only follow from its absence is not.
  bool partial = false;
};

/// Adds the tables that may be left out and gives every key its default, or the
/// value that another key implies. Values added here have no place of their
/// own, so their origin is "default".
llvm::LogicalResult resolveDefaults(RecipeOp recipe,
                                    const ResolveOptions &options);

/// Records what the files hold: `files`, samples, columns and classes on
/// sources and on evaluations with files of their own, `vocabulary` on [data].
llvm::LogicalResult surveyData(RecipeOp recipe, const ResolveOptions &options);

/// Makes lengths steps: `steps` and `epoch_steps` of [train], `begin` and `end`
/// of phases, `every_steps` and `stop_after_evals` of the rest.
llvm::LogicalResult resolveLengths(RecipeOp recipe,
                                   const ResolveOptions &options);

/// Makes amounts learning rates: `start`, `finish` and `tracks` of phases.
llvm::LogicalResult resolveSchedule(RecipeOp recipe,
                                    const ResolveOptions &options);

/// Makes reactions counts: `reaction` of phases, `reactions` of [schedule].
llvm::LogicalResult resolveReactions(RecipeOp recipe,
                                     const ResolveOptions &options);

/// What no table can check by itself.
llvm::LogicalResult checkRecipe(RecipeOp recipe, const ResolveOptions &options);

/// All of the above in this order, also where one fails.
llvm::LogicalResult resolveRecipe(mlir::ModuleOp module,
                                  const ResolveOptions &options = {});

/// What the model's builder needs of a resolved recipe, or of one that failed
/// to resolve for other reasons; nullopt where it is not known.
std::optional<ModelFacts> readModelFacts(RecipeOp recipe);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVE_H
