//===- Transformers.cpp - TrainingArguments as a recipe -------------------===//
//
// The trainer's schedules give step t the fraction t / n of a phase of n steps:
// inclusive = "left". A ds_config.json among the arguments goes before them,
// with its "auto" filled from them.
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Parts.h"
#include "compiler/Import/TransformersSchedule.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <cmath>

using namespace dsc;
using namespace dsc::importing;

//===----------------------------------------------------------------------===//
// Optimizer
//===----------------------------------------------------------------------===//

/// The trainer's names all begin with the optimizer's.
static std::string kindOfOptim(llvm::StringRef optim) {
  for (llvm::StringRef name :
       {"adamw_torch", "adamw_torch_fused", "adamw_hf", "adamw"})
    if (optim == name)
      return "adamw";
  return findTable("optimizer", optim) ? optim.str() : "";
}

static void importTrainerOptimizer(Context &context) {
  Config &config = context.config;
  std::string optim = config.text("optim").value_or("adamw_torch");
  std::string kind = kindOfOptim(optim);
  double beta1 = config.number("adam_beta1").value_or(0.9);
  double beta2 = config.number("adam_beta2").value_or(0.999);
  double eps = config.number("adam_epsilon").value_or(1e-8);
  double decay = config.number("weight_decay").value_or(0);
  if (kind.empty())
    return context.log.error("'optim' is " + quoteText(optim) +
                                 ", which is not supported yet",
                             "the optimizers are adamw_torch and " +
                                 llvm::join(getKinds("optimizer"), ", "));
  context.hasOptimizer = true;
  context.hasBetas = kind == "adamw";
  context.recipe.begin("optimizer", kind);
  if (context.hasBetas) {
    context.betas = {beta1, beta2};
    context.recipe.set("optimizer", "eps", formatNumber(eps), "adam_epsilon");
  }
  context.recipe.set("optimizer", "weight_decay", formatNumber(decay),
                     "weight_decay");
  if (decay == 0)
    return;
  // The trainer leaves biases and norms out.
  context.recipe.begin("optimizer.group");
  context.recipe.set("optimizer.group", "name", "\"no-decay\"", "");
  context.recipe.set("optimizer.group", "match", "{ dims = 1 }", "");
  context.recipe.set("optimizer.group", "weight_decay", "0.0", "");
}

static void importTrainerClipping(Context &context) {
  double clip = context.config.number("max_grad_norm").value_or(1.0);
  if (clip > 0)
    context.recipe.set("optimizer", "clip_norm", formatNumber(clip),
                       "max_grad_norm");
}

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

static void importTrainerPrecision(Context &context) {
  bool brain = context.config.flag("bf16").value_or(false);
  bool half = context.config.flag("fp16").value_or(false);
  if (brain)
    context.recipe.set("train", "precision", "\"bf16-mixed\"", "bf16");
  else if (half)
    context.log.lost("fp16", "true",
                     "fp16-mixed is not supported yet, the recipe trains in "
                     "f32: write precision = \"bf16-mixed\" where it will do");
}

static void importTrainerLength(Context &context) {
  int64_t steps = context.config.integer("max_steps").value_or(-1);
  double epochs = context.config.number("num_train_epochs").value_or(3);
  if (steps > 0)
    context.totalSteps = steps;
  if (context.options.totalSteps)
    context.totalSteps = context.options.totalSteps;
  if (context.totalSteps)
    return context.recipe.set("train", "length", stepsText(*context.totalSteps),
                              "max_steps");
  std::string count = formatNumber(epochs);
  if (epochs == std::floor(epochs) && epochs < 1e9)
    count = std::to_string(static_cast<int64_t>(epochs));
  context.recipe.set("train", "length",
                     "\"" + count + (epochs == 1 ? " epoch\"" : " epochs\""),
                     "num_train_epochs");
}

/// A number of steps, or below 1 a share of the run.
static std::string cadence(double value) {
  if (value >= 1)
    return stepsText(static_cast<int64_t>(std::min(value, 1e15)));
  return "\"" + formatNumber(value * 100) + "%\"";
}

static void importCadence(Context &context, const char *strategy,
                          const char *steps, llvm::StringRef path) {
  std::string how = context.config.text(strategy).value_or("steps");
  std::optional<double> every = context.config.number(steps);
  if (how == "epoch")
    context.recipe.set(path, "every", "\"1 epoch\"", strategy);
  else if (how == "steps" && every && *every > 0)
    context.recipe.set(path, "every", cadence(*every), steps);
  else if (how != "steps")
    context.log.lost(strategy, quoteText(how),
                     "a recipe says how often, in steps or epochs");
}

static void importMonitoring(Context &context) {
  Config &config = context.config;
  importCadence(context, "logging_strategy", "logging_steps", "log");
  importCadence(context, "save_strategy", "save_steps", "checkpoint");
  if (std::optional<int64_t> limit = config.integer("save_total_limit"))
    if (*limit > 0)
      context.recipe.set("checkpoint", "keep_last", std::to_string(*limit),
                         "save_total_limit");
  const Json *reports = config.take("report_to");
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
    else if (name != "none" && name != "all")
      context.log.lost("report_to", describe(name), "not supported yet");
  }
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

