//===- DiagnosticPrinter.h - diagnostics for authors ------------*- C++ -*-===//
//
// Collects what a context reports and shows it once, in the order of the
// recipe: place, message, the line with a caret under the value, and the
// remedy; or as JSON for tools.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_RECIPE_DIAGNOSTICPRINTER_H
#define DSC_COMPILER_RECIPE_DIAGNOSTICPRINTER_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>
#include <string>
#include <vector>

namespace dsc {

/// A diagnostic with its location taken apart.
struct Finding {
  enum class Severity { error, warning, remark };
  /// A place in a file; line 0 is the whole file, and `file` may also be an
  /// option ("--set", with `option` its text) or "" for no place at all.
  struct Place {
    std::string file, option;
    unsigned line = 0, column = 0, endLine = 0, endColumn = 0;
    bool operator==(const Place &) const = default;
  };
  struct Note {
    Place place;
    std::string message;
    bool operator==(const Note &) const = default;
  };

  Severity severity;
  Place place;
  std::string message, hint;
  std::vector<Note> notes;
  bool operator==(const Finding &) const = default;
};

/// Lives as long as diagnostics of the context are to be collected.
class DiagnosticPrinter {
public:
  explicit DiagnosticPrinter(mlir::MLIRContext &context);
  ~DiagnosticPrinter();
  DiagnosticPrinter(const DiagnosticPrinter &) = delete;
  DiagnosticPrinter &operator=(const DiagnosticPrinter &) = delete;

  size_t getErrorCount() const { return count(Finding::Severity::error); }

  /// At most `limit` findings, and a last line that counts errors and warnings;
  /// nothing when there are none. Colours on a terminal that wants them.
  void print(llvm::raw_ostream &os, size_t limit = 50) const;

  /// An array of {file, line, column, severity, message, hint}, without
  /// remarks; what has no place in a file has no line and no column.
  void printJson(llvm::raw_ostream &os) const;

private:
  void add(mlir::Diagnostic &diagnostic);
  size_t count(Finding::Severity severity) const;
  std::vector<Finding> sorted() const;

  mlir::DiagnosticEngine &engine;
  mlir::DiagnosticEngine::HandlerID handler;
  mutable std::mutex mutex;
  std::vector<Finding> findings;
};

} // namespace dsc

#endif // DSC_COMPILER_RECIPE_DIAGNOSTICPRINTER_H
