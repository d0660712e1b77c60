//===- Commands.h - what `dsc` does before a run ----------------*- C++ -*-===//
//
// One function per command; each returns the process's exit code and reports
// what went wrong on stderr. What was asked for goes to stdout.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_COMMANDS_H
#define DSC_COMPILER_DRIVER_COMMANDS_H

#include "compiler/Import/Import.h"
#include "compiler/Recipe/Recipe.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dsc {

struct CompileRequest {
  RecipeInputs recipe;
  std::string output; ///< "": dsc-out/NAME
  std::vector<std::string> targets;
  std::string emit; ///< a stage to print instead of a binary
  std::string isa = "x86-64-v3";
  std::string stopAfter; ///< a pass, with --emit
  bool remarks = false;
  bool quiet = false;
};
int compileCommand(const CompileRequest &options);

struct CheckRequest {
  RecipeInputs recipe;
  bool resolved = false, json = false;
};
int checkCommand(const CheckRequest &options);

struct PlanRequest {
  RecipeInputs recipe;
  std::optional<int64_t> ranks;     ///< to be checked together
  std::vector<std::string> assumed; ///< figures of the machine: `link=1e10`
  bool json = false;
  std::string svg; ///< file; "" none
};
int planCommand(const PlanRequest &options);

struct PlotRequest {
  RecipeInputs recipe;
  bool csv = false;
  std::string svg; ///< file; "" none
  int64_t from = 0, to = -1, every = 1;
  std::vector<std::string> with; ///< recipes beside it
  std::vector<std::string> runs; ///< directories of runs beside it
  std::string over = "steps";    ///< steps, tokens, epochs
  bool log = false;
};
int plotCommand(const PlotRequest &options);

struct InitRequest {
  std::string name; ///< "": list the templates
  std::string output = "recipe.toml";
};
int initCommand(const InitRequest &options);

struct ImportRequest {
  importing::Options options;
  std::string output; ///< "": stdout
};
int importCommand(const ImportRequest &options);

/// Prints the recipe language as a JSON schema.
int schemaCommand();

struct DataShowRequest {
  RecipeInputs recipe;
  std::vector<std::string> arguments; ///< handed on to dsc-run
};
int dataShowCommand(const DataShowRequest &options);

struct LaunchRequest {
  enum class Cluster { slurm, kubernetes };
  RecipeInputs recipe;
  Cluster cluster = Cluster::slurm;
  std::optional<int64_t> ranks; ///< over all hosts
  int64_t hosts = 1;
  std::string binary; ///< "": dsc-out/NAME
  std::string image;  ///< of the container
  std::string claim;  ///< for a persistent volume; "": the run's name
  std::string output; ///< "": stdout
};
int launchCommand(const LaunchRequest &options);

struct LrFindRequest {
  RecipeInputs recipe;
  /// Without them a hundredth and a thousandfold of the recipe's peak.
  std::optional<double> givenFrom, givenTo;
  double from = 0, to = 0; ///< filled in by the command
  int64_t steps = 500;
  std::string ramp = "exp"; ///< or "linear", "deepspeed"
  int64_t repeat = 1;       ///< tests, each with the next seed
  std::string checkpoint;   ///< to start from; "": the initial state
  std::string json, svg;    ///< files; "" none
  bool write = false;       ///< into the recipe
  int64_t ranks = 1;
  std::string device, engine; ///< handed on to dsc-run
};
int lrFindCommand(LrFindRequest options);

/// Parses the command line of dsc-compile and runs the command.
int compilerMain(int argc, char **argv);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_COMMANDS_H
