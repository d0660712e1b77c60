//===- Compose.h - one recipe from several ----------------------*- C++ -*-===//
//
// A base (`extends`), the recipe, overlays and the command line, each laid over
// what came before it. Every value keeps the place that it came from.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_COMPOSE_H
#define DSC_COMPILER_RECIPE_COMPOSE_H

#include "compiler/Recipe/Recipe.h"
#include "compiler/Recipe/Toml.h"

#include "mlir/Support/LLVM.h"

namespace dsc {

/// The composed recipe, free of `extends`, `inherit`, `remove` and `after`;
/// nullopt after diagnostics. `files` gains the paths of all that were read.
std::optional<TomlValue>
composeRecipe(mlir::MLIRContext &context, const RecipeInputs &inputs,
              std::vector<std::string> *files = nullptr);

/// Lays the table `over` at `path` over `base`: keys replace keys, tables
/// merge, items of array tables merge by name.
mlir::LogicalResult mergeTable(TomlValue &base, TomlValue over,
                               llvm::StringRef path);

/// The name of an array item: `name`, else its kind, else its source, else "".
llvm::StringRef getItemName(const TomlValue &item);

/// "schedule" and "phase" as "schedule.phase".
std::string joinPath(llvm::StringRef path, llvm::StringRef name);

/// One `--set` or `--unset`; they reach what is there, and keys of tables.
mlir::LogicalResult applySet(mlir::MLIRContext &context, TomlValue &root,
                             llvm::StringRef argument);
mlir::LogicalResult applyUnset(mlir::MLIRContext &context, TomlValue &root,
                               llvm::StringRef argument);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_COMPOSE_H
