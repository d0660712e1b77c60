//===- Recipe.cpp - compile, check, plan ----------------------------------===//

#include "compiler/Driver/Binary.h"
#include "compiler/Driver/CommandLine/CommandLine.h"
#include "compiler/Driver/Plan/Simulation.h"
#include "compiler/Target/Backends.h"
#include "runtime/Base/Options.h"

#include "llvm/ADT/StringExtras.h"

using namespace dsc;

/// What --isa takes.
static std::vector<std::string> listLevels() {
  std::vector<std::string> levels;
  for (auto &backend : createBackends())
    for (llvm::StringRef level : backend->getLevels())
      levels.push_back(level.str());
  return levels;
}

void dsc::addCompile(CommandLine &line) {
  auto request = std::make_shared<CompileRequest>();
  CLI::App &command = line.addOverRecipe(
      line.app, "compile", "Compile a recipe into a training binary",
      "Examples:\n"
      "  dsc compile recipe.toml && dsc run\n"
      "  dsc compile base.toml gpu.toml --set train.batch=64 -o big\n"
      "  dsc compile recipe.toml --emit plan --stop-after dsc-lower-model\n"
      "  dsc compile recipe.toml --emit asm --isa x86-64-v4",
      request, compileCommand);
  command.add_option("-o,--output", request->output,
                     "where to write it [dsc-out/NAME]");
  command
      .add_option("--target", request->targets,
                  "backends, separated by commas [" +
                      llvm::join(listTargets(), ",") + "]")
      ->delimiter(',');
  CLI::Option *emit =
      command
          .add_option("--emit", request->emit,
                      "print a stage instead of writing a binary")
          ->check(CLI::IsMember(
              {"recipe", "resolved", "plan", "llvm", "asm", "object"}));
  command
      .add_option("--isa", request->isa, "for llvm, asm and object [x86-64-v3]")
      ->check(CLI::IsMember(listLevels()))
      ->needs(emit);
  command.add_option("--stop-after", request->stopAfter,
                     "with --emit: stop after this pass");
  command.add_flag("--remarks", request->remarks,
                   "say what was fused, at the recipe's lines");
  command.add_flag("--quiet", request->quiet, "print nothing but problems");
}

void dsc::addCheck(CommandLine &line) {
  auto request = std::make_shared<CheckRequest>();
  CLI::App &command = line.addOverRecipe(
      line.app, "check", "Check a recipe and report every problem at once",
      "Examples:\n"
      "  dsc check recipe.toml\n"
      "  dsc check recipe.toml --resolved\n"
      "  dsc check recipe.toml --json | jq '.[].message'",
      request, checkCommand);
  command.add_flag("--resolved", request->resolved,
                   "print the recipe with every default and origin");
  command.add_flag("--json", request->json,
                   "print the problems as a JSON array");
}

void dsc::addPlan(CommandLine &line) {
  auto request = std::make_shared<PlanRequest>();
  CLI::App &command = line.addOverRecipe(
      line.app, "plan",
      "Show what a run will do: phases, groups, passes, memory",
      "Examples:\n"
      "  dsc plan recipe.toml\n"
      "  dsc plan recipe.toml --set train.batch=64 --json\n"
      "  dsc plan recipe.toml --svg step.svg\n"
      "  dsc plan recipe.toml -n 4 --assume link=1e10 --svg ranks.svg",
      request, planCommand);
  CLI::Option *ranks =
      command
          .add_option("-n,--ranks", request->ranks,
                      "walk the plans of this many ranks together")
          ->transform(wholeNumber(1, kMostSimulatedRanks));
  command
      .add_option("--assume", request->assumed,
                  "with -n: a figure of the machine: flops, memory, link, "
                  "latency, links, steps")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false)
      ->needs(ranks);
  command.add_flag("--json", request->json, "print as JSON");
  command.add_option("--svg", request->svg, "write a picture of one step")
      ->type_name("FILE");
}

void dsc::addData(CommandLine &line) {
  CLI::App *group =
      line.app.add_subcommand("data", "Look at the data of a recipe");
  group->require_subcommand(1);
  group->footer("Examples:\n  dsc data show recipe.toml --steps 2");
  auto request = std::make_shared<DataShowRequest>();
  CLI::App &command = line.addOverRecipe(
      *group, "show", "Show the exact batches that training will see",
      "Examples:\n"
      "  dsc data show recipe.toml\n"
      "  dsc data show recipe.toml --steps 200 -o batches.safetensors",
      request, dataShowCommand);
  // dsc-run says what is wrong with them.
  auto handOn = [&](const char *option, const char *flag, const char *what) {
    command.add_option_function<std::string>(
        option,
        [=](const std::string &text) {
          request->arguments.insert(request->arguments.end(), {flag, text});
        },
        what);
  };
  handOn("--steps", "--steps", "how many steps [1]");
  handOn("-o,--output", "-o", "write them to a safetensors file");
}
