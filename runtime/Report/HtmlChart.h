//===- HtmlChart.h - curves as inline SVG -----------------------*- C++ -*-===//
//
// Colours come from the page's style sheet by the class of a run, so that a
// chart suits light and dark.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_REPORT_HTMLCHART_H
#define DSC_RUNTIME_REPORT_HTMLCHART_H

#include "runtime/Report/Figures.h"

namespace dsc {

struct HtmlCurve {
  size_t run = 0; ///< its class is r<run>
  std::string title;
  ChartCurve line;
  bool dots = false; ///< each point is marked, and joined thinly
};

struct HtmlChart {
  std::string title;
  std::vector<HtmlCurve> curves;
  std::vector<ChartSpan> spans; ///< shaded and named
  double right = 1;             ///< the x axis begins at 0
  Axis axis;
};

std::string drawHtmlChart(const HtmlChart &chart);

} // namespace dsc

#endif // DSC_RUNTIME_REPORT_HTMLCHART_H
