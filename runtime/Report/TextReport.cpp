//===- TextReport.cpp - a report for the terminal -------------------------===//

#include "runtime/Base/Terminal.h"
#include "runtime/Report/Figures.h"
#include "runtime/Report/Report.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace dsc;

using Row = std::vector<std::string>;

/// Columns as wide as their widest cell; the first is aligned left.
static std::string table(const std::vector<Row> &rows) {
  std::vector<size_t> widths(rows.front().size());
  for (const Row &row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const Row &row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      std::string pad(widths[i] - row[i].size(), ' ');
      line += (i ? "  " : "") + (i ? pad + row[i] : row[i] + pad);
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

static std::string numberCell(double value) {
  return std::isfinite(value) ? shortNumber(value) : "-";
}

static std::string runTable(const RunsReport &report, bool color) {
  std::vector<Row> rows = {{"run", "steps", "loss", "best held out", "after",
                            "largest LR", "tok/s", "time", "ended"}};
  for (const RunReport &entry : report.runs) {
    RunFigures figures = runFigures(entry.run);
    bool evaluated = !figures.evaluation.empty();
    rows.push_back({entry.run.name, std::to_string(figures.steps),
                    numberCell(figures.loss),
                    evaluated ? shortNumber(figures.bestEvaluation) : "-",
                    evaluated ? std::to_string(figures.bestAt) : "-",
                    numberCell(figures.largestLr),
                    humanCount(figures.tokensPerSecond),
                    humanTime(figures.seconds), endingOf(entry.run)});
  }
  std::string text = table(rows);
  if (report.runs.size() == 1)
    return text;
  // The mark of each curve stands before its run's name.
  std::string marked = "   ";
  size_t row = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    marked += text[i];
    if (text[i] == '\n' && i + 1 < text.size())
      marked += chartMark(row++, color) + "  ";
  }
  return marked;
}

static std::string chartOf(const RunsReport &report,
                           const std::vector<ChartCurve> &curves,
                           const Axis &axis, unsigned columns, bool color) {
  TextChart chart;
  chart.curves = curves;
  chart.low = axis.low;
  chart.high = axis.high;
  chart.log = axis.log;
  chart.columns = columns;
  chart.color = color;
  int64_t last = 0;
  for (const RunReport &entry : report.runs)
    if (!entry.run.steps.empty())
      last = std::max(last, entry.run.steps.back().step);
  chart.right = double(last);
  chart.leftLabel = "step 0";
  chart.rightLabel = std::to_string(last);
  // Phases of several runs would only hide each other.
  if (report.runs.size() == 1)
    for (const PhaseFigures &phase : phaseFigures(report.runs[0].run))
      chart.spans.push_back(
          {phase.name, double(phase.begin), double(phase.end)});
  return drawChart(chart);
}

static std::string charts(const RunsReport &report, unsigned columns,
                          bool color) {
  std::vector<ChartCurve> losses, rates;
  size_t points = size_t(columns) * 2;
  for (const RunReport &entry : report.runs) {
    losses.push_back(lossCurve(entry.run, points));
    rates.push_back(lrCurve(entry.run, points));
  }
  Axis lossAxis = axisFor(losses), lrAxis = rateAxisFor(rates);
  auto heading = [](const char *what, const Axis &axis) {
    return fmt::format("{}{}\n\n", what, axis.log ? ", logarithmic" : "");
  };
  return heading("training loss", lossAxis) +
         chartOf(report, losses, lossAxis, columns, color) + "\n" +
         heading("LR", lrAxis) + chartOf(report, rates, lrAxis, columns, color);
}

static std::string phases(const RunsReport &report) {
  std::vector<Row> rows = {{"phase", "steps", "LR", "loss", "a step"}};
  for (const RunReport &entry : report.runs)
    for (const PhaseFigures &phase : phaseFigures(entry.run)) {
      std::string name = phase.name;
      if (report.runs.size() > 1)
        name = entry.run.name + ": " + name;
      rows.push_back(
          {name, fmt::format("{}-{}", phase.begin, phase.end - 1),
           shortNumber(phase.firstLr) + " to " + shortNumber(phase.lastLr),
           numberCell(phase.firstLoss) + " to " + numberCell(phase.lastLoss),
           fmt::format("{:+.2e}", (phase.lastLoss - phase.firstLoss) /
                                      double(phase.end - phase.begin))});
    }
  return table(rows);
}

static std::string describe(const Diagnosis &diagnosis, const std::string &run,
                            bool color) {
  std::string text = fmt::format(
      "{}{}{}{}: {}\n", run.empty() ? "" : run + ": ", color ? "\033[33m" : "",
      diagnosis.title, color ? "\033[0m" : "", diagnosis.seen);
  for (const Remedy &remedy : diagnosis.remedies)
    text += fmt::format("  {}: {}\n", remedy.key, remedy.change);
  return text;
}

static std::string diagnoses(const RunsReport &report, bool color) {
  std::string text;
  bool several = report.runs.size() > 1;
  for (const RunReport &entry : report.runs)
    for (const Diagnosis &diagnosis : entry.diagnoses)
      text += describe(diagnosis, several ? entry.run.name : "", color);
  if (report.hardware)
    text += describe(*report.hardware, "", color);
  return text.empty() ? "nothing stands out\n" : text;
}

std::string dsc::writeText(const RunsReport &report, unsigned columns,
                           bool color) {
  std::string text = runTable(report, color) + "\n";
  text += charts(report, columns, color) + "\n" + phases(report) + "\n";
  for (const RunReport &entry : report.runs)
    for (const Section &section : entry.sections) {
      text += section.title + "\n";
      for (const std::string &line : section.lines)
        text += "  " + line + "\n";
      text += "\n";
    }
  return text + diagnoses(report, color);
}
