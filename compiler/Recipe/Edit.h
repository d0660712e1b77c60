//===- Edit.h - a key of a recipe, changed in its text ----------*- C++ -*-===//
//
// A command that writes into an author's file changes what it must and leaves
// comments, order and layout alone. The places that the parser keeps say where
// to write; the new text is parsed again and must differ in that one key.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_EDIT_H
#define DSC_COMPILER_RECIPE_EDIT_H

#include "compiler/Recipe/Recipe.h"

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace dsc {

/// A key to set. What is not there is added: the key to its table, a table or
/// an item of an array table at the end of the file.
struct KeyEdit {
  std::string table; ///< "schedule", or "schedule.phase" with an item
  std::string item;  ///< name of an item of an array table; else ""
  std::string key;
  std::string value; ///< as TOML
};

/// "schedule.phase.anneal.to", as for --set.
std::string pathOf(const KeyEdit &edit);

/// The text of a recipe file with the key set. nullopt, after diagnostics, for
/// a text that is no recipe, and, silently, where the key cannot be set without
/// changing anything else.
std::optional<std::string> editRecipeText(mlir::MLIRContext &context,
                                          llvm::StringRef text,
                                          llvm::StringRef file,
                                          const KeyEdit &edit);

/// Where a key of the composed recipe is to be written.
struct KeyHome {
  /// The file of the command line that says it, or that extends the one that
  /// does; of a key that is not set, the last to speak of its table. "" where
  /// --set does.
  std::string file;
  bool isSet = false;    ///< the recipe has the key
  bool hasTable = false; ///< it has the table, or the item
};

/// Reports nothing that composing the recipe has not: it must have worked.
KeyHome findHome(mlir::MLIRContext &context, const RecipeInputs &inputs,
                 const KeyEdit &key);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_EDIT_H
