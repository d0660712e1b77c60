//===- Curve.cpp ----------------------------------------------------------===//

#include "runtime/Train/Checkpoint/Curve.h"

#include <algorithm>
#include <bit>
#include <fmt/format.h>
#include <set>

using namespace dsc;

static constexpr int64_t kPoints = 2048;

Curve dsc::sampleCurve(const plan::Plan &plan, const KernelTable &kernels) {
  Curve curve;
  curve.steps = plan.training()->steps();
  std::set<int64_t> steps;
  int64_t stride = (curve.steps + kPoints - 1) / kPoints;
  for (int64_t step = 0; step < curve.steps; step += stride)
    steps.insert(step);
  for (const plan::Phase *phase : *plan.phases())
    for (int64_t step : {phase->begin() - 1, phase->begin(), phase->end() - 1})
      if (step >= 0 && step < curve.steps)
        steps.insert(step);
  for (int64_t step : steps)
    curve.points.emplace_back(step, kernels.learningRate(plan, step));
  return curve;
}

/// Indices of the points to print: ends, middle, the place where the curves
/// part, the step to resume at.
static std::set<size_t> rowsToShow(const Curve &old, size_t differs,
                                   int64_t resumeStep) {
  size_t last = old.points.size() - 1;
  std::set<size_t> rows = {0, last / 2, last};
  for (size_t near : {differs ? differs - 1 : 0, differs, differs + 1})
    rows.insert(std::min(near, last));
  for (size_t i = 0; i <= last; ++i)
    if (old.points[i].first >= resumeStep) {
      rows.insert(i);
      break;
    }
  return rows;
}

std::string dsc::compareCurves(const Curve &old, const plan::Plan &plan,
                               const KernelTable &kernels, int64_t resumeStep) {
  int64_t steps = plan.training()->steps();
  if (old.points.empty())
    return "  the checkpoint does not say what its schedule was";
  size_t differs = 0;
  std::vector<double> now;
  for (auto [step, lr] : old.points)
    now.push_back(step < steps ? kernels.learningRate(plan, step) : 0);
  auto same = [&](size_t i) {
    return old.points[i].first < steps &&
           std::bit_cast<uint64_t>(old.points[i].second) ==
               std::bit_cast<uint64_t>(now[i]);
  };
  while (differs < old.points.size() && same(differs))
    ++differs;

  std::string text;
  if (differs == old.points.size())
    text = fmt::format("  the learning rates agree at all {} steps of the "
                       "checkpoint's run",
                       old.steps);
  else if (differs == 0)
    text = "  the learning rates differ from step 0 on";
  else if (old.points[differs].first == old.points[differs - 1].first + 1)
    text = fmt::format("  the learning rates agree up to step {}",
                       old.points[differs - 1].first);
  else
    text =
        fmt::format("  the learning rates agree up to step {} and differ at "
                    "step {}",
                    old.points[differs - 1].first, old.points[differs].first);
  if (steps != old.steps)
    text += fmt::format("\n  the checkpoint's run has {} steps, this one {}",
                        old.steps, steps);
  text += fmt::format("\n  {:>10}  {:>22}  {:>22}", "step", "checkpoint's lr",
                      "this recipe's lr");
  for (size_t i : rowsToShow(old, differs, resumeStep)) {
    auto [step, lr] = old.points[i];
    text += fmt::format("\n  {:>10}  {:>22}  {:>22}{}", step,
                        fmt::format("{:.10g}", lr),
                        step < steps ? fmt::format("{:.10g}", now[i]) : "-",
                        same(i) ? "" : "  *");
  }
  return text;
}
