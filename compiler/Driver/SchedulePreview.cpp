//===- SchedulePreview.cpp ------------------------------------------------===//

#include "compiler/Driver/SchedulePreview.h"

#include "compiler/Transforms/Schedule/RecipeSchedule.h"

#include <algorithm>
#include <fmt/format.h>

using namespace mlir;
using namespace dsc;

static std::string describeWatch(const Watch &watch) {
  return fmt::format("{} is no {} for {} observation{}", watch.metric.str(),
                     watch.maximum ? "higher" : "lower", watch.patience,
                     watch.patience == 1 ? "" : "s");
}

static std::vector<std::string> describeReactions(RecipeOp recipe) {
  std::vector<std::string> lines;
  for (PhaseInterface phase : listPhases(recipe)) {
    PhaseReaction reaction = PhaseReaction::read(phase);
    if (reaction.until)
      lines.push_back(fmt::format("until: phase {} ends early once {}",
                                  reaction.name.str(),
                                  describeWatch(*reaction.until)));
  }
  auto schedules = recipe.getOps<ScheduleOp>();
  auto reactions = ScheduleReactions::read(
      schedules.empty() ? ScheduleOp() : *schedules.begin());
  if (const auto &spike = reactions.spike)
    lines.push_back(fmt::format(
        "on_spike: LR x {} where {} is above {} x its average, back in {} "
        "step{}",
        spike->scale, spike->metric, spike->ratio, spike->recover,
        spike->recover == 1 ? "" : "s"));
  if (const auto &plateau = reactions.plateau)
    lines.push_back(fmt::format("reduce_on_plateau: LR x {} after {}, and one "
                                "more",
                                plateau->factor,
                                describeWatch(plateau->watch)));
  return lines;
}

FailureOr<SchedulePreview> SchedulePreview::create(RecipeOp recipe) {
  OwningOpRef<ModuleOp> scratch = ModuleOp::create(recipe.getLoc());
  auto function = lowerRecipeSchedule(recipe, *scratch);
  if (failed(function))
    return failure();
  auto evaluator = Evaluator::create(*function);
  if (failed(evaluator))
    return failure();
  SchedulePreview preview(std::move(*evaluator));
  auto names = (*function)->getAttrOfType<ArrayAttr>(tracksAttributeName);
  for (auto name : names.getAsRange<StringAttr>())
    if (name.getValue() != kPositionTrack)
      preview.tracks.push_back(name.str());
  preview.scratch.resize(names.size());
  preview.reactions = describeReactions(recipe);
  for (auto schedule : recipe.getOps<ScheduleOp>())
    if (FloatAttr scale = schedule.getLrScaleAttr())
      preview.batchScale = scale.getValueAsDouble();
  auto parts = listParts(recipe);
  if (failed(parts))
    return failure();
  for (const SchedulePart &part : *parts)
    preview.phases.push_back({part.name, part.kind, part.begin, part.end});
  return preview;
}

const PhaseSpan &SchedulePreview::phaseAt(int64_t step) const {
  auto after = std::upper_bound(
      phases.begin(), phases.end(), step,
      [](int64_t step, const PhaseSpan &phase) { return step < phase.end; });
  return after == phases.end() ? phases.back() : *after;
}

void SchedulePreview::at(int64_t step, std::vector<double> &values) {
  evaluator.evaluate(step, scratch);
  values.assign(scratch.begin(), scratch.begin() + tracks.size());
}

double SchedulePreview::lrAt(int64_t step) {
  evaluator.evaluate(step, scratch);
  return scratch.front();
}
