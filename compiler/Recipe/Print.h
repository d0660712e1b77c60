//===- Print.h - a recipe back as TOML --------------------------*- C++ -*-===//
//
// The canonical text of a recipe: tables on paper order, keys in the order of
// ODS. Imported again it gives the same ops; it is what a binary carries.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_PRINT_H
#define DSC_COMPILER_RECIPE_PRINT_H

#include "mlir/IR/Operation.h"

#include <string>

namespace dsc {

struct PrintOptions {
  bool origins = false; ///< say in a comment where each value comes from
};

/// The text of a dsc.recipe. What passes filled beside the keys is left out.
std::string printRecipe(mlir::Operation *recipe,
                        const PrintOptions &options = {});

/// The value of one key as TOML.
std::string printValue(mlir::Attribute attribute, llvm::StringRef type);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_PRINT_H
