//===- DiagnosisOfLoss.cpp - from losses ----------------------------------===//

#include "runtime/Report/Diagnosis.h"
#include "runtime/Report/Figures.h"

#include "runtime/Base/TextChart.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <span>

using namespace dsc;

static std::string phaseKey(const RunSeries &run, size_t phase,
                            const char *key) {
  return "schedule.phase." + run.phases[phase].name + key;
}

static std::vector<LoggedStep> finiteSteps(const RunSeries &run) {
  std::vector<LoggedStep> points;
  for (const LoggedStep &point : run.steps)
    if (std::isfinite(point.loss))
      points.push_back(point);
  return points;
}

//===----------------------------------------------------------------------===//
// Oscillation
//===----------------------------------------------------------------------===//

namespace {
/// How a stretch of losses goes up and down, in shares of its mean.
struct Restlessness {
  double climb = 0; ///< sum of what it goes up
  double range = 0; ///< from its lowest to its highest
};
} // namespace

static Restlessness restlessness(const std::vector<LoggedStep> &points,
                                 size_t begin, size_t end) {
  Restlessness result;
  double low = points[begin].loss, high = low, sum = 0;
  for (size_t i = begin; i < end; ++i) {
    double loss = points[i].loss;
    low = std::min(low, loss);
    high = std::max(high, loss);
    sum += std::fabs(loss);
    if (i > begin)
      result.climb += std::max(0.0, loss - points[i - 1].loss);
  }
  double mean = sum / double(end - begin);
  if (mean > 0) {
    result.climb /= mean;
    result.range = (high - low) / mean;
  }
  return result;
}

/// The remedy is another warm-up, or a first one.
static std::vector<Remedy> warmUpRemedies(const RunSeries &run) {
  double first = run.steps.front().lr, last = first;
  for (const LoggedStep &point : run.steps)
    if (point.phase == 0)
      last = point.lr;
  if (last > first)
    return {{phaseKey(run, 0, ".length"), "a longer warm-up"},
            {phaseKey(run, 0, ".from"), "a lower first LR"}};
  return {{"[[schedule.phase]]",
           fmt::format("a warm-up before '{}': kind = \"linear\", length = "
                       "\"5%\", from = 0.0",
                       run.phases.front().name)},
          {"schedule.peak", "a lower first LR"}};
}

Finding dsc::findOscillation(const RunSeries &run) {
  auto points = finiteSteps(run);
  size_t early = points.size() / 5;
  if (early < 10)
    return std::nullopt;
  Restlessness before = restlessness(points, 0, early);
  Restlessness after = restlessness(points, points.size() / 2, points.size());
  double perStep = before.climb / double(early);
  double later = after.climb / double(points.size() - points.size() / 2);
  // Noise climbs too, but as much later on; a fall climbs little in its range.
  if (perStep < 3 * later || perStep < 0.02 ||
      before.climb < 1.5 * before.range)
    return std::nullopt;
  return Diagnosis{
      "the loss oscillates early",
      fmt::format("up to step {} it goes up by {:.0f}% of itself in a step, "
                  "later by {:.1f}%",
                  points[early - 1].step, 100 * perStep, 100 * later),
      warmUpRemedies(run)};
}

//===----------------------------------------------------------------------===//
// Worsening
//===----------------------------------------------------------------------===//

namespace {
struct Rise {
  double bestStep = 0, best = 0, last = 0;
};
} // namespace

/// A best before the last sixth, and an end above it by a twentieth of all that
/// was gained; the point before the last must be above it too.
static std::optional<Rise> riseOf(const ChartCurve &curve) {
  size_t count = curve.y.size();
  if (count < 5)
    return std::nullopt;
  auto best = std::min_element(curve.y.begin(), curve.y.end());
  size_t place = size_t(best - curve.y.begin());
  double gained = *std::max_element(curve.y.begin(), best + 1) - *best;
  double margin = std::max(0.05 * gained, 0.01 * std::fabs(*best));
  bool settled =
      std::min(curve.y[count - 1], curve.y[count - 2]) > *best + margin;
  if (!settled || (place + 1) * 6 > count * 5)
    return std::nullopt;
  return Rise{curve.x[place], *best, curve.y.back()};
}

static size_t phaseAt(const RunSeries &run, double step) {
  size_t phase = 0;
  for (size_t i = 0; i < run.phases.size(); ++i)
    if (double(run.phases[i].begin) <= step)
      phase = i;
  return phase;
}

/// The LR at the first step logged from there on.
static double rateAt(const RunSeries &run, double step) {
  for (const LoggedStep &point : run.steps)
    if (double(point.step) >= step)
      return point.lr;
  return run.steps.back().lr;
}

