//===- Terminal.cpp - a scene in the terminal -----------------------------===//

#include "compiler/Driver/Plot/Plot.h"

using namespace dsc;

void dsc::writeTerminalPlot(const PlotScene &scene, unsigned columns,
                            bool color, llvm::raw_ostream &out) {
  TextChart chart;
  chart.spans = scene.phases;
  chart.left = scene.left;
  chart.right = scene.right;
  chart.leftLabel = positionLabel(scene.unit, scene.left);
  chart.rightLabel = scene.unit == PlotUnit::steps
                         ? std::to_string(int64_t(scene.right))
                         : positionLabel(scene.unit, scene.right);
  chart.columns = columns;
  chart.color = color;
  chart.log = scene.log;
  for (const PlotPanel &panel : scene.panels) {
    // The heading says that the first one is the LR.
    if (panel.track != "lr")
      out << "\n" << panel.track << "\n\n";
    chart.curves = panel.curves;
    chart.low = panel.low;
    chart.high = panel.high;
    chart.rows = panel.track == "lr" ? 12 : 6;
    out << drawChart(chart);
  }
}
