//===- Analysis.cpp -------------------------------------------------------===//

#include "runtime/RangeTest/Analysis.h"

#include "runtime/RangeTest/Smoothing.h"
#include "runtime/RangeTest/Suggestions.h"

#include <algorithm>
#include <cmath>
#include <span>

using namespace dsc;

/// Fewer points than this show no fall and no rise.
static constexpr size_t kFewestPoints = 5;

/// Points before the best one from which the noise is measured.
static constexpr size_t kNoisePoints = 10;

/// Of the fall to the best loss: less is no rise, however little noise there
/// is.
static constexpr double kLeastRise = 0.001;

/// Fills `smoothed` up to the point where the test ends by the rule that ends
/// one that runs; that point is part of it when it is a number.
static void smooth(const RangeSeries &series, RangeAnalysis &result) {
  DivergenceRule rule(series.steps);
  size_t count = std::min(series.lr.size(), series.loss.size());
  for (size_t i = 0; i < count && !result.diverged; ++i) {
    if (!(series.lr[i] > 0) || !std::isfinite(series.lr[i]))
      return;
    result.diverged = rule.ends(series.loss[i]);
    if (!std::isfinite(rule.smoothed()))
      return;
    auto age = size_t(std::lround(rule.getSmoother().age()));
    result.smoothed.push_back(rule.smoothed());
    result.lr.push_back(series.lr[i - std::min(i, age)]);
  }
}

/// The standard deviation of the average, by that of the losses round it before
/// `best`.
static double noiseBefore(const RangeSeries &series,
                          const RangeAnalysis &result) {
  size_t end = result.best.index + 1;
  size_t begin = end - std::min(end, kNoisePoints);
  double mean = 0, squares = 0, count = double(end - begin);
  for (size_t i = begin; i < end; ++i)
    mean += (series.loss[i] - result.smoothed[i]) / count;
  for (size_t i = begin; i < end; ++i) {
    double residual = series.loss[i] - result.smoothed[i] - mean;
    squares += residual * residual / count;
  }
  return std::sqrt(squares) * LossSmoother(series.steps).noise();
}

/// Finds `best` and `onset`. True when the loss rose for good, or was no number
/// any more.
static bool findTurn(const RangeSeries &series, RangeAnalysis &result) {
  const std::vector<double> &smoothed = result.smoothed;
  auto begin = smoothed.begin() + ptrdiff_t(result.ignored);
  auto best = std::min_element(begin, smoothed.end());
  result.best.index = size_t(best - smoothed.begin());
  result.sigma = noiseBefore(series, result);
  double fall = *std::max_element(begin, best + 1) - *best;
  result.margin = std::max(3 * result.sigma, kLeastRise * fall);
  double limit = *best + result.margin;
  size_t onset = smoothed.size();
  while (onset - 1 > result.best.index && smoothed[onset - 1] > limit)
    --onset;
  bool rose = onset < smoothed.size();
  result.onset.index = rose ? onset : smoothed.size() - 1;
  // A loss that is no number any more says so at once: no average lags here.
  result.onset.lr = (rose ? result.lr : series.lr)[result.onset.index];
  return rose || result.diverged;
}

static void makeSuggestions(int64_t steps, RangeAnalysis &result) {
  std::span<const double> losses(result.smoothed), lr(result.lr);
  losses = losses.subspan(result.ignored);
  lr = lr.subspan(result.ignored);
  auto width = size_t(std::max<int64_t>(1, steps / 20));
  result.valley.index = findValley(losses) + result.ignored;
  result.steep.index = findSteepest(losses, lr, width) + result.ignored;
  result.slide.index = findSlide(losses) + result.ignored;
  for (RangeMark *mark :
       {&result.best, &result.valley, &result.steep, &result.slide})
    mark->lr = result.lr[mark->index];
  result.minimumTenth = result.best.lr / 10;
  auto [low, high] =
      std::minmax({result.valley.lr, result.steep.lr, result.minimumTenth});
  result.spread = high / low;
}

static void applyRule(RangeAnalysis &result) {
  result.cycleMin = 0.5 * result.best.lr;
  result.cycleMax = 0.9 * result.onset.lr;
  result.fellBack = result.cycleMin >= result.cycleMax;
  if (!result.fellBack)
    return;
  result.cycleMax = result.best.lr;
  result.cycleMin = result.cycleMax / 10;
}

static RangeVerdict judge(const RangeAnalysis &result, bool turned) {
  // An average that is lowest where it is first looked at has only risen.
  if (result.best.index == result.ignored)
    return RangeVerdict::startsTooHigh;
  return turned ? RangeVerdict::wideEnough : RangeVerdict::endsTooLow;
}

RangeAnalysis dsc::analyseRangeTest(const RangeSeries &series) {
  RangeAnalysis result;
  result.ignored = size_t(std::max<int64_t>(0, ignoredSteps(series.steps)));
  smooth(series, result);
  if (result.smoothed.size() < result.ignored + kFewestPoints)
    return result;
  bool turned = findTurn(series, result);
  makeSuggestions(series.steps, result);
  applyRule(result);
  result.verdict = judge(result, turned);
  if (result.verdict == RangeVerdict::wideEnough &&
      result.spread <= kWidestSpread)
    result.proposal = RangeProposal{result.cycleMax, result.cycleMin};
  return result;
}

RangeSpread dsc::spreadOf(std::vector<double> values) {
  if (values.empty())
    return {};
  std::sort(values.begin(), values.end());
  size_t middle = values.size() / 2;
  // Rates lie on a logarithmic scale.
  double median = values.size() % 2 ? values[middle]
                                    : std::sqrt(values[middle - 1]) *
                                          std::sqrt(values[middle]);
  return {median, values.front(), values.back()};
}

std::optional<RangeProposal>
dsc::combineProposals(const std::vector<RangeAnalysis> &tests) {
  std::vector<double> peaks, floors;
  for (const RangeAnalysis &test : tests)
    if (test.proposal) {
      peaks.push_back(test.proposal->peak);
      floors.push_back(test.proposal->floor);
    }
  if (2 * peaks.size() <= tests.size())
    return std::nullopt;
  return RangeProposal{spreadOf(peaks).median, spreadOf(floors).median};
}
