//===- TransformersRun.cpp - a trainer's run as a recipe ------------------===//

#include "compiler/Import/TransformersRun.h"

#include "compiler/Import/TransformersWarmup.h"
#include "compiler/Recipe/Toml.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace dsc;
using namespace dsc::importing;

/// In steps where they are known, else in epochs, whose steps only data tell.
static void importLength(Context &context) {
  int64_t steps = context.config.integer("max_steps").value_or(-1);
  double epochs = context.config.number("num_train_epochs").value_or(3);
  if (steps > 0)
    context.totalSteps = steps;
  if (context.options.totalSteps)
    context.totalSteps = context.options.totalSteps;
  if (context.totalSteps) {
    if (epochs != 3)
      context.log.lost("num_train_epochs", formatNumber(epochs),
                       "the number of steps goes before it");
    return context.recipe.set("train", "length", stepsText(*context.totalSteps),
                              "max_steps");
  }
  if (!(epochs > 0 && epochs < 1e9))
    return context.log.error("'num_train_epochs' is " + formatNumber(epochs) +
                             ", expected a number of epochs above 0");
  std::string count = formatNumber(epochs);
  if (epochs == std::floor(epochs))
    count = std::to_string(static_cast<int64_t>(epochs));
  context.recipe.set("train", "length",
                     "\"" + count + (epochs == 1 ? " epoch\"" : " epochs\""),
                     "num_train_epochs");
}

/// A number of steps, or below 1 a share of the run.
static std::string cadence(double value) {
  return value >= 1 ? stepsText(static_cast<int64_t>(std::min(value, 1e15)))
                    : percentText(value);
}

static void importCadence(Context &context, const char *strategy,
                          const char *steps, llvm::StringRef path) {
  std::string how = context.config.text(strategy).value_or("steps");
  std::optional<double> every = context.config.number(steps);
  if (how == "epoch")
    context.recipe.set(path, "every", "\"1 epoch\"", strategy);
  else if (how == "steps" && every && *every > 0)
    context.recipe.set(path, "every", cadence(*every), steps);
  else if (how == "steps" && every)
    context.log.lost(steps, formatNumber(*every), "expected more than 0");
  else if (how != "steps")
    context.log.lost(strategy, quoteText(how),
                     "a recipe says how often, in steps or epochs");
  // 500 is what nobody wrote.
  if (how != "steps" && every && *every != 500)
    context.log.lost(steps, formatNumber(*every),
                     std::string(strategy) + " goes before it");
}

static void importReports(Context &context) {
  const Json *reports = context.config.take("report_to");
  if (!reports)
    return;
  std::vector<Json> names;
  if (reports->is_array())
    names.assign(reports->begin(), reports->end());
  else
    names.push_back(*reports);
  for (const Json &name : names) {
    if (name == "tensorboard" || name == "wandb")
      context.recipe.set("log", name.get<std::string>(), "true", "report_to");
    else if (name == "all")
      context.log.lost("report_to", "\"all\"",
                       "a recipe names what it reports to");
    else if (name != "none")
      context.log.lost("report_to", describe(name), "not supported yet");
  }
}

static void importMonitoring(Context &context) {
  importCadence(context, "logging_strategy", "logging_steps", "log");
  importCadence(context, "save_strategy", "save_steps", "checkpoint");
  if (std::optional<int64_t> limit =
          context.config.integer("save_total_limit")) {
    if (*limit > 0)
      context.recipe.set("checkpoint", "keep_last", std::to_string(*limit),
                         "save_total_limit");
    else
      context.log.lost("save_total_limit", std::to_string(*limit),
                       "a recipe keeps a number of checkpoints, 1 or more");
  }
  importReports(context);
}

static void importSeeds(Context &context) {
  int64_t seed = context.config.integer("seed").value_or(42);
  if (seed < 0)
    return context.log.error("'seed' is " + std::to_string(seed) +
                             ", expected 0 or more");
  context.recipe.set("train", "seed", std::to_string(seed), "seed");
  if (context.config.flag("full_determinism").value_or(false))
    context.recipe.set("train", "deterministic", "true", "full_determinism");
}

/// As a recipe's name may be written; "" where nothing is left of it.
static std::string nameOf(llvm::StringRef text) {
  std::string name = text.str();
  for (char &c : name)
    if (!llvm::isAlnum(c) && c != '-' && c != '_' && c != '.')
      c = '-';
  name = llvm::StringRef(name).ltrim(".-").take_front(100).str();
  return name == "last" ? "" : name;
}

/// A recipe has a name, and its runs a directory of that name.
static void importName(Context &context) {
  std::string output = context.config.text("output_dir").value_or("");
  std::string run = context.config.text("run_name").value_or("");
  std::string name = nameOf(run);
  if (name.empty())
    name =
        nameOf(llvm::sys::path::filename(llvm::StringRef(output).rtrim('/')));
  if (!name.empty())
    context.recipe.set("", "name", quoteText(name), "run_name");
  std::string instead =
      name.empty() ? "" : ", written as name = " + quoteText(name);
  if (!run.empty() && run != name)
    context.log.lost("run_name", describe(run),
                     "a name is made of letters, digits, '-', '_' and '.'" +
                         instead);
  if (!output.empty() && output != name)
    context.log.lost("output_dir", describe(output),
                     "dsc run --run-dir says where a run writes" +
                         (run.empty() ? instead : ""));
}

void importing::importTrainerRun(Context &context) {
  importName(context);
  importLength(context);
}

void importing::importTrainerRecords(Context &context) {
  importSeeds(context);
  importMonitoring(context);
}
