//===- Session.h - one recipe through the compiler --------------*- C++ -*-===//
//
// A context, a recipe and the diagnostics about it. Each command makes one,
// brings it as far down as it needs, and reports at the end.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_SESSION_H
#define DSC_COMPILER_DRIVER_SESSION_H

#include "compiler/Lowering.h"
#include "compiler/Recipe/DiagnosticPrinter.h"
#include "compiler/Recipe/Recipe.h"
#include "compiler/Transforms/Resolve/Resolve.h"

#include "mlir/IR/MLIRContext.h"

namespace dsc {

class Session {
public:
  explicit Session(const RecipeInputs &inputs);

  /// Loads the recipe and lowers it to `level`. False after diagnostics.
  bool lower(Level level, llvm::StringRef stopAfter = "");

  /// Goes on from Level::resolved.
  bool lowerOn(Level level);

  /// Loads the recipe and resolves its schedule alone.
  bool resolveSchedule();

  /// Loads the recipe and finds every problem in it, those of the model and of
  /// the groups included.
  bool check();

  mlir::MLIRContext &getContext() { return context; }
  mlir::ModuleOp getModule() { return *module; }
  RecipeOp getRecipe();
  /// The recipe, what it extends, and overlays.
  llvm::ArrayRef<std::string> getFiles() const { return files; }
  DiagnosticPrinter &getDiagnostics() { return diagnostics; }

  /// Prints the diagnostics to stderr and returns the command's exit code.
  int finish(bool success);

private:
  /// False after diagnostics: about what could not be imported, and about what
  /// else is wrong with the rest.
  bool load(const ResolveOptions &options = {});
  bool checkAll(const ResolveOptions &options);

  RecipeInputs inputs;
  mlir::MLIRContext context;
  DiagnosticPrinter diagnostics;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<std::string> files;
};

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_SESSION_H
