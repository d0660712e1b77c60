//===- DeepSpeed.cpp - a ds_config.json as a recipe -----------------------===//

#include "compiler/Import/Parts.h"

#include "compiler/Recipe/Toml.h"

using namespace dsc;
using namespace dsc::importing;

/// Where the file is silent: on by default since 0.19.3.
static double clipByDefault(Context &context) {
  bool isNew = context.release >= llvm::VersionTuple(0, 19, 3);
  double clip = context.options.clip.value_or(isNew ? 1.0 : 0.0);
  if (context.hasOptimizer)
    context.log.note(
        "gradient_clipping is not given: " +
        (clip > 0 ? "clip_norm = " + formatNumber(clip)
                  : std::string("no clipping")) +
        (context.options.clip
             ? std::string(", as --clip says")
             : ", the default of DeepSpeed " + context.release.getAsString()));
  return clip;
}

void importing::importClipping(Context &context) {
  std::optional<double> clip = context.config.number("gradient_clipping");
  bool given = clip.has_value();
  if (!clip && !context.config.has("gradient_clipping"))
    clip = clipByDefault(context);
  if (!clip)
    return;
  if (*clip < 0)
    return context.log.note("gradient_clipping is " + formatNumber(*clip) +
                            ", with which DeepSpeed does not clip");
  if (*clip > 0 && context.hasOptimizer)
    context.recipe.set("optimizer", "clip_norm", formatNumber(*clip),
                       "gradient_clipping");
  else if (*clip > 0 && given)
    context.log.lost("gradient_clipping", formatNumber(*clip),
                     "the configuration has no optimizer: write clip_norm into "
                     "[optimizer]");
}

static bool isOn(Context &context, const char *path) {
  return context.config.flag(path).value_or(false);
}

void importing::importPrecision(Context &context) {
  bool half = isOn(context, "fp16.enabled");
  bool brain = isOn(context, "bf16.enabled");
  brain |= isOn(context, "bfloat16.enabled");
  bool autocast = isOn(context, "torch_autocast.enabled");
  if (half && brain)
    return context.log.error(
        "'fp16' and 'bf16' are both enabled, which DeepSpeed refuses too",
        "keep one of them");
  if (half) {
    // Without a loss scale it would not train.
    context.recipe.remark("train", "precision = \"fp16-mixed\"  # not "
                                   "supported yet; bf16-mixed is");
    context.log.lost("fp16.enabled", "true",
                     "fp16-mixed is not supported yet, the recipe trains in "
                     "f32: write precision = \"bf16-mixed\" where it will do");
  } else if (brain || autocast) {
    context.recipe.set("train", "precision", "\"bf16-mixed\"",
                       brain ? "bf16.enabled" : "torch_autocast.enabled");
  }
}

/// `true` stood for stage 1 once.
void importing::importSharding(Context &context) {
  int64_t stage = 0;
  std::string origin = "zero_optimization.stage";
  if (context.config.has("zero_optimization") &&
      !context.config.isObject("zero_optimization")) {
    origin = "zero_optimization";
    stage = context.config.flag(origin).value_or(false);
  } else {
    stage = context.config.integer(origin).value_or(0);
  }
  if (stage < 0 || stage > 3)
    return context.log.error(context.config.quote(origin) + " is " +
                             std::to_string(stage) + ", expected 0, 1, 2 or 3");
  if (stage == 3) {
    stage = 2;
    context.log.lost(origin, "3",
                     "dividing parameters too is not supported yet, the recipe "
                     "keeps them whole: zero = 2");
  }
  if (stage)
    context.recipe.set("parallel", "zero", std::to_string(stage), origin);
}

void importing::importMonitors(Context &context) {
  if (std::optional<int64_t> every =
          context.config.integer("steps_per_print")) {
    if (*every > 0)
      context.recipe.set("log", "every", stepsText(*every), "steps_per_print");
    else
      context.log.lost("steps_per_print", std::to_string(*every),
                       "a recipe logs every so many steps, 1 or more");
  }
  if (isOn(context, "tensorboard.enabled"))
    context.recipe.set("log", "tensorboard", "true", "tensorboard.enabled");
  if (isOn(context, "wandb.enabled"))
    context.recipe.set("log", "wandb", "true", "wandb.enabled");
  if (isOn(context, "csv_monitor.enabled"))
    context.log.note("csv_monitor.enabled: a run always writes metrics.csv");
}

static void importLength(Context &context) {
  if (context.totalSteps)
    return context.recipe.set("train", "length", stepsText(*context.totalSteps),
                              "scheduler.params.total_num_steps");
  context.recipe.remark("train", "length = \"1000 steps\"  # a ds_config.json "
                                 "does not say: give --total-steps");
  context.log.note("train.length is left open: give --total-steps");
}

void importing::importDeepSpeed(Context &context) {
  context.totalSteps = context.options.totalSteps;
  checkAutos(context.options, {&context.config}, context.log);
  importOptimizer(context);
  importClipping(context);
  importScheduler(context);
  writeBetas(context);
  importLength(context);
  importBatch(context);
  importPrecision(context);
  importSharding(context);
  importMonitors(context);
}
