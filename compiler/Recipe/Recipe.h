//===- Recipe.h - from recipe files to the dsc dialect ----------*- C++ -*-===//
//
// The front door of this folder: reads a recipe with its bases, overlays and
// command-line overrides, and imports the result as one dsc.recipe in a module.
// Everything that is wrong is reported at once, through the context.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_RECIPE_H
#define DSC_COMPILER_RECIPE_RECIPE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace dsc {

/// What a command line says of a recipe. Later wins, in the order of the
/// fields.
struct RecipeInputs {
  std::string file;
  std::vector<std::string> overlays;
  std::vector<std::string> sets;   ///< "schedule.phase.warmup.length=10%"
  std::vector<std::string> unsets; ///< "train.seed"
  /// A recipe's text that a command lays over all of it.
  std::string command = {};
};

/// A module that holds one dsc.recipe, its tables in the order of
/// Dsc_PaperOrder. Null when the files could not be read or composed; with
/// `complete` false, what was wrong is reported and left out, so that the rest
/// can still be checked.
struct ImportedRecipe {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  bool complete = false;
  std::vector<std::string> files = {}; ///< all that were read
};

ImportedRecipe loadRecipe(mlir::MLIRContext &context,
                          const RecipeInputs &inputs);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_RECIPE_H
