//===- Figures.h - the numbers that a report shows --------------*- C++ -*-===//

#ifndef DSC_RUNTIME_REPORT_FIGURES_H
#define DSC_RUNTIME_REPORT_FIGURES_H

#include "runtime/Base/TextChart.h"
#include "runtime/Report/RunSeries.h"

namespace dsc {

/// Losses by step as at most `points` means of neighbours.
ChartCurve lossCurve(const RunSeries &run, size_t points);

/// The LR at no more steps than that, both ends of every phase among them.
ChartCurve lrCurve(const RunSeries &run, size_t points);

ChartCurve evaluationCurve(const std::vector<EvaluationPoint> &points);

/// One phase of a run.
struct PhaseFigures {
  std::string name;
  int64_t begin = 0, end = 0; ///< steps, [begin, end), as far as logged
  double firstLr = 0, lastLr = 0;
  double firstLoss = 0, lastLoss = 0; ///< means of up to five steps
};
std::vector<PhaseFigures> phaseFigures(const RunSeries &run);

/// A whole run.
struct RunFigures {
  int64_t steps = 0;
  double loss = 0;        ///< mean of the last steps
  std::string evaluation; ///< the first one's name; "" without any
  double bestEvaluation = 0;
  int64_t bestAt = 0; ///< updates before it
  double largestLr = 0;
  double tokensPerSecond = 0, seconds = 0;
};
RunFigures runFigures(const RunSeries &run);

/// The range of all y, as an axis: from 0 where that costs little room, or
/// logarithmic where the largest is 50 times the smallest.
struct Axis {
  double low = 0, high = 1;
  bool log = false;
};
Axis axisFor(const std::vector<ChartCurve> &curves);

/// The same for learning rates: from 0, but logarithmic where the largest one
/// of a run is 20 times that of another.
Axis rateAxisFor(const std::vector<ChartCurve> &curves);

/// How the run ended, for people.
std::string endingOf(const RunSeries &run);

} // namespace dsc

#endif // DSC_RUNTIME_REPORT_FIGURES_H
