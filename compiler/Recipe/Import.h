//===- Import.h - a composed recipe as ops ----------------------*- C++ -*-===//
//
// One importer for every table of the language: what a table may hold comes
// from KeyTable, the op and its attributes are found by name.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_IMPORT_H
#define DSC_COMPILER_RECIPE_IMPORT_H

#include "compiler/Recipe/Recipe.h"
#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/KeyTable.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace dsc {

/// Imports a recipe whose main file is `file`; makes as many diagnostics as
/// there are mistakes.
ImportedRecipe importRecipe(mlir::MLIRContext &context, const TomlValue &root,
                            llvm::StringRef file);

/// Reports a member that the table does not have: a name that is reserved, that
/// another tool uses, that belongs to another table, or is misspelt. `root` is
/// the whole recipe.
void reportUnknownKey(const TableInfo &table, llvm::StringRef name,
                      const TomlValue &value, const TomlValue &root);

/// The key of this table that an unknown name was meant for, or "": it is not
/// missing as well.
std::string findMeantKey(const TableInfo &table, llvm::StringRef name);

/// The names that may stand in a table: its keys, and tables below it.
llvm::SmallVector<llvm::StringRef> getMemberNames(const TableInfo &table);

/// "kind is missing" and its kin for a table whose keys depend on its kind;
/// the table, or null after a diagnostic.
/// `above` is the table that `value` is a member of.
const TableInfo *pickTable(llvm::StringRef path, const TomlValue &value,
                           const TomlValue &above);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_IMPORT_H
