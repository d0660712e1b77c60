//===- Tables.cpp - finding the tables of a recipe ------------------------===//

#include "compiler/Transforms/Resolve/Tables.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"

using namespace mlir;

namespace dsc {

RecipeOp findRecipe(ModuleOp module) {
  auto recipes = module.getOps<RecipeOp>();
  return recipes.empty() ? RecipeOp() : *recipes.begin();
}

StringRef getKind(Operation *table) {
  const TableInfo *info = findTableOfOp(table->getName().getStringRef());
  return info ? StringRef(info->kind) : StringRef();
}

StringRef getName(Operation *table) {
  auto name = table->getAttrOfType<StringAttr>("name");
  return name ? name.getValue() : StringRef();
}

std::string quoteName(StringRef name) { return describeName(name); }

std::string countOf(int64_t number, StringRef thing) {
  return (Twine(number) + " " + thing + (number == 1 ? "" : "s")).str();
}

static void finish(InFlightDiagnostic diagnostic, const Twine &hint) {
  attachHint(diagnostic, hint);
}

void Report::error(Operation *table, StringRef key, const Twine &message,
                   const Twine &hint) {
  failed = true;
  finish(emitKeyError(table, key, message), hint);
}

void Report::warn(Operation *table, StringRef key, const Twine &message,
                  const Twine &hint) {
  finish(emitKeyWarning(table, key, message), hint);
}

} // namespace dsc