static void importName(Context &context) {
  std::string output = context.config.text("output_dir").value_or("");
  std::string name = context.config.text("run_name").value_or("");
  if (name.empty())
    name = llvm::sys::path::filename(llvm::StringRef(output).rtrim('/')).str();
  for (char &c : name)
    if (!llvm::isAlnum(c) && c != '-' && c != '_' && c != '.')
      c = '-';
  name = llvm::StringRef(name).ltrim(".-").take_front(100).str();
  if (!name.empty() && name != "last")
    context.recipe.set("", "name", quoteText(name), "run_name");
}

//===----------------------------------------------------------------------===//
// A ds_config.json among the arguments
//===----------------------------------------------------------------------===//

/// The arguments, as the options that fill a ds_config.json.
static Options fillFrom(Context &context, const Options &batch) {
  Config &config = context.config;
  Options options = batch;
  options.format = "deepspeed";
  options.lr = context.lr;
  options.totalSteps = context.totalSteps;
  options.warmupSteps = countWarmup(context);
  options.clip = config.number("max_grad_norm").value_or(1.0);
  options.weightDecay = config.number("weight_decay").value_or(0);
  double beta1 = config.number("adam_beta1").value_or(0.9);
  double beta2 = config.number("adam_beta2").value_or(0.999);
  double eps = config.number("adam_epsilon").value_or(1e-8);
  bool brain = config.flag("bf16").value_or(false);
  bool half = config.flag("fp16").value_or(false);
  for (const std::string &fill :
       {"optimizer.params.betas=[" + formatNumber(beta1) + "," +
            formatNumber(beta2) + "]",
        "optimizer.params.eps=" + formatNumber(eps),
        std::string("bf16.enabled=") + (brain ? "true" : "false"),
        std::string("fp16.enabled=") + (half ? "true" : "false")})
    options.autos.push_back(fill);
  return options;
}

static std::optional<Json> readInner(Context &context) {
  const Json *inner = context.config.take("deepspeed");
  if (!inner || *inner == "")
    return std::nullopt;
  if (inner->is_object())
    return *inner;
  if (!inner->is_string()) {
    context.config.refuseType("deepspeed", *inner,
                              "an object, or the path of a file");
    return std::nullopt;
  }
  llvm::SmallString<128> path(
      llvm::sys::path::parent_path(context.options.file));
  llvm::sys::path::append(path, inner->get<std::string>());
  std::optional<Json> found = readJsonFile(path.str().str(), context.log);
  if (!found)
    context.log.note("'deepspeed' is " + describe(*inner) +
                     ", relative to the file of the arguments");
  return found;
}

/// What the trainer says goes into the recipe where `inner` is silent.
static void importInner(Context &context, const Json &inner,
                        const Options &options) {
  Config config(inner, "DeepSpeed",
                makeFills(options, /*fromTrainer=*/true, context.log),
                context.log);
  // DeepSpeed clips by its own configuration, or by its own default.
  Options silent = options;
  silent.clip = std::nullopt;
  Context own{silent, config, context.recipe, context.log, context.release};
  own.lr = context.lr;
  own.totalSteps = context.totalSteps;
  if (config.has("optimizer")) {
    importOptimizer(own);
  } else {
    importTrainerOptimizer(context);
    own.hasOptimizer = context.hasOptimizer;
    own.hasBetas = context.hasBetas;
    own.betas = context.betas;
  }
  importClipping(own);
  if (config.has("scheduler"))
    importScheduler(own);
  else
    importTrainerSchedule(context);
  writeBetas(own);
  importBatch(own);
  if (config.has("bf16") || config.has("fp16"))
    importPrecision(own);
  else
    importTrainerPrecision(context);
  importSharding(own);
  importMonitors(own);
  config.finish(deepSpeedKeys());
}

void importing::importTransformers(Context &context) {
  Config &config = context.config;
  context.lr = config.number("learning_rate").value_or(5e-5);
  Options batch = context.options;
  batch.microBatch = config.integer("per_device_train_batch_size").value_or(8);
  batch.accumulation =
      config.integer("gradient_accumulation_steps").value_or(1);
  if (!batch.ranks)
    context.log.note("the batch is that of one rank: give --ranks for more");
  batch.ranks = batch.ranks.value_or(1);
  importName(context);
  importTrainerLength(context);
  std::optional<Json> inner = readInner(context);
  if (inner) {
    importInner(context, *inner, fillFrom(context, batch));
    // Taken where the ds_config.json has the say, too.
    for (const char *path :
         {"optim", "adam_beta1", "adam_beta2", "adam_epsilon", "weight_decay",
          "max_grad_norm", "bf16", "fp16", "lr_scheduler_type",
          "lr_scheduler_kwargs", "warmup_steps", "warmup_ratio"})
      (void)config.take(path);
  } else {
    Context own{batch, config, context.recipe, context.log, context.release};
    importTrainerOptimizer(context);
    importTrainerClipping(context);
    importTrainerSchedule(context);
    writeBetas(context);
    importBatch(own);
    importTrainerPrecision(context);
  }
  importSeeds(context);
  importMonitoring(context);
}