static std::string describe(const Rise &rise, const std::string &what) {
  return fmt::format("{} was best at step {}, {}, and ended at {}", what,
                     int64_t(rise.bestStep), shortNumber(rise.best),
                     shortNumber(rise.last));
}

Finding dsc::findWorsening(const RunSeries &run) {
  if (run.phases.empty())
    return std::nullopt;
  // Twenty means, so that the noise of a step says nothing.
  if (auto rise = riseOf(lossCurve(run, 20))) {
    size_t phase = phaseAt(run, rise->bestStep);
    if (rateAt(run, rise->bestStep) < run.steps.back().lr)
      return Diagnosis{
          "the loss gets worse while the LR rises",
          fmt::format("{}; the LR went from {} to {} meanwhile",
                      describe(*rise, "the training loss"),
                      shortNumber(rateAt(run, rise->bestStep)),
                      shortNumber(run.steps.back().lr)),
          {{"schedule.peak", "below the LR of the best step"},
           {phaseKey(run, phase, ".to"), "a lower end of the rise"}}};
    return Diagnosis{
        "the loss gets worse after it had converged",
        describe(*rise, "the training loss"),
        {{phaseKey(run, phase, ".to"), "less decay: end at a higher LR"},
         {phaseKey(run, phase, ".length"), "a longer cycle"},
         {phaseKey(run, phase, ".kind"), "\"cosine\", which falls smoothly"}}};
  }
  for (const auto &[name, points] : run.evaluations) {
    auto rise = riseOf(evaluationCurve(points));
    if (!rise)
      continue;
    return Diagnosis{
        "the held-out loss gets worse after it had converged",
        describe(*rise, "the loss of '" + name + "'") +
            "; the training loss does not rise",
        {{"eval." + name + ".stop_after", "\"3 evals\" stops at the best"},
         {"optimizer.weight_decay", "more of it"},
         {"train.length", "a shorter run, with the decay in it"}}};
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Spikes
//===----------------------------------------------------------------------===//

static double medianOf(std::vector<double> values) {
  auto middle = values.begin() + values.size() / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// "2 times, at step 30, 71"
static std::string timesAt(const std::vector<int64_t> &steps) {
  auto first = std::span(steps).first(std::min<size_t>(steps.size(), 5));
  return fmt::format("{} {}, at step {}{}", steps.size(),
                     steps.size() == 1 ? "time" : "times",
                     fmt::join(first, ", "), steps.size() > 5 ? " ..." : "");
}

/// One or two spikes are what a schedule backs off for.
static constexpr size_t kFewestBackOffs = 5;

Finding dsc::findBackOffs(const RunSeries &run) {
  std::vector<int64_t> steps;
  for (const LoggedDecision &decision : run.decisions)
    if (decision.what == "on_spike")
      steps.push_back(decision.step);
  if (steps.size() < kFewestBackOffs)
    return std::nullopt;
  return Diagnosis{
      "the LR backs off again and again",
      "on_spike lowered it " + timesAt(steps),
      {{"schedule.peak", "a lower one, at which there are fewer spikes"},
       {"optimizer.clip_norm", run.clipNorm ? "a lower one" : "1.0"},
       {"schedule.on_spike.ratio",
        "a higher one, where the noise of a batch passes for a spike"}}};
}

Finding dsc::findSpikes(const RunSeries &run) {
  constexpr size_t kBefore = 20; // losses that say what is usual
  auto points = finiteSteps(run);
  std::vector<int64_t> spikes;
  double largest = 0;
  for (size_t i = kBefore; i < points.size(); ++i) {
    std::vector<double> before;
    for (size_t j = i - kBefore; j < i; ++j)
      before.push_back(points[j].loss);
    double usual = medianOf(before);
    for (double &value : before)
      value = std::fabs(value - usual);
    // Eight times what the losses before it stray, and a fifth of the loss.
    double margin = std::max(8 * medianOf(before), 0.2 * std::fabs(usual));
    bool within = !spikes.empty() &&
                  points[i].step - spikes.back() < int64_t(kBefore) / 2;
    if (points[i].loss <= usual + margin || within)
      continue;
    spikes.push_back(points[i].step);
    largest = std::max(largest, points[i].loss / usual);
  }
  if (spikes.empty())
    return std::nullopt;
  std::vector<Remedy> remedies = {
      {"optimizer.clip_norm", run.clipNorm ? "a lower one" : "1.0"},
      {"schedule.peak", "a lower one"}};
  if (run.optimizer == "adamw")
    remedies.push_back(
        {"optimizer.beta2", "0.95, which forgets a large gradient sooner"});
  return Diagnosis{
      "the loss spikes",
      fmt::format("{}; the largest is {:.2g} times the loss before it",
                  timesAt(spikes), largest),
      std::move(remedies)};
}
