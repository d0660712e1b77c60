//===- Plot.h - schedules as text, CSV and SVG ------------------*- C++ -*-===//
//
// A scene is what a drawing shows: a panel for each track, in each a curve for
// each recipe and each run. It is sampled once and then drawn.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_PLOT_PLOT_H
#define DSC_COMPILER_DRIVER_PLOT_PLOT_H

#include "compiler/Driver/SchedulePreview.h"
#include "runtime/Base/TextChart.h"
#include "runtime/Report/RunSeries.h"

#include "llvm/Support/raw_ostream.h"

namespace dsc {

/// The steps to show: from <= step < to, every n-th.
struct PlotRange {
  int64_t from = 0, to = 0, every = 1;
};

/// What the x axis counts.
enum class PlotUnit { steps, tokens, epochs };

/// A schedule and how much of the unit one of its steps is.
struct PlotRecipe {
  std::string name;
  SchedulePreview preview;
  double perStep = 1;
};

struct PlotPanel {
  std::string track;
  std::vector<ChartCurve> curves; ///< as many as names; empty without the track
  double low = 0, high = 1;
};

struct PlotScene {
  std::vector<std::string> names; ///< of the curves: recipes, then runs
  std::vector<PlotPanel> panels;
  std::vector<ChartSpan> phases; ///< of the first recipe
  PlotUnit unit = PlotUnit::steps;
  double left = 0, right = 0;
  bool log = false;
};

/// Samples about `points` steps of each recipe, both ends of every phase and
/// the largest value among them. On a logarithmic axis a value that is not
/// positive breaks its curve.
PlotScene makeScene(std::vector<PlotRecipe> &recipes,
                    const std::vector<RunSeries> &runs, const PlotRange &range,
                    PlotUnit unit, bool log, int64_t points);

/// The step of `range` with the largest LR: exact up to 200,000 steps, beyond
/// them found among samples and phase ends, and round the best of these.
int64_t findLargest(SchedulePreview &preview, const PlotRange &range);

/// "step 12", "1.5M tokens", "2.5 epochs".
std::string positionLabel(PlotUnit unit, double position);

/// `step,phase,lr[,momentum][,weight_decay]`, 17 significant digits.
void writeCsv(SchedulePreview &preview, const PlotRange &range,
              llvm::raw_ostream &out);

/// Braille dots, `columns` wide, with the phases named below.
void writeTerminalPlot(const PlotScene &scene, unsigned columns, bool color,
                       llvm::raw_ostream &out);

/// One panel per track, phases shaded and named; no script, no font to load.
void writeSvg(const PlotScene &scene, llvm::StringRef title,
              llvm::raw_ostream &out);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_PLOT_PLOT_H
