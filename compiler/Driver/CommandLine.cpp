//===- CommandLine.cpp - the commands of dsc-compile ----------------------===//

#include "compiler/Driver/CommandLine.h"

#include "compiler/Driver/Output.h"

#include "llvm/Support/raw_ostream.h"

using namespace dsc;

CLI::Validator dsc::atLeast(int64_t least) {
  return {[least](std::string &text) {
            int64_t value = 0;
            if (!CLI::detail::lexical_cast(text, value) || value >= least)
              return std::string();
            return "found " + text + ", expected at least " +
                   std::to_string(least);
          },
          ""};
}

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

/// --help is no mistake; anything else is reported like any other error.
int CommandLine::report(const CLI::ParseError &error) {
  if (error.get_exit_code() == 0)
    return app.exit(error);
  std::string command;
  for (const CLI::App *used : app.get_subcommands())
    command += " " + used->get_name();
  llvm::errs() << "dsc: error: " << error.what() << "\nhint: 'dsc" << command
               << " --help' shows its options\n";
  return int(Exit::usage);
}

/// What was asked for may not have reached stdout.
static int finish(int code) {
  llvm::outs().flush();
  if (!llvm::outs().has_error())
    return code;
  llvm::errs() << "dsc: error: cannot write to stdout: "
               << llvm::outs().error().message() << "\n";
  llvm::outs().clear_error();
  return int(Exit::storage);
}

int CommandLine::run(int argc, char **argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    return report(error);
  }
  try {
    return finish(action());
  } catch (const Error &error) {
    return finish(reportError(error.code(), error.what(), error.hint()));
  }
}

int dsc::compilerMain(int argc, char **argv) {
  return CommandLine().run(argc, argv);
}
