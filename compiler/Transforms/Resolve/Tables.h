//===- Tables.h - finding the tables of a recipe ----------------*- C++ -*-===//
//
// What every pass over a recipe needs: its tables by type, its items by name,
// and a report that goes on after an error, so that an author sees all mistakes
// at once.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_TABLES_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_TABLES_H

#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/BuiltinOps.h"

namespace dsc {

/// The recipe in a module; null where it has none.
RecipeOp findRecipe(mlir::ModuleOp module);

/// The first table of a type, op or interface; null where there is none.
template <typename TableType> TableType findTable(RecipeOp recipe) {
  for (mlir::Operation &op : recipe.getBody().front())
    if (auto table = llvm::dyn_cast<TableType>(op))
      return table;
  return {};
}

/// All tables of a type, in the order of the recipe.
template <typename TableType>
llvm::SmallVector<TableType> listTables(RecipeOp recipe) {
  llvm::SmallVector<TableType> tables;
  for (mlir::Operation &op : recipe.getBody().front())
    if (auto table = llvm::dyn_cast<TableType>(op))
      tables.push_back(table);
  return tables;
}

/// The kind of a table whose keys depend on it: "cosine"; else "".
llvm::StringRef getKind(mlir::Operation *table);

/// The `name` of a table; "" where it has none.
llvm::StringRef getName(mlir::Operation *table);

/// A name from the recipe in quotes, fit for a message.
std::string quoteName(llvm::StringRef name);

/// Of a number of things: "1 step", "3 steps".
std::string countOf(int64_t number, llvm::StringRef thing);

/// Errors and warnings at keys, until all checks have had their say.
class Report {
public:
  explicit Report(bool partial = false) : partial(partial) {}

  void error(mlir::Operation *table, llvm::StringRef key,
             const llvm::Twine &message, const llvm::Twine &hint = {});
  void warn(mlir::Operation *table, llvm::StringRef key,
            const llvm::Twine &message, const llvm::Twine &hint = {});

  /// What is absent. A recipe that could be imported only in part lacks what
  /// was reported already: then this only fails.
  void absent(mlir::Operation *table, llvm::StringRef key,
              const llvm::Twine &message, const llvm::Twine &hint = {}) {
    if (partial)
      return fail();
    error(table, key, message, hint);
  }

  /// For what was reported elsewhere.
  void fail() { failed = true; }

  mlir::LogicalResult result() const { return llvm::failure(failed); }

private:
  bool partial;
  bool failed = false;
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_TABLES_H
