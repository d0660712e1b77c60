//===- TransformersSchedule.cpp - lr_scheduler_type as phases -------------===//

#include "compiler/Import/TransformersSchedule.h"

#include "compiler/Import/TransformersWarmup.h"
#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>

using namespace dsc;
using namespace dsc::importing;

namespace {

/// How a key of lr_scheduler_kwargs is written in the last phase.
struct Argument {
  const char *name, *key;
  const char *usual; ///< TOML for where it is absent; "" leaves the key out
  enum { number, rate } meaning = number;
};

/// An lr_scheduler_type: the phase after the warm-up.
struct Scheduler {
  const char *name, *kind, *to;
  Argument arguments[3];
};

} // namespace

/// The one whose warm-up ends at the peak, and its decay at the floor.
static constexpr char warmsToPeak[] = "cosine_warmup_with_min_lr";

static constexpr Scheduler schedulers[] = {
    {"linear", "linear", "0.0", {}},
    {"cosine", "cosine", "0.0", {{"num_cycles", "cycles", ""}}},
    {"cosine_with_restarts",
     "cosine_restarts",
     "0.0",
     {{"num_cycles", "cycles", "1"}}},
    {"polynomial",
     "polynomial",
     "",
     {{"lr_end", "to", "1e-7", Argument::rate}, {"power", "power", "1.0"}}},
    {"constant", "constant", "", {}},
    {"constant_with_warmup", "constant", "", {}},
    {"inverse_sqrt", "inverse_sqrt", "", {}},
    {"cosine_with_min_lr",
     "cosine",
     "",
     {{"min_lr", "to", "", Argument::rate}, {"num_cycles", "cycles", ""}}},
    {warmsToPeak,
     "cosine",
     "",
     {{"min_lr", "to", "", Argument::rate}, {"num_cycles", "cycles", ""}}},
    {"warmup_stable_decay", "", "", {}}};

static const char kwargs[] = "lr_scheduler_kwargs";

static std::string path(const char *name) {
  return std::string(kwargs) + "." + name;
}

/// The trainer's default where the arguments have none.
static double peakOf(const Context &context) {
  return context.lr.value_or(5e-5);
}

//===----------------------------------------------------------------------===//
// What follows the warm-up
//===----------------------------------------------------------------------===//

static std::string readArgument(Context &context, const Argument &argument) {
  std::optional<double> value = context.config.number(path(argument.name));
  if (!value)
    return argument.usual;
  bool whole = argument.meaning == Argument::number &&
               *value == std::floor(*value) && std::fabs(*value) < 1e9;
  if (whole && argument.usual[0] == '1' && argument.usual[1] == 0)
    return std::to_string(static_cast<int64_t>(*value));
  return formatNumber(*value);
}

static void beginPhase(Context &context, llvm::StringRef name,
                       llvm::StringRef kind, const llvm::Twine &length) {
  context.recipe.begin("schedule.phase", kind);
  context.recipe.set("schedule.phase", "name", quoteText(name),
                     "lr_scheduler_type");
  context.recipe.set("schedule.phase", "length", length, "lr_scheduler_type");
}

/// min_lr_rate is a share of the peak.
static void writeFloor(Context &context, llvm::StringRef type) {
  bool isRate = context.config.take(path("min_lr"));
  std::optional<double> share = context.config.number(path("min_lr_rate"));
  if (share && isRate)
    return context.log.error("'min_lr' and 'min_lr_rate' are both given in "
                             "'lr_scheduler_kwargs', which the trainer refuses "
                             "too",
                             "keep one of them");
  if (share)
    context.recipe.set("schedule.phase", "to",
                       formatNumber(*share * peakOf(context)),
                       path("min_lr_rate"));
  else if (!isRate)
    context.log.error("lr_scheduler_type " + quoteText(type) +
                          " needs 'min_lr' or 'min_lr_rate' in "
                          "'lr_scheduler_kwargs'",
                      "such as {\"min_lr_rate\": 0.1}");
}

/// That of inverse_sqrt is the warm-up, or 10000 steps without one: the trainer
/// hands no argument on to it.
static void writeTimescale(Context &context) {
  std::string argument = path("timescale");
  if (const Json *value = context.config.take(argument))
    context.log.lost(argument, describe(*value),
                     "the trainer does not hand it on, the timescale is the "
                     "warm-up's: write it into the recipe where it is meant");
  std::optional<int64_t> warmup = countWarmup(context);
  if (!warmup)
    return context.log.error("lr_scheduler_type \"inverse_sqrt\" takes its "
                             "timescale from the warm-up, a share of a run "
                             "whose steps are not known",
                             "give --total-steps");
  context.recipe.set("schedule.phase", "timescale",
                     stepsText(*warmup ? *warmup : 10000), "lr_scheduler_type");
}

static void writeLast(Context &context, const Scheduler &scheduler) {
  beginPhase(context, "decay", scheduler.kind, "\"rest\"");
  if (*scheduler.to)
    context.recipe.set("schedule.phase", "to", scheduler.to,
                       "lr_scheduler_type");
  for (const Argument &argument : scheduler.arguments) {
    if (!argument.name)
      continue;
    std::string value = readArgument(context, argument);
    if (!value.empty())
      context.recipe.set("schedule.phase", argument.key, value,
                         path(argument.name));
  }
  llvm::StringRef type = scheduler.name;
  if (type.ends_with("with_min_lr"))
    writeFloor(context, type);
  if (type == "inverse_sqrt")
    writeTimescale(context);
}

