//===- TransformersWarmup.cpp - warmup_steps and warmup_ratio -------------===//

#include "compiler/Import/TransformersWarmup.h"

#include "compiler/Recipe/Toml.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

using namespace dsc;
using namespace dsc::importing;

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

static void writeWarmup(Context &context, llvm::StringRef kind, double from,
                        llvm::StringRef inclusive) {
  std::string length = warmupLength(context);
  if (length.empty())
    return;
  std::string origin = readWarmup(context).origin;
  context.recipe.begin("schedule.phase", kind);
  context.recipe.set("schedule.phase", "name", "\"warmup\"", origin);
  context.recipe.set("schedule.phase", "length", length, origin);
  context.recipe.set("schedule.phase", "from", formatNumber(from), origin);
  if (!inclusive.empty())
    context.recipe.set("schedule.phase", "inclusive", quoteText(inclusive),
                       origin);
}

void importing::writeWarmupFromStart(Context &context, llvm::StringRef kind,
                                     double from) {
  writeWarmup(context, kind, from, "");
  if (from == 0 && readWarmup(context).isThere())
    context.log.note("the first step runs at 0, as the trainer's does: leave "
                     "out inclusive = \"left\" to have it learn");
}

void importing::writeWarmupToPeak(Context &context,
                                  std::optional<double> from) {
  bool single = countWarmup(context) == 1;
  writeWarmup(context, "linear", from.value_or(0),
              !from    ? ""
              : single ? "left"
                       : "both");
}

void importing::passOverWarmup(Context &context) {
  WarmupArgument warmup = readWarmup(context);
  if (warmup.isThere())
    context.log.lost(warmup.origin,
                     formatNumber(std::max(warmup.steps, warmup.share)),
                     "lr_scheduler_type \"constant\" has no warm-up, in the "
                     "trainer neither: write constant_with_warmup");
}
