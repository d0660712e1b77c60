//===- Scene.cpp - which points of which curves are drawn -----------------===//

#include "compiler/Driver/Plot/Plot.h"

#include "runtime/Base/Terminal.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

using namespace dsc;

/// Steps that are evaluated one by one rather than searched.
static constexpr int64_t kFew = 200000;

std::string dsc::positionLabel(PlotUnit unit, double position) {
  if (unit == PlotUnit::steps)
    return fmt::format("step {:.0f}", position);
  if (unit == PlotUnit::tokens)
    return humanCount(position) + " tokens";
  return shortNumber(position) + " epochs";
}

/// `range` as far as a recipe of that many steps has it.
static PlotRange clipped(PlotRange range, int64_t steps) {
  range.to = std::min(range.to, steps);
  return range;
}

/// Every step of `steps` within `radius` of the best so far.
static int64_t climb(SchedulePreview &preview, const PlotRange &range,
                     int64_t best, int64_t radius) {
  // Ever finer, so that a narrow top costs a few hundred looks.
  for (; radius >= 1; radius /= 8) {
    int64_t stride = std::max<int64_t>(1, radius / 8);
    int64_t low = std::max(range.from, best - radius);
    int64_t high = std::min(range.to - 1, best + radius);
    for (int64_t step = low; step <= high; step += stride)
      if (preview.lrAt(step) > preview.lrAt(best))
        best = step;
  }
  return best;
}

int64_t dsc::findLargest(SchedulePreview &preview, const PlotRange &range) {
  int64_t stride = (range.to - range.from) / kFew + 1;
  int64_t best = range.from;
  auto look = [&](int64_t step) {
    if (step >= range.from && step < range.to &&
        preview.lrAt(step) > preview.lrAt(best))
      best = step;
  };
  for (int64_t step = range.from; step < range.to; step += stride)
    look(step);
  for (const PhaseSpan &phase : preview.getPhases())
    for (int64_t step : {phase.begin, phase.end - 1})
      look(step);
  return climb(preview, range, best, stride);
}

static std::vector<int64_t>
sampleSteps(SchedulePreview &preview, const PlotRange &range, int64_t points) {
  std::set<int64_t> steps;
  int64_t span = range.to - range.from;
  int64_t stride = std::max<int64_t>(range.every, (span + points - 1) / points);
  for (int64_t step = range.from; step < range.to; step += stride)
    steps.insert(step);
  for (const PhaseSpan &phase : preview.getPhases())
    for (int64_t step : {phase.begin, phase.end - 1})
      if (step >= range.from && step < range.to)
        steps.insert(step);
  steps.insert(findLargest(preview, range));
  steps.insert(range.to - 1);
  return {steps.begin(), steps.end()};
}

/// The panel of a track, made where it is new, with room for `index`.
static ChartCurve &curveOf(PlotScene &scene, const std::string &track,
                           size_t index) {
  auto panel = llvm::find_if(scene.panels, [&](const PlotPanel &panel) {
    return panel.track == track;
  });
  if (panel == scene.panels.end()) {
    scene.panels.push_back({track, {}});
    panel = std::prev(scene.panels.end());
  }
  panel->curves.resize(scene.names.size());
  return panel->curves[index];
}

static void addPoint(PlotScene &scene, ChartCurve &curve, double x, double y) {
  if (scene.log && !(y > 0))
    y = NAN;
  curve.x.push_back(x);
  curve.y.push_back(y);
  scene.right = std::max(scene.right, x);
}

static void addRecipe(PlotScene &scene, PlotRecipe &recipe,
                      const PlotRange &range, int64_t points, size_t index) {
  if (range.from >= range.to)
    return;
  std::vector<double> row;
  const std::vector<std::string> &tracks = recipe.preview.getTracks();
  for (int64_t step : sampleSteps(recipe.preview, range, points)) {
    recipe.preview.at(step, row);
    for (size_t track = 0; track < tracks.size(); ++track)
      addPoint(scene, curveOf(scene, tracks[track], index),
               double(step) * recipe.perStep, row[track]);
  }
}

/// A run counts its own tokens; its epochs are those of the first recipe.
static void addRun(PlotScene &scene, const RunSeries &run,
                   const PlotRange &range, double perStep, size_t index) {
  int64_t tokensBefore = 0;
  for (const LoggedStep &point : run.steps) {
    double x = scene.unit == PlotUnit::tokens ? double(tokensBefore)
                                              : double(point.step) * perStep;
    tokensBefore = point.tokens;
    if (point.step >= range.from && point.step < range.to)
      addPoint(scene, curveOf(scene, "lr", index), x, point.lr);
  }
}

/// From zero, but for what never comes near it.
static void setRange(PlotPanel &panel, bool log) {
  double low = INFINITY, high = -INFINITY;
  for (const ChartCurve &curve : panel.curves)
    for (double y : curve.y)
      if (std::isfinite(y)) {
        low = std::min(low, y);
        high = std::max(high, y);
      }
  if (!(low <= high))
    return;
  bool far = panel.track != "lr" && low > 0.5 * high && low < high;
  panel.low = log ? low : far ? low : std::min(0.0, low);
  panel.high = high;
}

PlotScene dsc::makeScene(std::vector<PlotRecipe> &recipes,
                         const std::vector<RunSeries> &runs,
                         const PlotRange &range, PlotUnit unit, bool log,
                         int64_t points) {
  PlotScene scene;
  scene.unit = unit;
  scene.log = log;
  for (const PlotRecipe &recipe : recipes)
    scene.names.push_back(recipe.name);
  for (const RunSeries &run : runs)
    scene.names.push_back("run " + run.name);
  double perStep = recipes.front().perStep;
  scene.left = scene.right = double(range.from) * perStep;
  for (auto [index, recipe] : llvm::enumerate(recipes)) {
    scene.left = std::min(scene.left, double(range.from) * recipe.perStep);
    addRecipe(scene, recipe, clipped(range, recipe.preview.steps()), points,
              index);
  }
  for (auto [index, run] : llvm::enumerate(runs))
    addRun(scene, run, range, perStep, recipes.size() + index);
  for (const PhaseSpan &phase : recipes.front().preview.getPhases())
    if (phase.begin < range.to && phase.end > range.from)
      scene.phases.push_back(
          {phase.name, perStep * double(std::max(phase.begin, range.from)),
           perStep * double(std::min(phase.end, range.to))});
  for (PlotPanel &panel : scene.panels) {
    panel.curves.resize(scene.names.size());
    setRange(panel, log);
  }
  return scene;
}
