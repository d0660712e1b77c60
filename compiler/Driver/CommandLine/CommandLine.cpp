//===- CommandLine.cpp - the commands of dsc-compile ----------------------===//

#include "compiler/Driver/CommandLine/CommandLine.h"

#include "compiler/Driver/Output.h"
#include "runtime/Base/Options.h"
#include "runtime/Base/Stdout.h"

#include "llvm/Support/raw_ostream.h"

using namespace dsc;

void RecipeArguments::addTo(CLI::App &command) {
  command.add_option("recipe", files, "recipe.toml, then overlays; later wins")
      ->required()
      ->type_name("RECIPE [OVERLAY...]");
  command.add_option("--set", sets, "override a key, e.g. train.batch=64")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--unset", unsets, "drop a key")
      ->type_name("KEY")
      ->allow_extra_args(false);
}

RecipeInputs RecipeArguments::inputs() const {
  RecipeInputs inputs;
  inputs.file = files.front();
  inputs.overlays.assign(files.begin() + 1, files.end());
  inputs.sets = sets;
  inputs.unsets = unsets;
  return inputs;
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

CommandLine::CommandLine() {
  app.require_subcommand(1);
  app.name("dsc");
  for (auto addCommand : {addCompile, addCheck, addPlan, addPlot, addInit,
                          addImport, addSchema, addData, addLaunch, addLrFind})
    addCommand(*this);
}

CLI::App &CommandLine::addTo(CLI::App &group, const char *name,
                             const char *what, const char *examples,
                             std::function<int()> function) {
  CLI::App *command = group.add_subcommand(name, what);
  command->footer(examples);
  command->final_callback([this, function] { action = function; });
  return *command;
}

CLI::App &CommandLine::add(const char *name, const char *what,
                           const char *examples,
                           std::function<int()> function) {
  return addTo(app, name, what, examples, std::move(function));
}

/// LLVM has its own stream for stdout, and ends the process where nobody asks
/// it for its errors.
static void flushOutput() {
  llvm::outs().flush();
  int reason = llvm::outs().error().value();
  llvm::outs().clear_error();
  checkStdout(reason);
  flushStdout();
}

static int reported(const std::function<int()> &action) {
  try {
    return action();
  } catch (const Error &error) {
    return reportError(error.code(), error.what(), error.hint());
  }
}

int CommandLine::run(int argc, char **argv) {
  int code = reported([&] {
    return parseOptions(app, argc, argv) ? action() : int(Exit::done);
  });
  return reported([&] {
    flushOutput();
    return code;
  });
}

int dsc::compilerMain(int argc, char **argv) {
  return CommandLine().run(argc, argv);
}
