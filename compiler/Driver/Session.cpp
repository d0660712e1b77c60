//===- Session.cpp --------------------------------------------------------===//

#include "compiler/Driver/Session.h"

#include "compiler/Transforms/Layout/LayoutPlan.h"
#include "compiler/Transforms/Model/LowerModel.h"
#include "compiler/Transforms/Resolve/Tables.h"
#include "runtime/Base/Error.h"

using namespace mlir;
using namespace dsc;

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registerDialects(registry);
  return registry;
}

// One recipe is little work: threads would cost more to start than they save.
Session::Session(const RecipeInputs &inputs)
    : inputs(inputs), context(makeRegistry(), MLIRContext::Threading::DISABLED),
      diagnostics(context) {
  context.loadAllAvailableDialects();
}

bool Session::load(const ResolveOptions &options) {
  ImportedRecipe imported = loadRecipe(context, inputs);
  module = std::move(imported.module);
  files = std::move(imported.files);
  if (module && !imported.complete)
    checkAll({.scheduleOnly = options.scheduleOnly, .partial = true});
  return module && imported.complete;
}

bool Session::lower(Level level, llvm::StringRef stopAfter) {
  return load() &&
         succeeded(dsc::lower(Level::recipe, level, *module, stopAfter));
}

bool Session::lowerOn(Level level) {
  return succeeded(dsc::lower(Level::resolved, level, *module));
}

bool Session::resolveSchedule() {
  ResolveOptions options{.scheduleOnly = true};
  return load(options) && succeeded(resolveRecipe(*module, options));
}

bool Session::check() { return load() && checkAll({}); }

bool Session::checkAll(const ResolveOptions &options) {
  bool resolved = succeeded(resolveRecipe(*module, options));
  if (options.scheduleOnly || options.partial)
    return resolved;
  // The model and the groups are checked by building them, even where something
  // else is wrong, as long as the sizes are known.
  auto facts = readModelFacts(getRecipe());
  if (!facts)
    return false;
  if (failed(lowerModel(*module, *facts)) ||
      failed(layoutPlan(*module, getRecipe())))
    return false;
  return resolved;
}

RecipeOp Session::getRecipe() { return findRecipe(*module); }

int Session::finish(bool success) {
  diagnostics.print(llvm::errs());
  if (success && diagnostics.getErrorCount() == 0)
    return int(Exit::done);
  return int(diagnostics.getErrorCount() ? Exit::usage : Exit::internal);
}