namespace {
/// What get_wsd_schedule calls a curve: the kind of a rise, and of a fall. Ours
/// are named after the fall.
struct StableCurve {
  const char *name, *rise, *fall;
};
} // namespace

static constexpr StableCurve stableCurves[] = {
    {"linear", "linear", "linear"},
    {"cosine", "cosine", "cosine"},
    {"1-sqrt", "sqrt", "one_minus_sqrt"}};

/// An error where the trainer has none of the name.
static const StableCurve &readCurve(Context &context, const char *key,
                                    const char *usual) {
  std::string name = context.config.text(path(key)).value_or(usual);
  for (const StableCurve &curve : stableCurves)
    if (name == curve.name)
      return curve;
  context.log.error(context.config.quote(path(key)) + " is " + quoteText(name) +
                        ", which the trainer refuses too",
                    "it is \"linear\", \"cosine\" or \"1-sqrt\"");
  return stableCurves[0];
}

/// Whether steps are left when the decay is over, or may be.
static bool leavesSteps(Context &context, int64_t stable, int64_t decay) {
  std::optional<int64_t> warmup = countWarmup(context);
  return !warmup || !context.totalSteps ||
         *warmup + stable + decay < *context.totalSteps;
}

static void writeStableDecay(Context &context) {
  Config &config = context.config;
  std::optional<int64_t> decay = config.integer(path("num_decay_steps"));
  std::optional<int64_t> stable = config.integer(path("num_stable_steps"));
  std::optional<double> cycles = config.number(path("num_cycles"));
  double floor = config.number(path("min_lr_ratio")).value_or(0);
  const StableCurve &rise = readCurve(context, "warmup_type", "linear");
  const StableCurve &fall = readCurve(context, "decay_type", "cosine");
  if (!decay)
    return context.log.error("lr_scheduler_type \"warmup_stable_decay\" needs "
                             "'num_decay_steps' in 'lr_scheduler_kwargs'",
                             "such as {\"num_decay_steps\": 200}");
  writeWarmupFromStart(context, rise.rise, floor * peakOf(context));
  beginPhase(context, "stable", "constant",
             stable ? stepsText(*stable) : std::string("\"rest\""));
  beginPhase(context, "decay", fall.fall, stepsText(*decay));
  context.recipe.set("schedule.phase", "to",
                     formatNumber(floor * peakOf(context)),
                     path("min_lr_ratio"));
  // The other curves have no waves.
  if (cycles && fall.name == llvm::StringRef("cosine"))
    context.recipe.set("schedule.phase", "cycles", formatNumber(*cycles),
                       path("num_cycles"));
  if (!stable || !leavesSteps(context, *stable, *decay))
    return;
  beginPhase(context, "floor", "constant", "\"rest\"");
  context.recipe.set("schedule.phase", "from",
                     formatNumber(floor * peakOf(context)),
                     path("min_lr_ratio"));
}

/// Arguments of the scheduler that nothing looked at.
static void checkArguments(Context &context, llvm::StringRef type) {
  for (const std::string &name : context.config.keysOf(kwargs))
    if (!context.config.isTaken(path(name.c_str())) &&
        !context.config.isNull(path(name.c_str())))
      context.log.error("unknown key " +
                            context.config.quote(path(name.c_str())) +
                            " of lr_scheduler_type " + quoteText(type),
                        "take it out");
}

/// The types that are here, and what to do about others.
static void refuseType(Context &context, llvm::StringRef type) {
  context.config.ignore(kwargs);
  llvm::SmallVector<llvm::StringRef> names;
  for (const Scheduler &scheduler : schedulers)
    names.push_back(scheduler.name);
  std::string near = nearestName(type, names);
  context.log.error(
      "'lr_scheduler_type' is " + quoteText(type) +
          ", which is not supported yet, expected one of " +
          llvm::join(names, ", "),
      type == "reduce_lr_on_plateau"
          ? "import it as \"constant\", and write reduce_on_plateau with the "
            "loss of an [[eval]] into [schedule]"
      : near.empty() ? "write its curve as phases of the recipe"
                     : "did you mean " + quoteText(near) + "?");
}

static std::optional<double> readWarmupStart(Context &context) {
  std::optional<double> share = context.config.number(path("warmup_lr_rate"));
  return share ? std::optional(*share * peakOf(context)) : std::nullopt;
}

void importing::importTrainerSchedule(Context &context) {
  std::string type =
      context.config.text("lr_scheduler_type").value_or("linear");
  const Scheduler *found = llvm::find_if(
      schedulers, [&](const Scheduler &s) { return type == s.name; });
  if (found == std::end(schedulers) ||
      (*found->kind && !findTable("schedule.phase", found->kind)))
    return refuseType(context, type);
  context.recipe.begin("schedule");
  context.recipe.set("schedule", "peak", formatNumber(peakOf(context)),
                     "learning_rate");
  if (type != warmsToPeak)
    context.recipe.set("schedule", "inclusive", "\"left\"",
                       "lr_scheduler_type");
  if (!*found->kind) {
    writeStableDecay(context);
  } else {
    if (type == "constant")
      passOverWarmup(context);
    else if (type == warmsToPeak)
      writeWarmupToPeak(context, readWarmupStart(context));
    else
      writeWarmupFromStart(context, "linear", 0);
    writeLast(context, *found);
  }
  checkArguments(context, type);
}
