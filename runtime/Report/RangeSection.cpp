//===- RangeSection.cpp - a range test among a run's phases ---------------===//

#include "runtime/RangeTest/Report.h"
#include "runtime/Report/Report.h"

#include <fmt/format.h>
#include <limits>

using namespace dsc;

/// The losses of one phase. Where only every n-th step is logged the test is as
/// many points as that gives.
static RangeSeries seriesOf(const RunSeries &run, size_t phase) {
  RangeSeries series;
  std::vector<int64_t> steps;
  for (const LoggedStep &point : run.steps)
    if (point.phase == phase) {
      steps.push_back(point.step);
      series.lr.push_back(point.lr);
      series.loss.push_back(point.loss);
    }
  int64_t every =
      steps.size() > 1 ? std::max<int64_t>(1, steps[1] - steps[0]) : 1;
  series.steps = run.phases[phase].length / every;
  bool last = phase + 1 == run.phases.size();
  if (last && run.ending == "diverged" && !series.lr.empty()) {
    series.lr.push_back(series.lr.back());
    series.loss.push_back(std::numeric_limits<double>::quiet_NaN());
  }
  return series;
}

std::vector<Section> dsc::rangeSections(const RunSeries &run) {
  std::vector<Section> sections;
  for (size_t i = 0; i < run.phases.size(); ++i) {
    const RunPhase &phase = run.phases[i];
    if (phase.kind != "range_test" || phase.length <= 0)
      continue;
    RangeSeries series = seriesOf(run, i);
    RangeAnalysis analysis = analyseRangeTest(series);
    Section section;
    section.title = fmt::format("range test in phase {}: {} of {} points",
                                phase.name, series.loss.size(), series.steps);
    section.lines = describeRangeTests({analysis});
    section.lines.push_back(describeProposal(analysis.proposal));
    sections.push_back(section);
  }
  return sections;
}
