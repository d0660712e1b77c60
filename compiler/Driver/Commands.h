//===- Commands.h - what `dsc` does before a run ----------------*- C++ -*-===//
//
// One function per command; each returns the process's exit code and reports
// what went wrong on stderr. What was asked for goes to stdout.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_COMMANDS_H
#define DSC_COMPILER_DRIVER_COMMANDS_H

#include "compiler/Recipe/Recipe.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dsc {

struct CompileOptions {
  RecipeInputs recipe;
  std::string output;              ///< "": dsc-out/NAME
  std::vector<std::string> targets;
  std::string emit;                ///< a stage to print instead of a binary
  std::string isa = "x86-64-v3";
  std::string stopAfter;           ///< a pass, with --emit
  bool remarks = false;
  bool quiet = false;
};
int compileCommand(const CompileOptions &options);

struct CheckOptions {
  RecipeInputs recipe;
  bool resolved = false, json = false;
};
int checkCommand(const CheckOptions &options);

struct PlanOptions {
  RecipeInputs recipe;
  int64_t ranks = 1;
  bool json = false;
};
int planCommand(const PlanOptions &options);

struct PlotOptions {
  RecipeInputs recipe;
  bool csv = false;
  std::string svg;                 ///< file; "" none
  int64_t from = 0, to = -1, every = 1;
};
int plotCommand(const PlotOptions &options);

struct InitOptions {
  std::string name;                ///< "": list the templates
  std::string output = "recipe.toml";
};
int initCommand(const InitOptions &options);

struct DataShowOptions {
  RecipeInputs recipe;
  std::vector<std::string> arguments; ///< handed on to dsc-run
};
int dataShowCommand(const DataShowOptions &options);

/// Parses the command line of dsc-compile and runs the command.
int compilerMain(int argc, char **argv);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_COMMANDS_H
