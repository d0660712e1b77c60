//===- ResolveSchedule.cpp - amounts become learning rates ----------------===//
//
// Walks the phases of the schedule and of its factors in order, through every
// cycle of a repetition, and then what holds for the whole schedule.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Resolve/PhaseCurves.h"
#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/ResolveKind.h"
#include "compiler/Transforms/Resolve/ResolveRepeat.h"

#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/Resolve/Decimal.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "compiler/Transforms/Schedule/Repeat.h"

#include <cmath>

using namespace mlir;
using namespace dsc;

namespace {

class ScheduleResolver {
public:
  ScheduleResolver(RecipeOp recipe, bool partial)
      : recipe(recipe), report(partial), curves(recipe, report, partial) {}

  LogicalResult run();

private:
  void resolveList(ArrayRef<PhaseInterface> list);
  void resolveFactor(const PhaseFactor &factor);
  void resolveWhole(ScheduleOp schedule);
  void resolveScale(ScheduleOp schedule);
  void warnOfIdleKeys(Operation *table);

  RecipeOp recipe;
  Report report;
  PhaseCurves curves;
};

} // namespace

void ScheduleResolver::resolveList(ArrayRef<PhaseInterface> list) {
  std::optional<double> &peak = curves.rates.peak;
  for (const PhaseGroup &group :
       groupPhases(list, listTables<RepeatOp>(recipe))) {
    RepeatOp repeat = group.repeat;
    if (!repeat) {
      curves.resolve(group.phases.front());
      continue;
    }
    std::optional<double> top = peak;
    FloatAttr factor = repeat.getDecayAttr();
    double decay = factor ? factor.getValueAsDouble() : 1;
    curves.goOnFrom(resolveRepeat(
        repeat, group.phases, report, [&](PhaseInterface phase, int64_t cycle) {
          if (top && factor)
            peak = timesPower(*top, decay, cycle);
          // Later cycles have blocks of their own.
          bool follows = cycle > 0 && !phase->getPrevNode();
          curves.resolve(phase, follows ? std::optional(decay) : std::nullopt);
        }));
    peak = top;
  }
}

/// A list of its own, whose peak is 1.
void ScheduleResolver::resolveFactor(const PhaseFactor &factor) {
  std::optional<double> top = curves.rates.peak;
  curves.rates.peak = 1;
  curves.startList();
  if (llvm::all_of(factor.phases, [&](PhaseInterface phase) {
        return curves.tracks.checkFactor(phase);
      }))
    resolveList(factor.phases);
  curves.rates.peak = top;
}

void ScheduleResolver::resolveWhole(ScheduleOp schedule) {
  std::optional<double> lowest, highest;
  if (AmountAttr least = schedule.getMinAttr())
    if ((lowest = curves.rates.boundOf(schedule, "min", least)))
      schedule.setLowest(llvm::APFloat(*lowest));
  if (AmountAttr most = schedule.getMaxAttr())
    if ((highest = curves.rates.boundOf(schedule, "max", most)))
      schedule.setHighest(llvm::APFloat(*highest));
  if (lowest && highest && *lowest > *highest)
    report.error(schedule, "min",
                 "'min' is " + formatNumber(*lowest) + ", above 'max', " +
                     formatNumber(*highest));
}

/// What another batch than the one that the rates are meant for makes of them.
void ScheduleResolver::resolveScale(ScheduleOp schedule) {
  IntegerAttr reference = schedule.getReferenceBatchAttr();
  if (!reference && schedule.getBatchScaling())
    report.error(schedule, "batch_scaling",
                 "'batch_scaling' has no effect without 'reference_batch'",
                 "write reference_batch = 256, the batch that the learning "
                 "rates are meant for");
  auto train = findTable<TrainOp>(recipe);
  if (!reference || !train || !train.getBatchAttr())
    return;
  double ratio = static_cast<double>(train.getBatchAttr().getInt()) /
                 static_cast<double>(reference.getInt());
  bool isRoot = schedule.getBatchScaling().value_or("linear") == "sqrt";
  schedule.setLrScale(llvm::APFloat(isRoot ? std::sqrt(ratio) : ratio));
}

/// Keys that say how another one works.
void ScheduleResolver::warnOfIdleKeys(Operation *table) {
  for (auto [key, other, remedy] :
       {std::tuple("stair_rounding", "stairs", "stairs = 10"),
        {"noise_seed", "noise", "noise = \"5%\""}})
    if (table->hasAttr(key) && !table->hasAttr(other))
      report.warn(table, key,
                  "'" + Twine(key) + "' has no effect without '" + other + "'",
                  "write " + Twine(remedy) + ", or leave it out");
}

LogicalResult ScheduleResolver::run() {
  resolveScheduleKind(recipe, report);
  // Phases beside it were refused.
  if (findTable<DeepSpeedOp>(recipe))
    return report.result();
  if (auto schedule = findTable<ScheduleOp>(recipe)) {
    resolveWhole(schedule);
    resolveScale(schedule);
    warnOfIdleKeys(schedule);
  }
  for (PhaseInterface phase : listTables<PhaseInterface>(recipe))
    warnOfIdleKeys(phase);
  resolveList(listPhases(recipe));
  curves.checkLastStep();
  for (const PhaseFactor &factor : listFactors(recipe))
    resolveFactor(factor);
  return report.result();
}

LogicalResult dsc::resolveSchedule(RecipeOp recipe,
                                   const ResolveOptions &options) {
  return ScheduleResolver(recipe, options.partial).run();
}
