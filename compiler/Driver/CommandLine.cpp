//===- CommandLine.cpp - the options of dsc-compile -----------------------===//

#include "compiler/Driver/Binary.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Target/Backends.h"
#include "runtime/Base/Error.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <CLI/CLI.hpp>
#include <functional>

using namespace dsc;

namespace {

/// An integer that must not be less; a message without the largest one.
CLI::Validator atLeast(int64_t least) {
  return {[least](std::string &text) {
            int64_t value = 0;
            if (!CLI::detail::lexical_cast(text, value) || value >= least)
              return std::string();
            return "found " + text + ", expected at least " +
                   std::to_string(least);
          },
          ""};
}

/// R stands for `recipe.toml [OVERLAY...] [--set k=v]... [--unset k]...`.
struct RecipeArguments {
  std::vector<std::string> files, sets, unsets;

  void addTo(CLI::App &command) {
    command
        .add_option("recipe", files, "recipe.toml, then overlays; later wins")
        ->required()
        ->type_name("RECIPE [OVERLAY...]");
    command.add_option("--set", sets, "override a key, e.g. train.batch=64")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    command.add_option("--unset", unsets, "drop a key")
        ->type_name("KEY")
        ->allow_extra_args(false);
  }

  RecipeInputs inputs() const {
    RecipeInputs inputs;
    inputs.file = files.front();
    inputs.overlays.assign(files.begin() + 1, files.end());
    inputs.sets = sets;
    inputs.unsets = unsets;
    return inputs;
  }
};

/// The commands of this program: each binds its options and names its function.
class CompilerCommandLine {
public:
  CompilerCommandLine() {
    app.require_subcommand(1);
    app.name("dsc");
    addCompile();
    addCheck();
    addPlan();
    addPlot();
    addInit();
    addImport();
    addSchema();
    addData();
    addLrFind();
  }

