//===- TransformersSchedule.cpp - lr_scheduler_type as phases -------------===//

#include "compiler/Import/TransformersSchedule.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>
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
// The warm-up
//===----------------------------------------------------------------------===//

namespace {
/// What the arguments say of it: a number of steps, or a share of the run.
struct WarmupArgument {
  double steps = 0, share = 0;
  std::string origin;

  bool isThere() const { return steps > 0 || share > 0; }
};
} // namespace

static WarmupArgument readWarmup(Context &context) {
  double steps = context.config.number("warmup_steps").value_or(0);
  double ratio = context.config.number("warmup_ratio").value_or(0);
  if (steps > 0 && steps < 1)
    return {0, steps, "warmup_steps"};
  if (steps >= 1)
    return {steps, 0, "warmup_steps"};
  return {0, std::clamp(ratio, 0.0, 1.0), "warmup_ratio"};
}

void importing::checkWarmup(Context &context) {
  double steps = context.config.number("warmup_steps").value_or(0);
  double ratio = context.config.number("warmup_ratio").value_or(0);
  if (!(steps >= 0 && steps < 1e15 &&
        (steps < 1 || steps == std::floor(steps))))
    context.log.error("'warmup_steps' is " + formatNumber(steps) +
                          ", expected 0 or a whole number of steps",
                      "a share of the run is warmup_ratio");
  if (!(ratio >= 0 && ratio <= 1))
    context.log.error("'warmup_ratio' is " + formatNumber(ratio) +
                      ", expected a share from 0 to 1: the trainer refuses it "
                      "too");
  else if (ratio > 0 && steps > 0)
    context.log.lost("warmup_ratio", formatNumber(ratio),
                     "warmup_steps goes before it, as in the trainer");
}

std::optional<int64_t> importing::countWarmup(Context &context) {
  WarmupArgument warmup = readWarmup(context);
  if (warmup.share <= 0)
    return static_cast<int64_t>(std::clamp(warmup.steps, 0.0, 1e15));
  if (!context.totalSteps)
    return std::nullopt;
  return static_cast<int64_t>(
      std::ceil(static_cast<double>(*context.totalSteps) * warmup.share));
}

std::string importing::percentText(double share) {
  // The shortest text that stands for the same share.
  std::string text;
  double back = 0;
  for (int digits = 0; digits <= 20 && back / 100 != share; ++digits) {
    char buffer[64];
    char *end = std::to_chars(buffer, buffer + sizeof buffer, share * 100,
                              std::chars_format::fixed, digits)
                    .ptr;
    text.assign(buffer, end);
    (void)llvm::to_float(text, back);
  }
  return "\"" + text + "%\"";
}

/// The warm-up's length as TOML; "" where there is none.
static std::string warmupLength(Context &context) {
  if (std::optional<int64_t> steps = countWarmup(context))
    return *steps ? stepsText(*steps) : "";
  std::string share = percentText(readWarmup(context).share);
  context.log.note("the warm-up is " + share +
                   " of the run, to the nearest "
                   "step; the trainer rounds up: give --total-steps for its "
                   "own number");
  return share;
}

/// From a share of the peak.
static void writeWarmup(Context &context, llvm::StringRef kind, double share,
                        llvm::StringRef inclusive) {
  std::string length = warmupLength(context);
  if (length.empty())
    return;
  std::string origin = readWarmup(context).origin;
  context.recipe.begin("schedule.phase", kind);
  context.recipe.set("schedule.phase", "name", "\"warmup\"", origin);
  context.recipe.set("schedule.phase", "length", length, origin);
  context.recipe.set("schedule.phase", "from",
                     formatNumber(share * peakOf(context)), origin);
  if (!inclusive.empty())
    context.recipe.set("schedule.phase", "inclusive", quoteText(inclusive),
                       origin);
}

/// The first step lies at its start.
static void writeWarmupFromStart(Context &context, llvm::StringRef kind,
                                 double share) {
  writeWarmup(context, kind, share, "");
  if (share == 0 && readWarmup(context).isThere())
    context.log.note("the first step runs at 0, as the trainer's does: leave "
                     "out inclusive = \"left\" to have it learn");
}

/// The first step lies at an equal part above 0, or at a share of the peak.
static void writeWarmupToPeak(Context &context) {
  std::optional<double> share = context.config.number(path("warmup_lr_rate"));
  bool single = countWarmup(context) == 1;
  writeWarmup(context, "linear", share.value_or(0),
              !share   ? ""
              : single ? "left"
                       : "both");
}

/// The trainer's "constant" has none.
static void passOverWarmup(Context &context) {
  WarmupArgument warmup = readWarmup(context);
  if (warmup.isThere())
    context.log.lost(warmup.origin,
                     formatNumber(std::max(warmup.steps, warmup.share)),
                     "lr_scheduler_type \"constant\" has no warm-up, in the "
                     "trainer neither: write constant_with_warmup");
}

//===----------------------------------------------------------------------===//
// What follows it
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
  writeWarmupFromStart(context, rise.rise, floor);
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
      writeWarmupToPeak(context);
    else
      writeWarmupFromStart(context, "linear", 0);
    writeLast(context, *found);
  }
  checkArguments(context, type);
}
