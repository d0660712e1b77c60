//===- Recipe.cpp - from recipe files to the dsc dialect ------------------===//

#include "compiler/Recipe/Recipe.h"

#include "compiler/Recipe/Compose.h"
#include "compiler/Recipe/Import.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;

namespace dsc {

ImportedRecipe loadRecipe(MLIRContext &context, const RecipeInputs &inputs) {
  context.getOrLoadDialect<DscDialect>();
  std::optional<TomlValue> root = composeRecipe(context, inputs);
  if (!root)
    return {};
  return importRecipe(context, *root, inputs.file);
}

} // namespace dsc
