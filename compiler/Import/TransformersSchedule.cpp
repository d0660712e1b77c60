//===- TransformersSchedule.cpp - lr_scheduler_type as phases -------------===//

#include "compiler/Import/TransformersSchedule.h"

#include "compiler/Recipe/Toml.h"
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
  enum { number, rate, steps } meaning = number;
};

/// An lr_scheduler_type: the phase after the warm-up.
struct Scheduler {
  const char *name, *kind, *to;
  Argument arguments[3];
};

} // namespace

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
    {"inverse_sqrt",
     "inverse_sqrt",
     "",
     {{"timescale", "timescale", "", Argument::steps}}},
    {"cosine_with_min_lr",
     "cosine",
     "",
     {{"min_lr", "to", "", Argument::rate}, {"num_cycles", "cycles", ""}}},
    {"warmup_stable_decay", "", "", {}}};

static const char kwargs[] = "lr_scheduler_kwargs";

static std::string path(const char *name) {
  return std::string(kwargs) + "." + name;
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

static void writeWarmup(Context &context, llvm::StringRef kind) {
  std::string length = warmupLength(context);
  if (length.empty())
    return;
  std::string origin = readWarmup(context).origin;
  context.recipe.begin("schedule.phase", kind);
  context.recipe.set("schedule.phase", "name", "\"warmup\"", origin);
  context.recipe.set("schedule.phase", "length", length, origin);
  context.recipe.set("schedule.phase", "from", "0.0", origin);
  context.log.note("the first step runs at 0, as the trainer's does: leave out "
                   "inclusive = \"left\" to have it learn");
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
  if (argument.meaning == Argument::steps)
    return stepsText(static_cast<int64_t>(std::clamp(*value, 0.0, 1e15)));
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
static void writeFloor(Context &context) {
  std::optional<double> share = context.config.number(path("min_lr_rate"));
  if (share && context.lr)
    context.recipe.set("schedule.phase", "to",
                       formatNumber(*share * *context.lr), path("min_lr_rate"));
  else if (!context.config.has(path("min_lr")))
    context.log.error("lr_scheduler_type \"cosine_with_min_lr\" needs 'min_lr' "
                      "or 'min_lr_rate' in 'lr_scheduler_kwargs'");
}

/// That of inverse_sqrt is the warm-up, or 10000 steps without one.
static std::string timescaleOf(Context &context) {
  std::optional<int64_t> warmup = countWarmup(context);
  if (warmup)
    return stepsText(*warmup ? *warmup : 10000);
  context.log.error("lr_scheduler_type \"inverse_sqrt\" takes its timescale "
                    "from the warm-up, a share of a run whose steps are not "
                    "known",
                    "give --total-steps");
  return "";
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
    if (llvm::StringRef(argument.key) == "timescale" && value.empty())
      value = timescaleOf(context);
    if (!value.empty())
      context.recipe.set("schedule.phase", argument.key, value,
                         path(argument.name));
  }
  if (llvm::StringRef(scheduler.name) == "cosine_with_min_lr")
    writeFloor(context);
}

/// The phase that the trainer calls so; "" and an error where there is none.
static std::string kindOfDecay(Context &context, llvm::StringRef type) {
  std::string kind = type == "1-sqrt" ? "one_minus_sqrt" : type.str();
  if (findTable("schedule.phase", kind))
    return kind;
  context.log.error("a decay of " + quoteText(type) +
                    " in 'lr_scheduler_kwargs' is not supported yet");
  return "linear";
}

static void writeStableDecay(Context &context) {
  Config &config = context.config;
  std::optional<int64_t> decay = config.integer(path("num_decay_steps"));
  std::optional<int64_t> stable = config.integer(path("num_stable_steps"));
  std::string type = config.text(path("decay_type")).value_or("cosine");
  std::string warmup = config.text(path("warmup_type")).value_or("linear");
  double floor = config.number(path("min_lr_ratio")).value_or(0);
  if (!decay)
    return context.log.error("lr_scheduler_type \"warmup_stable_decay\" needs "
                             "'num_decay_steps' in 'lr_scheduler_kwargs'");
  writeWarmup(context, kindOfDecay(context, warmup));
  beginPhase(context, "stable", "constant",
             stable ? stepsText(*stable) : std::string("\"rest\""));
  beginPhase(context, "decay", kindOfDecay(context, type), stepsText(*decay));
  context.recipe.set("schedule.phase", "to",
                     formatNumber(floor * context.lr.value_or(0)),
                     path("min_lr_ratio"));
}

/// Arguments of the scheduler that nothing looked at.
static void checkArguments(Context &context, llvm::StringRef type) {
  for (const std::string &name : context.config.keysOf(kwargs))
    if (!context.config.isTaken(path(name.c_str())) &&
        !context.config.isNull(path(name.c_str())))
      context.log.error("unknown key " +
                        context.config.quote(path(name.c_str())) +
                        " of lr_scheduler_type " + quoteText(type));
}

void importing::importTrainerSchedule(Context &context) {
  std::string type =
      context.config.text("lr_scheduler_type").value_or("linear");
  const Scheduler *found = llvm::find_if(
      schedulers, [&](const Scheduler &s) { return type == s.name; });
  if (found == std::end(schedulers) ||
      (*found->kind && !findTable("schedule.phase", found->kind))) {
    std::vector<std::string> names;
    for (const Scheduler &scheduler : schedulers)
      names.push_back(scheduler.name);
    return context.log.error("'lr_scheduler_type' is " + quoteText(type) +
                                 ", which is not supported yet",
                             "known are " + llvm::join(names, ", "));
  }
  context.recipe.begin("schedule");
  context.recipe.set("schedule", "peak",
                     formatNumber(context.lr.value_or(5e-5)), "learning_rate");
  context.recipe.set("schedule", "inclusive", "\"left\"", "lr_scheduler_type");
  if (!*found->kind) {
    writeStableDecay(context);
  } else {
    if (type == "constant")
      passOverWarmup(context);
    else
      writeWarmup(context, "linear");
    writeLast(context, *found);
  }
  checkArguments(context, type);
}
