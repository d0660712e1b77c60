//===- RecipeText.h - a recipe in the making --------------------*- C++ -*-===//
//
// Tables and lines in the order of a recipe on paper. Each line remembers which
// key of the configuration it came from, so that what the checks of the
// language say about it can be said of that key.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_IMPORT_RECIPETEXT_H
#define DSC_COMPILER_IMPORT_RECIPETEXT_H

#include "compiler/Import/Json.h"

#include "llvm/ADT/StringRef.h"

namespace dsc::importing {

/// A table that the configuration says nothing about: commented lines.
struct Placeholder {
  const char *path, *text;
};

class RecipeText {
public:
  explicit RecipeText(Log &log) : log(log) {}

  /// A configuration in which origins are looked up, the last one first.
  void addSource(const Json &root) { sources.push_back(&root); }

  /// Begins a table; an array table may be begun several times.
  void begin(llvm::StringRef path, llvm::StringRef kind = "");
  /// A line of the table that was begun last at `path`; `value` is TOML and
  /// `origin` the key that it came from. A key that the language only reserves
  /// becomes a comment, and is reported.
  void set(llvm::StringRef path, llvm::StringRef key, const llvm::Twine &value,
           llvm::StringRef origin);
  /// A commented line.
  void remark(llvm::StringRef path, const llvm::Twine &text);
  bool has(llvm::StringRef path) const;

  /// The recipe; tables that are missing come from `placeholders`.
  std::string str(llvm::StringRef heading,
                  llvm::ArrayRef<Placeholder> placeholders) const;

  /// Only [optimizer], [schedule] and, with `run`, [train]: what can be checked
  /// without a model, and without data where the run is counted in steps.
  /// `origins` has one entry for each line.
  std::string schedulePart(bool run, std::vector<std::string> &origins) const;

private:
  struct Line {
    std::string text, origin;
  };
  struct Table {
    std::string path, kind;
    std::vector<Line> lines;
    bool has(llvm::StringRef key) const;
  };

  Table &last(llvm::StringRef path);
  std::string valueAt(llvm::StringRef origin, const std::string &written) const;
  std::vector<const Table *> at(llvm::StringRef path) const;

  Log &log;
  std::vector<const Json *> sources;
  std::vector<Table> tables;
};

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_RECIPETEXT_H
