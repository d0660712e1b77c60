//===- Recipe.cpp - from recipe files to the dsc dialect ------------------===//

#include "compiler/Recipe/Recipe.h"

#include "compiler/Recipe/Compose.h"
#include "compiler/Recipe/Import.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;

namespace dsc {

ImportedRecipe loadRecipe(MLIRContext &context, const RecipeInputs &inputs) {
  context.getOrLoadDialect<DscDialect>();
  std::vector<std::string> files;
  std::optional<TomlValue> root = composeRecipe(context, inputs, &files);
  if (!root)
    return {};
  ImportedRecipe imported = importRecipe(context, *root, inputs.file);
  imported.files = std::move(files);
  return imported;
}

} // namespace dsc
