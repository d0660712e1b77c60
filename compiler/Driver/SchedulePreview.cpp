//===- SchedulePreview.cpp ------------------------------------------------===//

#include "compiler/Driver/SchedulePreview.h"

#include "compiler/Transforms/Schedule/RecipeSchedule.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;

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
    preview.tracks.push_back(name.str());
  preview.scratch.resize(preview.tracks.size());
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
  values.resize(tracks.size());
  evaluator.evaluate(step, values);
}

double SchedulePreview::lrAt(int64_t step) {
  evaluator.evaluate(step, scratch);
  return scratch.front();
}
