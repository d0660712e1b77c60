//===- Transformers.cpp - TrainingArguments as a recipe -------------------===//
//
// The trainer's schedules give step t the fraction t / n of a phase of n steps:
// inclusive = "left". A ds_config.json among the arguments goes before them,
// with its "auto" filled from them.
//
//===----------------------------------------------------------------------===//

#include "compiler/Import/Parts.h"
#include "compiler/Import/TransformersRun.h"
#include "compiler/Import/TransformersSchedule.h"
#include "compiler/Import/TransformersWarmup.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

#include <tuple>

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
  if (!context.hasBetas)
    for (auto [path, value, usual] :
         std::initializer_list<std::tuple<const char *, double, double>>{
             {"adam_beta1", beta1, 0.9},
             {"adam_beta2", beta2, 0.999},
             {"adam_epsilon", eps, 1e-8}})
      if (value != usual)
        context.log.lost(path, formatNumber(value),
                         "optim " + quoteText(optim) + " has none");
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
  else if (clip < 0)
    context.log.note("max_grad_norm is " + formatNumber(clip) +
                     ", with which the trainer does not clip");
}

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

//===----------------------------------------------------------------------===//
// A ds_config.json among the arguments
//===----------------------------------------------------------------------===//

/// The arguments, as the options that fill a ds_config.json.
static Options fillFrom(Context &context, const Options &batch) {
  Options options = batch;
  options.format = "deepspeed";
  options.lr = context.lr;
  options.totalSteps = context.totalSteps;
  options.warmupSteps = countWarmup(context);
  options.clip = context.config.number("max_grad_norm").value_or(1.0);
  options.weightDecay = context.config.number("weight_decay").value_or(0);
  return options;
}

/// And those for which there is no option; --auto goes before them.
static void addTrainerFills(Context &context, llvm::StringMap<Fill> &fills) {
  Config &config = context.config;
  Json betas = {config.number("adam_beta1").value_or(0.9),
                config.number("adam_beta2").value_or(0.999)};
  bool hasBetas = config.has("adam_beta1") || config.has("adam_beta2");
  fills.try_emplace("optimizer.params.betas",
                    Fill{betas, "adam_beta1 and adam_beta2", hasBetas});
  fills.try_emplace("optimizer.params.eps",
                    Fill{Json(config.number("adam_epsilon").value_or(1e-8)),
                         "adam_epsilon", config.has("adam_epsilon")});
  for (const char *name : {"bf16", "fp16"})
    fills.try_emplace(
        std::string(name) + ".enabled",
        Fill{Json(config.flag(name).value_or(false)), name, config.has(name)});
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
  Log own;
  std::optional<Json> found = readJsonFile(path.str().str(), own);
  for (const Message &message : own.getMessages())
    context.log.error("'deepspeed' names " + describeName(path) + ": " +
                          message.text,
                      message.hint.empty()
                          ? "the path is relative to the file of the arguments"
                          : message.hint);
  return found;
}

namespace {
/// An argument that the table `by` of a ds_config.json goes before, unless it
/// fills or must agree with `target`.
struct Overruled {
  const char *path, *by, *target;
  const char *usual; ///< as KnownKey's
};
} // namespace

static constexpr Overruled overruled[] = {
    {"weight_decay", "optimizer", "optimizer.params.weight_decay", "0"},
    {"optim", "optimizer", "", "\"adamw_torch\" or \"adamw_torch_fused\""},
    {"adam_beta1", "optimizer", "optimizer.params.betas", "0.9"},
    {"adam_beta2", "optimizer", "optimizer.params.betas", "0.999"},
    {"adam_epsilon", "optimizer", "optimizer.params.eps", "1e-08"},
    {"max_grad_norm", "", "gradient_clipping", "1"},
    {"lr_scheduler_type", "scheduler", "", "\"linear\""},
    {"lr_scheduler_kwargs", "scheduler", "", "{}"},
    {"warmup_steps", "scheduler", "scheduler.params.warmup_num_steps", "0"},
    {"warmup_ratio", "scheduler", "scheduler.params.warmup_num_steps", "0"},
    {"bf16", "fp16", "bf16.enabled", "false"},
    {"bf16", "bfloat16", "bf16.enabled", "false"},
    {"bf16", "torch_autocast", "bf16.enabled", "false"},
    {"fp16", "bf16", "fp16.enabled", "false"},
    {"fp16", "bfloat16", "fp16.enabled", "false"},
    {"fp16", "torch_autocast", "fp16.enabled", "false"}};

