//===- Figures.cpp --------------------------------------------------------===//

#include "runtime/Report/Figures.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace dsc;

ChartCurve dsc::lossCurve(const RunSeries &run, size_t points) {
  ChartCurve curve;
  size_t count = run.steps.size();
  points = std::min(points, count);
  for (size_t bucket = 0; bucket < points; ++bucket) {
    size_t begin = count * bucket / points, end = count * (bucket + 1) / points;
    double x = 0, y = 0;
    size_t finite = 0;
    for (size_t i = begin; i < end; ++i) {
      if (!std::isfinite(run.steps[i].loss))
        continue;
      x += double(run.steps[i].step);
      y += run.steps[i].loss;
      ++finite;
    }
    if (!finite)
      continue;
    curve.x.push_back(x / double(finite));
    curve.y.push_back(y / double(finite));
  }
  return curve;
}

ChartCurve dsc::lrCurve(const RunSeries &run, size_t points) {
  ChartCurve curve;
  size_t count = run.steps.size();
  size_t stride = std::max<size_t>(1, count / std::max<size_t>(1, points));
  for (size_t i = 0; i < count; ++i) {
    bool edge = i == 0 || i + 1 == count ||
                run.steps[i].phase != run.steps[i - 1].phase ||
                run.steps[i].phase != run.steps[i + 1].phase;
    if (!edge && i % stride)
      continue;
    curve.x.push_back(double(run.steps[i].step));
    curve.y.push_back(run.steps[i].lr);
  }
  return curve;
}

ChartCurve dsc::evaluationCurve(const std::vector<EvaluationPoint> &points) {
  ChartCurve curve;
  for (const EvaluationPoint &point : points) {
    if (!std::isfinite(point.loss))
      continue;
    curve.x.push_back(double(point.steps));
    curve.y.push_back(point.loss);
  }
  return curve;
}

static double meanLoss(const RunSeries &run, size_t begin, size_t end) {
  double sum = 0;
  size_t finite = 0;
  for (size_t i = begin; i < end; ++i)
    if (std::isfinite(run.steps[i].loss)) {
      sum += run.steps[i].loss;
      ++finite;
    }
  return finite ? sum / double(finite)
                : std::numeric_limits<double>::quiet_NaN();
}

std::vector<PhaseFigures> dsc::phaseFigures(const RunSeries &run) {
  std::vector<PhaseFigures> all;
  size_t count = run.steps.size();
  for (size_t begin = 0; begin < count;) {
    size_t end = begin;
    while (end < count && run.steps[end].phase == run.steps[begin].phase)
      ++end;
    size_t few = std::min<size_t>(5, end - begin);
    PhaseFigures phase;
    phase.name = run.phases[run.steps[begin].phase].name;
    phase.begin = run.phases[run.steps[begin].phase].begin;
    phase.end = run.steps[end - 1].step + 1;
    phase.firstLr = run.steps[begin].lr;
    phase.lastLr = run.steps[end - 1].lr;
    phase.firstLoss = meanLoss(run, begin, begin + few);
    phase.lastLoss = meanLoss(run, end - few, end);
    all.push_back(phase);
    begin = end;
  }
  return all;
}

RunFigures dsc::runFigures(const RunSeries &run) {
  RunFigures figures;
  size_t count = run.steps.size();
  figures.loss = meanLoss(run, count - std::min<size_t>(5, count), count);
  if (count) {
    const LoggedStep &last = run.steps.back();
    figures.steps = last.step + 1;
    figures.seconds = last.seconds;
    if (last.seconds > 0)
      figures.tokensPerSecond = double(last.tokens) / last.seconds;
  }
  for (const LoggedStep &point : run.steps)
    figures.largestLr = std::max(figures.largestLr, point.lr);
  figures.bestEvaluation = std::numeric_limits<double>::infinity();
  if (!run.evaluations.empty())
    for (const EvaluationPoint &point : run.evaluations.begin()->second)
      if (point.loss < figures.bestEvaluation) {
        figures.evaluation = run.evaluations.begin()->first;
        figures.bestEvaluation = point.loss;
        figures.bestAt = point.steps;
      }
  return figures;
}

Axis dsc::axisFor(const std::vector<ChartCurve> &curves) {
  double low = INFINITY, high = -INFINITY;
  for (const ChartCurve &curve : curves)
    for (double y : curve.y)
      if (std::isfinite(y)) {
        low = std::min(low, y);
        high = std::max(high, y);
      }
  if (!(low <= high))
    return {};
  if (low > 0 && high > 50 * low)
    return {low, high, true};
  if (low > 0 && low < 0.15 * high)
    low = 0;
  if (low == high)
    return {low - 0.5 * std::fabs(low) - 1e-12, high + 0.5 * std::fabs(high),
            false};
  return {low, high, false};
}

Axis dsc::rateAxisFor(const std::vector<ChartCurve> &curves) {
  double low = INFINITY, high = 0; // of the largest ones
  for (const ChartCurve &curve : curves) {
    if (curve.y.empty())
      continue;
    double largest = *std::max_element(curve.y.begin(), curve.y.end());
    low = std::min(low, largest);
    high = std::max(high, largest);
  }
  if (low > 0 && high > 20 * low)
    return {low / 100, high, true};
  return {0, high > 0 ? high : 1, false};
}

std::string dsc::endingOf(const RunSeries &run) {
  if (run.ending.empty())
    return "still runs, or was killed";
  if (run.ending == "steps")
    return "stopped by --steps";
  if (run.ending == "signal")
    return "stopped by a signal";
  return run.ending;
}
