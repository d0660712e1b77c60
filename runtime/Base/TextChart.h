//===- TextChart.h - curves in a terminal -----------------------*- C++ -*-===//
//
// Each character cell holds 2 x 4 braille dots, so that a curve is legible in a
// window of ordinary size. Several curves differ by colour; without colour they
// are drawn in letters, by which the caller's legend names them.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_TEXTCHART_H
#define DSC_RUNTIME_BASE_TEXTCHART_H

#include <string>
#include <vector>

namespace dsc {

/// Points from left to right; one that is not finite breaks the curve.
struct ChartCurve {
  std::vector<double> x, y;
};

/// A named stretch of the x axis, [begin, end).
struct ChartSpan {
  std::string name;
  double begin = 0, end = 0;
};

struct TextChart {
  std::vector<ChartCurve> curves; ///< earlier ones are drawn over later ones
  std::vector<ChartSpan> spans;   ///< named below the axis, as room allows
  double left = 0, right = 1;     ///< range of the x axis
  double low = 0, high = 1;       ///< range of the y axis
  bool log = false;               ///< y axis; low must be positive then
  std::string leftLabel, rightLabel;
  unsigned columns = 80, rows = 12;
  bool color = false;
};

/// Lines, each with its newline.
std::string drawChart(const TextChart &chart);

/// How curve `index` is drawn, for a legend: a letter, coloured where the chart
/// is; the letter is in the chart only where colour is not.
std::string chartMark(size_t index, bool color);

/// A value with few digits for axes and tables: 0.003, 1.2e-05, 0.
std::string shortNumber(double value);

} // namespace dsc

#endif // DSC_RUNTIME_BASE_TEXTCHART_H
