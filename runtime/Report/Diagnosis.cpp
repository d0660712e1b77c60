//===- Diagnosis.cpp - from learning rates, norms and machines ------------===//

#include "runtime/Report/Diagnosis.h"

#include "runtime/Base/TextChart.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

using namespace dsc;

/// Fewer points say nothing.
static constexpr size_t kFewest = 20;

Finding dsc::findClipping(const RunSeries &run) {
  if (!run.clipNorm || run.steps.size() < kFewest)
    return std::nullopt;
  std::vector<double> norms;
  size_t halved = 0;
  for (size_t i = run.steps.size() / 10; i < run.steps.size(); ++i) {
    if (!std::isfinite(run.steps[i].gradientNorm))
      continue;
    norms.push_back(run.steps[i].gradientNorm);
    halved += norms.back() > 2 * *run.clipNorm;
  }
  if (norms.size() < kFewest || halved * 4 <= norms.size())
    return std::nullopt;
  auto middle = norms.begin() + norms.size() / 2;
  std::nth_element(norms.begin(), middle, norms.end());
  return Diagnosis{
      "large steps are clipped",
      fmt::format("{:.0f}% of the updates were scaled to less than half by "
                  "clip_norm {}; the median of the norms is {}",
                  100.0 * double(halved) / double(norms.size()),
                  shortNumber(*run.clipNorm), shortNumber(*middle)),
      {{"optimizer.clip_norm",
        fmt::format("raise it to about {}, so that it catches outliers only",
                    shortNumber(*middle * 2))},
       {"schedule.peak", "lower it: the clipped steps are the larger ones"}}};
}

/// What to change where the learning rate came down too soon: the phase that
/// led down, or the reaction that reduced it before `step`.
static std::vector<Remedy>
remediesOfFloor(const RunSeries &run, const RunPhase &phase, int64_t step) {
  for (const LoggedDecision &decision : run.decisions)
    if (decision.what == "reduce_on_plateau" && decision.step <= step)
      return {{"schedule.reduce_on_plateau.patience",
               "wait longer before a reduction"},
              {"schedule.reduce_on_plateau.factor", "reduce by less"}};
  std::string path = "schedule.phase." + phase.name;
  return {{path + ".length", "let the decay last to the end of the run"},
          {path + ".to", "end at a higher floor"}};
}

Finding dsc::findEarlyFloor(const RunSeries &run) {
  if (run.steps.size() < kFewest)
    return std::nullopt;
  double peak = 0, floor = run.steps.back().lr;
  for (const LoggedStep &point : run.steps)
    peak = std::max(peak, point.lr);
  if (!(peak > 1.5 * floor))
    return std::nullopt;
  // Within a hundredth of the way down counts as there.
  double near = floor + 0.01 * (peak - floor);
  size_t first = run.steps.size();
  while (first > 0 && run.steps[first - 1].lr <= near)
    --first;
  const LoggedStep &reached = run.steps[first];
  double share = double(run.steps.back().step - reached.step) /
                 double(run.steps.back().step + 1);
  if (share <= 0.2)
    return std::nullopt;
  // The phase that led down, which may be the one before.
  size_t down = run.steps[first ? first - 1 : 0].phase;
  std::string part =
      floor > 0 ? fmt::format(": a {:.3g}th of the largest", peak / floor) : "";
  return Diagnosis{
      "the LR is at its floor too soon",
      fmt::format("from step {} on, {:.0f}% of the run, it is {}{}",
                  reached.step, 100 * share, shortNumber(floor), part),
      remediesOfFloor(run, run.phases[down], reached.step)};
}

Finding dsc::findDivergence(const RunSeries &run) {
  if (run.ending != "diverged" && run.skips == 0)
    return std::nullopt;
  std::string seen =
      run.skips ? fmt::format("{} updates were skipped for gradients that were "
                              "not finite",
                              run.skips)
                : "the loss or a gradient was not finite";
  if (!run.steps.empty())
    seen +=
        fmt::format("; the last good step is {} at LR {}",
                    run.steps.back().step, shortNumber(run.steps.back().lr));
  return Diagnosis{run.ending == "diverged" ? "the run diverged"
                                            : "updates were skipped",
                   seen,
                   {{"schedule.peak", "lower it"},
                    {"[[schedule.phase]]", "lengthen the warm-up"},
                    {"optimizer.clip_norm", "bound the gradient"}}};
}

Finding dsc::findOtherHardware(const std::vector<RunSeries> &runs) {
  std::string differing;
  for (const char *key :
       {"host", "architecture", "device", "engine", "threads", "dsc"}) {
    std::set<std::string> values;
    for (const RunSeries &run : runs)
      if (auto found = run.machine.find(key); found != run.machine.end())
        values.insert(found->second);
    if (values.size() < 2)
      continue;
    differing += differing.empty() ? "" : "; ";
    differing += std::string(key) + ": ";
    size_t count = 0;
    for (const std::string &value : values)
      differing += (count++ ? " and " : "") + value;
  }
  if (differing.empty())
    return std::nullopt;
  return Diagnosis{
      "the hardware differs",
      differing,
      {{"train.device", "run what is compared on the same kind of machine: "
                        "times mean nothing else, and matrix products differ "
                        "in their last bits"},
       {"train.batch", "what was tuned for one memory may want another batch, "
                       "and with it another schedule.peak"}}};
}

std::vector<Diagnosis> dsc::diagnose(const RunSeries &run) {
  std::vector<Diagnosis> found;
  // A range test is meant to end badly; its own section says what it shows.
  for (const RunPhase &phase : run.phases)
    if (phase.kind == "range_test")
      return found;
  for (auto *find : {findDivergence, findOscillation, findWorsening, findSpikes,
                     findBackOffs, findClipping, findEarlyFloor})
    if (Finding diagnosis = find(run))
      found.push_back(std::move(*diagnosis));
  return found;
}
