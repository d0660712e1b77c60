//===- Harness.h - recipes from text, and what is said of them --*- C++ -*-===//

#ifndef DSC_TEST_UNIT_RESOLVE_HARNESS_H
#define DSC_TEST_UNIT_RESOLVE_HARNESS_H

#include "compiler/Recipe/Import.h"
#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Tables.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace dsc {

/// A recipe and every diagnostic about it, one line each:
/// "error 7: message; hint".
class Recipe {
public:
  explicit Recipe(const std::string &text) {
    context.getOrLoadDialect<DscDialect>();
    handler.emplace(&context, [&](mlir::Diagnostic &diagnostic) {
      messages.push_back(show(diagnostic));
    });
    if (auto root = parseToml(context, text, "recipe.toml"))
      if (auto imported = importRecipe(context, *root, "recipe.toml");
          imported.complete)
        module = std::move(imported.module);
  }

  RecipeOp get() { return findRecipe(*module); }
  explicit operator bool() const { return bool(module); }

  template <typename TableType> TableType table() {
    return findTable<TableType>(get());
  }
  PhaseInterface phase(size_t index) {
    return listTables<PhaseInterface>(get())[index];
  }

  bool resolve(bool scheduleOnly = false) {
    return module && succeeded(resolveRecipe(*module, {scheduleOnly}));
  }

  /// The lines that hold `text`.
  size_t count(const std::string &text) const {
    size_t found = 0;
    for (const std::string &message : messages)
      found += message.find(text) != std::string::npos;
    return found;
  }
  std::string said() const {
    std::string all;
    for (const std::string &message : messages)
      all += message + "\n";
    return all;
  }

  std::vector<std::string> messages;

private:
  static std::string show(mlir::Diagnostic &diagnostic) {
    bool error = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
    std::string line = error ? "error" : "warning";
    mlir::LocationAttr place = diagnostic.getLocation();
    if (auto range = llvm::dyn_cast<mlir::FileLineColRange>(place))
      line += " " + std::to_string(range.getStartLine());
    line += ": " + diagnostic.str();
    for (mlir::Diagnostic &note : diagnostic.getNotes())
      line += "; " + note.str();
    return line;
  }

  mlir::MLIRContext context{mlir::MLIRContext::Threading::DISABLED};
  std::optional<mlir::ScopedDiagnosticHandler> handler;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// A recipe of [schedule] and [train] for the tests of schedules.
inline std::string scheduleRecipe(const std::string &schedule,
                                  const std::string &length = "1000 steps") {
  return "dsc = 1\n[train]\nlength = \"" + length + "\"\nbatch = 32\n" +
         schedule;
}

inline int64_t integer(mlir::Operation *table, llvm::StringRef key) {
  auto value = table->getAttrOfType<mlir::IntegerAttr>(key);
  return value ? value.getInt() : -1;
}
inline double number(mlir::Operation *table, llvm::StringRef key) {
  auto value = table->getAttrOfType<mlir::FloatAttr>(key);
  return value ? value.getValueAsDouble() : -1;
}
inline std::string text(mlir::Operation *table, llvm::StringRef key) {
  auto value = table->getAttrOfType<mlir::StringAttr>(key);
  return value ? value.getValue().str() : "(none)";
}

/// This process's own: others run more of the same tests.
inline std::string temporaryPath(const std::string &name) {
  return testing::TempDir() + "dsc-resolve-" + std::to_string(::getpid()) +
         "-" + name;
}

/// Records of `line` text, 8 letters and a newline each, below the test's
/// folder.
inline std::string writeWords(const std::string &name, int lines) {
  std::string path = temporaryPath(name);
  std::ofstream out(path);
  for (int i = 0; i < lines; ++i)
    out << "word" << 1000 + i << "\n";
  return path;
}

/// A whole recipe that resolves; `more` goes below [train].
inline std::string wholeRecipe(const std::string &path,
                               const std::string &train = "",
                               const std::string &more = "",
                               const std::string &source = "") {
  return "dsc = 1\n"
         "[model]\nkind = \"gpt2\"\nlayers = 2\nheads = 2\nwidth = 16\n"
         "context = 8\n"
         "[[data.source]]\nkind = \"text\"\nname = \"words\"\nrecord = "
         "\"line\"\nholdout = \"10%\"\npath = \"" +
         path + "\"\n" + source +
         "[optimizer]\nkind = \"adamw\"\n"
         "[schedule]\npeak = 1e-3\n"
         "[train]\nlength = \"100 steps\"\nbatch = 8\n" +
         train + more;
}

} // namespace dsc

#endif // DSC_TEST_UNIT_RESOLVE_HARNESS_H
