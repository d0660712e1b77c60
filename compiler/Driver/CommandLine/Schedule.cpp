//===- Schedule.cpp - commands about learning rates -----------------------===//

#include "compiler/Driver/CommandLine/CommandLine.h"
#include "runtime/Base/Limits.h"
#include "runtime/Base/Options.h"

using namespace dsc;

void dsc::addPlot(CommandLine &line) {
  auto request = std::make_shared<PlotRequest>();
  CLI::App &command = line.addOverRecipe(
      line.app, "plot", "Preview the learning-rate schedule",
      "Examples:\n"
      "  dsc plot recipe.toml\n"
      "  dsc plot recipe.toml --csv --from 0 --to 100\n"
      "  dsc plot recipe.toml --with other.toml --run runs/last --over tokens\n"
      "  dsc plot recipe.toml --set schedule.peak=1e-3 --svg lr.svg",
      request, plotCommand);
  command.add_flag("--csv", request->csv, "print every step as CSV, 17 digits");
  command.add_option("--svg", request->svg, "write a picture")
      ->type_name("FILE");
  command.add_option("--from", request->from, "first step [0]")
      ->transform(wholeNumber(0, kMostSteps));
  command
      .add_option("--to", request->to, "step after the last [the run's length]")
      ->transform(wholeNumber(0, kMostSteps));
  command.add_option("--every", request->every, "show every n-th step [1]")
      ->transform(wholeNumber(1, kMostSteps));
  command
      .add_option("--with", request->with, "another recipe to draw beside it")
      ->type_name("RECIPE")
      ->allow_extra_args(false);
  command.add_option("--run", request->runs, "a run to draw beside it")
      ->type_name("RUN")
      ->allow_extra_args(false);
  command
      .add_option("--over", request->over, "steps, tokens or epochs [steps]")
      ->check(CLI::IsMember({"steps", "tokens", "epochs"}));
  command.add_flag("--log", request->log, "a logarithmic axis for the values");
}

/// Fewer steps of a range test show neither a fall nor a rise.
static constexpr int64_t kFewestSteps = 10;

/// Where a test starts, and on what.
static void addTraining(CLI::App &command, LrFindRequest &request) {
  command
      .add_option("--checkpoint", request.checkpoint,
                  "start from a run's checkpoint, which stays as it is")
      ->type_name("C");
  command.add_option("--device", request.device, "what to train on")
      ->type_name("NAME");
  command
      .add_option("--engine", request.engine,
                  "an engine's library, or 'synthetic'")
      ->type_name("PATH");
}

void dsc::addLrFind(CommandLine &line) {
  auto request = std::make_shared<LrFindRequest>();
  CLI::App &command = line.addOverRecipe(
      line.app, "lr-find",
      "Train while the LR rises and see which one is right",
      "Examples:\n"
      "  dsc lr-find recipe.toml\n"
      "  dsc lr-find recipe.toml --repeat 3 --svg range.svg\n"
      "  dsc lr-find recipe.toml --from 1e-4 --to 1 --write",
      request, lrFindCommand);
  command.add_option("-n,--ranks", request->ranks, "ranks to start [1]")
      ->transform(wholeNumber(1, kMostRanksOfHost));
  command
      .add_option("--from", request->givenFrom,
                  "where the ramp begins [a hundredth of the peak, else 1e-5]")
      ->check(positiveNumber());
  command
      .add_option("--to", request->givenTo,
                  "where it ends [a thousand times the peak, else 10]")
      ->check(positiveNumber());
  command.add_option("--steps", request->steps, "steps of the ramp [500]")
      ->transform(wholeNumber(kFewestSteps, kMostSteps));
  command
      .add_option("--ramp", request->ramp,
                  "how the LR rises: exp, linear, or deepspeed, as its "
                  "LRRangeTest [exp]")
      ->check(CLI::IsMember({"exp", "linear", "deepspeed"}));
  command
      .add_option("--repeat", request->repeat,
                  "tests to make, each with the next seed [1]")
      ->type_name("SEEDS")
      ->transform(wholeNumber(1, 100));
  command
      .add_option("--json", request->json,
                  "write all that was measured and found")
      ->type_name("FILE");
  command.add_option("--svg", request->svg, "write a picture of the curve")
      ->type_name("FILE");
  command.add_flag("--write", request->write,
                   "put the peak and the floor into the recipe");
  addTraining(command, *request);
}