  int run(int argc, char **argv) {
    try {
      app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
      return report(error);
    }
    return finish(action());
  }

private:
  /// --help is no mistake; anything else is reported like any other error.
  int report(const CLI::ParseError &error) {
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

  void addCompile();
  void addCheck();
  void addPlan();
  void addPlot();
  void addInit();
  void addImport();
  void addSchema();
  void addData();
  void addLrFind();

  CLI::App app{"dsc compiles training recipes"};
  RecipeArguments recipe;
  CompileRequest compile;
  CheckRequest check;
  PlanRequest plan;
  PlotRequest plot;
  InitRequest init;
  ImportRequest import;
  DataShowRequest data;
  LrFindRequest lrFind;
  std::string dataSteps, dataOutput;
  std::function<int()> action;
};

} // namespace

/// What --isa takes.
static std::vector<std::string> listLevels() {
  std::vector<std::string> levels;
  for (auto &backend : createBackends())
    for (llvm::StringRef level : backend->getLevels())
      levels.push_back(level.str());
  return levels;
}

void CompilerCommandLine::addCompile() {
  CLI::App *command =
      app.add_subcommand("compile", "Compile a recipe into a training binary");
  recipe.addTo(*command);
  command->add_option("-o,--output", compile.output,
                      "where to write it [dsc-out/NAME]");
  command
      ->add_option("--target", compile.targets,
                   "backends, separated by commas [" +
                       llvm::join(listTargets(), ",") + "]")
      ->delimiter(',');
  command
      ->add_option("--emit", compile.emit,
                   "print a stage instead of writing a binary")
      ->check(CLI::IsMember(
          {"recipe", "resolved", "plan", "llvm", "asm", "object"}));
  command
      ->add_option("--isa", compile.isa, "for llvm, asm and object [x86-64-v3]")
      ->check(CLI::IsMember(listLevels()));
  command->add_option("--stop-after", compile.stopAfter,
                      "with --emit: stop after this pass");
  command->add_flag("--remarks", compile.remarks,
                    "say what was fused, at the recipe's lines");
  command->add_flag("--quiet", compile.quiet, "print nothing but problems");
  command->footer(
      "Examples:\n"
      "  dsc compile recipe.toml && dsc run\n"
      "  dsc compile base.toml gpu.toml --set train.batch=64 -o big\n"
      "  dsc compile recipe.toml --emit plan --stop-after dsc-lower-model\n"
      "  dsc compile recipe.toml --emit asm --isa x86-64-v4");
  command->final_callback([this] {
    compile.recipe = recipe.inputs();
    action = [this] { return compileCommand(compile); };
  });
}

void CompilerCommandLine::addCheck() {
  CLI::App *command = app.add_subcommand(
      "check", "Check a recipe and report every problem at once");
  recipe.addTo(*command);
  command->add_flag("--resolved", check.resolved,
                    "print the recipe with every default and origin");
  command->add_flag("--json", check.json, "print the problems as a JSON array");
  command->footer("Examples:\n"
                  "  dsc check recipe.toml\n"
                  "  dsc check recipe.toml --resolved\n"
                  "  dsc check recipe.toml --json | jq '.[].message'");
  command->final_callback([this] {
    check.recipe = recipe.inputs();
    action = [this] { return checkCommand(check); };
  });
}

void CompilerCommandLine::addPlan() {
  CLI::App *command = app.add_subcommand(
      "plan", "Show what a run will do: phases, groups, passes, memory");
  recipe.addTo(*command);
  command->add_option("-n,--ranks", plan.ranks, "plan for this many ranks [1]")
      ->check(CLI::Range(int64_t(1), int64_t(1) << 20));
  command->add_flag("--json", plan.json, "print as JSON");
  command->add_option("--svg", plan.svg, "write a picture of one step")
      ->type_name("FILE");
  command->footer("Examples:\n"
                  "  dsc plan recipe.toml\n"
                  "  dsc plan recipe.toml --set train.batch=64 --json\n"
                  "  dsc plan recipe.toml --svg step.svg");
  command->final_callback([this] {
    plan.recipe = recipe.inputs();
    action = [this] { return planCommand(plan); };
  });
}

void CompilerCommandLine::addPlot() {
  CLI::App *command =
      app.add_subcommand("plot", "Preview the learning-rate schedule");
  recipe.addTo(*command);
  command->add_flag("--csv", plot.csv, "print every step as CSV, 17 digits");
  command->add_option("--svg", plot.svg, "write a picture")->type_name("FILE");
  command->add_option("--from", plot.from, "first step [0]")->check(atLeast(0));
  command->add_option("--to", plot.to, "step after the last [the run's length]")
      ->check(atLeast(0));
  command->add_option("--every", plot.every, "show every n-th step [1]")
      ->check(atLeast(1));
  command->add_option("--with", plot.with, "another recipe to draw beside it")
      ->type_name("RECIPE")
      ->allow_extra_args(false);
  command->add_option("--run", plot.runs, "a run to draw beside it")
      ->type_name("RUN")
      ->allow_extra_args(false);
  command->add_option("--over", plot.over, "steps, tokens or epochs [steps]")
      ->check(CLI::IsMember({"steps", "tokens", "epochs"}));
  command->add_flag("--log", plot.log, "a logarithmic axis for the values");
  command->footer(
      "Examples:\n"
      "  dsc plot recipe.toml\n"
      "  dsc plot recipe.toml --csv --from 0 --to 100\n"
      "  dsc plot recipe.toml --with other.toml --run runs/last --over tokens\n"
      "  dsc plot recipe.toml --set schedule.peak=1e-3 --svg lr.svg");
  command->final_callback([this] {
    plot.recipe = recipe.inputs();
    action = [this] { return plotCommand(plot); };
  });
}

void CompilerCommandLine::addInit() {
  CLI::App *command =
      app.add_subcommand("init", "Write a recipe to start from");
  command->add_option("template", init.name,
                      "which one; without it, list them");
  command->add_option("-o,--output", init.output,
                      "file to write [recipe.toml]");
  command->footer("Examples:\n"
                  "  dsc init\n"
                  "  dsc init char-gpt\n"
                  "  dsc init digits-mlp -o digits.toml");
  command->final_callback(
      [this] { action = [this] { return initCommand(init); }; });
}

/// What a configuration leaves open, or calls "auto".
static void addFills(CLI::App &command, importing::Options &options) {
  auto whole = CLI::Range(int64_t(1), int64_t(1) << 40);
  auto small = CLI::Range(int64_t(1), int64_t(1) << 20);
  command.add_option("--lr", options.lr, "the optimizer's learning rate")
      ->check(CLI::PositiveNumber);
  command.add_option("--weight-decay", options.weightDecay, "weight decay")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--clip", options.clip, "largest norm of the gradient")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--total-steps", options.totalSteps, "steps of the run")
      ->check(whole);
  command.add_option("--warmup-steps", options.warmupSteps, "of the warm-up")
      ->check(whole);
  command.add_option("--batch", options.batch, "samples per update")
      ->check(small);
  command
      .add_option("--micro-batch", options.microBatch,
                  "samples that a rank runs at once")
      ->check(small);
  command
      .add_option("--accumulation", options.accumulation,
                  "micro-batches per update and rank")
      ->check(small);
  command.add_option("-n,--ranks", options.ranks, "ranks of a run")
      ->check(small);
  command.add_option("--auto", options.autos, "what any other \"auto\" is")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void CompilerCommandLine::addImport() {
  CLI::App *command = app.add_subcommand(
      "import", "Make a recipe of another tool's configuration");
  command
      ->add_option("file", import.options.file,
                   "ds_config.json, or TrainingArguments as JSON")
      ->required();
  command->add_option("-o,--output", import.output,
                      "a new file to write [stdout]");
  command
      ->add_option("--format", import.options.format,
                   "which tool's it is [by its keys]")
      ->check(CLI::IsMember({"deepspeed", "transformers"}));
  command->add_option("--deepspeed-version", import.options.version,
                      "the release whose defaults and behaviour are meant");
  addFills(*command, import.options);
  command->footer(
      "Examples:\n"
      "  dsc import ds_config.json -o recipe.toml\n"
      "  dsc import ds_config.json --lr 3e-4 --total-steps 10000 --ranks 8\n"
      "  dsc import training_args.json --format transformers");
  command->final_callback(
      [this] { action = [this] { return importCommand(import); }; });
}

void CompilerCommandLine::addSchema() {
  CLI::App *command = app.add_subcommand(
      "schema", "Print the recipe language as a JSON schema");
  command->footer(
      "An editor that knows TOML and JSON schemas completes a recipe whose "
      "first\nline is '#:schema recipe.schema.json'.\n\n"
      "Examples:\n"
      "  dsc schema > recipe.schema.json");
  command->final_callback([this] { action = schemaCommand; });
}

void CompilerCommandLine::addData() {
  CLI::App *group = app.add_subcommand("data", "Look at the data of a recipe");
  group->require_subcommand(1);
  group->footer("Examples:\n  dsc data show recipe.toml --steps 2");
  CLI::App *command = group->add_subcommand(
      "show", "Show the exact batches that training will see");
  recipe.addTo(*command);
  command->add_option("--steps", dataSteps, "how many steps [1]");
  command->add_option("-o,--output", dataOutput,
                      "write them to a safetensors file");
  command->footer(
      "Examples:\n"
      "  dsc data show recipe.toml\n"
      "  dsc data show recipe.toml --steps 200 -o batches.safetensors");
  command->final_callback([this] {
    data.recipe = recipe.inputs();
    if (!dataSteps.empty())
      data.arguments.insert(data.arguments.end(), {"--steps", dataSteps});
    if (!dataOutput.empty())
      data.arguments.insert(data.arguments.end(), {"-o", dataOutput});
    action = [this] { return dataShowCommand(data); };
  });
}

void CompilerCommandLine::addLrFind() {
  CLI::App *command = app.add_subcommand(
      "lr-find", "Train while the LR rises and see which one is right");
  recipe.addTo(*command);
  LrFindRequest &r = lrFind;
  command->add_option("-n,--ranks", r.ranks, "ranks to start [1]");
  command->add_option(
      "--from", r.givenFrom,
      "where the ramp begins [a hundredth of the peak, else 1e-5]");
  command->add_option("--to", r.givenTo,
                      "where it ends [a thousand times the peak, else 10]");
  command->add_option("--steps", r.steps, "steps of the ramp [500]");
  command
      ->add_option("--ramp", r.ramp,
                   "how the LR rises: exp, linear, or deepspeed, as its "
                   "LRRangeTest [exp]")
      ->check(CLI::IsMember({"exp", "linear", "deepspeed"}));
  command
      ->add_option("--repeat", r.repeat,
                   "tests to make, each with the next seed [1]")
      ->type_name("SEEDS")
      ->check(CLI::Range(int64_t(1), int64_t(100)));
  command
      ->add_option("--checkpoint", r.checkpoint,
                   "start from a run's checkpoint, which stays as it is")
      ->type_name("C");
  command->add_option("--json", r.json, "write all that was measured and found")
      ->type_name("FILE");
  command->add_option("--svg", r.svg, "write a picture of the curve")
      ->type_name("FILE");
  command->add_flag("--write", r.write,
                    "put the peak and the floor into the recipe");
  command->add_option("--device", r.device, "what to train on")
      ->type_name("NAME");
  command
      ->add_option("--engine", r.engine, "an engine's library, or 'synthetic'")
      ->type_name("PATH");
  command->footer("Examples:\n"
                  "  dsc lr-find recipe.toml\n"
                  "  dsc lr-find recipe.toml --repeat 3 --svg range.svg\n"
                  "  dsc lr-find recipe.toml --from 1e-4 --to 1 --write");
  command->final_callback([this] {
    lrFind.recipe = recipe.inputs();
    action = [this] { return lrFindCommand(lrFind); };
  });
}

int dsc::compilerMain(int argc, char **argv) {
  return CompilerCommandLine().run(argc, argv);
}
