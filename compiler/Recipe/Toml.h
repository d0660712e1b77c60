//===- Toml.h - TOML text as a small tree of values -------------*- C++ -*-===//
//
// The rest of the compiler sees TOML only as this tree: values with the place
// that each came from. Limits on size, depth and keys are checked before the
// parser runs, so that no file can crash it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_TOML_H
#define DSC_COMPILER_RECIPE_TOML_H

#include "mlir/IR/Location.h"
#include "mlir/IR/MLIRContext.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace dsc {

/// A value and where it stands. Nesting is bounded by TomlLimits.h, so walking
/// and destroying a tree may recurse.
struct TomlValue {
  enum class Kind { text, integer, number, boolean, array, table };
  using Member = std::pair<std::string, TomlValue>;

  Kind kind = Kind::table;
  std::string text;
  int64_t integer = 0;
  double number = 0;
  bool boolean = false;
  std::vector<TomlValue> items; ///< of an array
  std::vector<Member> members;  ///< of a table, in the order of the file
  mlir::LocationAttr place;    ///< a FileLineColRange, or a NameLoc "--set ..."
  mlir::LocationAttr keyPlace; ///< of the key, for a member of a table

  bool isTable() const { return kind == Kind::table; }
  bool isArray() const { return kind == Kind::array; }
  bool isText() const { return kind == Kind::text; }
  /// Null when there is no such member. Linear: tables are small.
  const TomlValue *find(llvm::StringRef key) const;
  TomlValue *find(llvm::StringRef key);
};

/// The value as an author would write it, cut where it is long: what follows
/// "found" in a message.
std::string describeValue(const TomlValue &value);
/// `text` as a TOML string.
std::string quoteText(llvm::StringRef text);
/// A name from a recipe, cut and escaped, fit for a message.
std::string describeName(llvm::StringRef name);

/// The shortest TOML float that reads back as `number`.
std::string formatNumber(double number);

/// The place of a whole file, of which no line is to be shown.
mlir::LocationAttr getFilePlace(mlir::MLIRContext &context,
                                llvm::StringRef file);

/// Reads a regular file of bounded size; else says why not, and what was
/// `expected`: "a recipe file".
std::optional<std::string> readRegularFile(llvm::StringRef file,
                                           llvm::StringRef expected,
                                           std::string &reason);

/// The same for a file that holds a recipe. Reports at `asker` (a command line,
/// or the place of `extends`), or else at the file.
std::optional<std::string> readRecipeFile(mlir::MLIRContext &context,
                                          llvm::StringRef file,
                                          mlir::LocationAttr asker = {});

/// The root table; nullopt after diagnostics.
std::optional<TomlValue> parseToml(mlir::MLIRContext &context,
                                   llvm::StringRef text, llvm::StringRef file);

/// One value, as after `key =`; nullopt, silently, where that is not TOML.
/// Every part of it is placed at `place`.
std::optional<TomlValue> parseTomlValue(mlir::MLIRContext &context,
                                        llvm::StringRef text,
                                        mlir::LocationAttr place);

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_TOML_H
