//===- CommandLine.h - the commands of dsc-compile --------------*- C++ -*-===//

#ifndef DSC_COMPILER_DRIVER_COMMANDLINE_COMMANDLINE_H
#define DSC_COMPILER_DRIVER_COMMANDLINE_COMMANDLINE_H

#include "compiler/Driver/Commands.h"

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

namespace dsc {

/// R stands for `recipe.toml [OVERLAY...] [--set k=v]... [--unset k]...`.
struct RecipeArguments {
  std::vector<std::string> files, sets, unsets;

  void addTo(CLI::App &command);
  RecipeInputs inputs() const;
};

/// Each command binds its options to a request and names its function.
class CommandLine {
public:
  CommandLine();

  int run(int argc, char **argv);

  CLI::App &add(const char *name, const char *what, const char *examples,
                std::function<int()> function);

  /// A command over R, of the whole program or of a group of commands. Its
  /// options fill in the request.
  template <class Request, class Function>
  CLI::App &addOverRecipe(CLI::App &group, const char *name, const char *what,
                          const char *examples,
                          std::shared_ptr<Request> request, Function function) {
    auto recipe = std::make_shared<RecipeArguments>();
    CLI::App &command = addTo(group, name, what, examples, [=] {
      request->recipe = recipe->inputs();
      return function(*request);
    });
    recipe->addTo(command);
    return command;
  }

  CLI::App app{"dsc compiles training recipes"};

private:
  CLI::App &addTo(CLI::App &group, const char *name, const char *what,
                  const char *examples, std::function<int()> function);

  std::function<int()> action; ///< of the command that was named
};

void addCompile(CommandLine &line);
void addCheck(CommandLine &line);
void addPlan(CommandLine &line);
void addData(CommandLine &line);
void addLaunch(CommandLine &line);

void addPlot(CommandLine &line);
void addLrFind(CommandLine &line);

void addInit(CommandLine &line);
void addImport(CommandLine &line);
void addSchema(CommandLine &line);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_COMMANDLINE_COMMANDLINE_H