static void reportOverruled(Context &context, const Config &inner) {
  for (const Overruled &argument : overruled) {
    const Json *value = context.config.take(argument.path);
    bool isPassedOver = !*argument.by || inner.has(argument.by);
    bool isFill = *argument.target && inner.has(argument.target);
    if (!value || !isPassedOver || isFill || isOneOf(argument.usual, *value))
      continue;
    context.log.lost(argument.path, describe(*value),
                     "the configuration of 'deepspeed' goes before it");
  }
}

/// The trainer fills only what is there: a table without 'enabled' is off.
static void reportUnheard(Context &context, const Config &inner) {
  for (const char *name : {"bf16", "fp16"})
    if (context.config.flag(name).value_or(false) && inner.isObject(name) &&
        !inner.has(std::string(name) + ".enabled"))
      context.log.lost(name, "true",
                       "'" + llvm::Twine(name) +
                           "' in the configuration of 'deepspeed' has no "
                           "'enabled', which DeepSpeed takes for false: write "
                           "\"enabled\": \"auto\" there");
}

static bool saysPrecision(const Config &inner) {
  return llvm::any_of(llvm::ArrayRef<const char *>(
                          {"bf16", "bfloat16", "fp16", "torch_autocast"}),
                      [&](const char *table) { return inner.has(table); });
}

/// What the trainer says goes into the recipe where `inner` is silent.
static void importInner(Context &context, const Json &inner,
                        const Options &options) {
  llvm::StringMap<Fill> fills =
      makeFills(options, /*fromTrainer=*/true, context.log);
  addTrainerFills(context, fills);
  Config config(inner, "DeepSpeed", std::move(fills), context.log);
  context.recipe.addSource(inner);
  checkAutos(options, {&context.config, &config}, context.log);
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
  if (saysPrecision(config))
    importPrecision(own);
  else
    importTrainerPrecision(context);
  importSharding(own);
  importMonitors(own);
  config.finish(deepSpeedKeys());
  reportOverruled(context, config);
  reportUnheard(context, config);
}

static int64_t batchPart(Context &context, const char *path, int64_t usual) {
  int64_t value = context.config.integer(path).value_or(usual);
  return checkBatchPart(context, path, value) ? value : usual;
}

void importing::importTransformers(Context &context) {
  Config &config = context.config;
  context.lr = config.number("learning_rate").value_or(5e-5);
  Options batch = context.options;
  batch.microBatch = batchPart(context, "per_device_train_batch_size", 8);
  batch.accumulation = batchPart(context, "gradient_accumulation_steps", 1);
  if (!batch.ranks)
    context.log.note("the batch is that of one rank: give --ranks for more");
  batch.ranks = batch.ranks.value_or(1);
  importTrainerRun(context);
  checkWarmup(context);
  std::optional<Json> inner = readInner(context);
  if (inner) {
    importInner(context, *inner, fillFrom(context, batch));
  } else {
    checkAutos(context.options, {&config}, context.log);
    Context own{batch, config, context.recipe, context.log, context.release};
    importTrainerOptimizer(context);
    importTrainerClipping(context);
    importTrainerSchedule(context);
    writeBetas(context);
    importBatch(own);
    importTrainerPrecision(context);
  }
  importTrainerRecords(context);
}
