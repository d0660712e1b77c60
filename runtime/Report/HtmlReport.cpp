//===- HtmlReport.cpp - a report as one page ------------------------------===//

#include "runtime/Base/Markup.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Report/HtmlChart.h"
#include "runtime/Report/Report.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace dsc;

static constexpr char kStyle[] = R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2630; --soft: #5d6b79;
  --line: #dde3ea; --span0: #f2f5f9; --span1: #e8edf4; --warn: #fff6e0;
  --edge: #e0a100; --light: 42%; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e4e9ee;
  --soft: #9aa7b4; --line: #2c343d; --span0: #1a2027; --span1: #20272f;
  --warn: #2b2412; --edge: #c28f1a; --light: 64%; } }
body { margin: 0 auto; max-width: 1040px; padding: 24px 16px 60px;
  background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 22px; margin: 0 0 12px; } h2 { font-size: 17px; margin: 32px 0 8px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 10px; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
td:first-child { padding-left: 0; } th:first-child { padding-left: 0; }
.swatch { display: inline-block; width: 12px; height: 12px; border-radius: 3px;
  margin-right: 8px; background: var(--run); vertical-align: -1px; }
figure { margin: 18px 0 0; } figcaption { color: var(--soft); font-weight: 500; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--soft); } .grid { stroke: var(--line); } .axis { stroke: var(--soft); }
.span0 { fill: var(--span0); } .span1 { fill: var(--span1); }
polyline { fill: none; stroke: var(--run); stroke-width: 1.8; stroke-linejoin: round; }
polyline.thin { stroke-width: 1; stroke-dasharray: 3 3; }
circle { fill: var(--run); stroke: var(--paper); stroke-width: 1; }
.found { background: var(--warn); border-left: 4px solid var(--edge);
  border-radius: 4px; padding: 10px 14px; }
.findings { display: grid; gap: 10px; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); }
.found strong { display: block; } .found ul { margin: 6px 0 0; padding-left: 20px; }
code { font: 13px ui-monospace, monospace; } pre { overflow-x: auto; }
details { margin-top: 32px; } summary { font-size: 17px; font-weight: 600; cursor: pointer; }
)css";

/// Hues that differ most for few runs; of many, each is far from those before
/// it and as light as only every third.
static std::string colorOf(size_t run, size_t runs) {
  static constexpr double hues[] = {211, 22, 145, 325, 265, 180, 45, 0};
  if (runs <= std::size(hues))
    return fmt::format("hsl({} 68% var(--light))", hues[run]);
  return fmt::format("hsl({:.0f} 68% calc(var(--light) + {}%))",
                     std::fmod(211 + double(run) * 137.508, 360),
                     int(run % 3) * 9 - 9);
}

/// The colour of each run, and the others dimmed while its row is pointed at.
static std::string runStyles(size_t runs) {
  std::string css;
  for (size_t i = 0; i < runs; ++i) {
    css += fmt::format(".r{} {{ --run: {}; }}\n", i, colorOf(i, runs));
    if (runs > 1)
      css += fmt::format("body:has(tr.r{0}:hover) .curve:not(.r{0}) {{ "
                         "opacity: 0.1; }}\n",
                         i);
  }
  return css;
}

static std::string row(const std::string &attributes,
                       const std::vector<std::string> &cells,
                       const char *tag = "td") {
  std::string text = "<tr" + attributes + ">";
  for (const std::string &cell : cells)
    text += fmt::format("<{0}>{1}</{0}>", tag, cell);
  return text + "</tr>\n";
}

static std::string numberCell(double value) {
  return std::isfinite(value) ? shortNumber(value) : "–";
}

static std::string runCell(const RunSeries &run) {
  return "<span class='swatch'></span>" + escapeMarkup(run.name);
}

static std::string runTable(const RunsReport &report) {
  std::string text = "<div class='scroll'><table>\n";
  text += row("",
              {"run", "steps", "loss", "best held out", "after", "largest LR",
               "tokens/s", "time", "ended"},
              "th");
  for (size_t i = 0; i < report.runs.size(); ++i) {
    const RunSeries &run = report.runs[i].run;
    RunFigures figures = runFigures(run);
    bool evaluated = !figures.evaluation.empty();
    text += row(
        fmt::format(" class='r{}'", i),
        {runCell(run), std::to_string(figures.steps), numberCell(figures.loss),
         evaluated ? fmt::format("{} ({})", shortNumber(figures.bestEvaluation),
                                 escapeMarkup(figures.evaluation))
                   : "–",
         evaluated ? std::to_string(figures.bestAt) : "–",
         numberCell(figures.largestLr), humanCount(figures.tokensPerSecond),
         humanTime(figures.seconds), escapeMarkup(endingOf(run))});
  }
  return text + "</table></div>\n";
}

static std::string describe(const Diagnosis &diagnosis,
                            const std::string &run) {
  std::string text =
      fmt::format("<div class='found'><strong>{}{}</strong>{}<ul>\n",
                  run.empty() ? "" : escapeMarkup(run) + ": ",
                  escapeMarkup(diagnosis.title), escapeMarkup(diagnosis.seen));
  for (const Remedy &remedy : diagnosis.remedies)
    text += fmt::format("<li><code>{}</code>: {}</li>\n",
                        escapeMarkup(remedy.key), escapeMarkup(remedy.change));
  return text + "</ul></div>\n";
}

static std::string diagnoses(const RunsReport &report) {
  std::string text;
  for (const RunReport &entry : report.runs)
    for (const Diagnosis &diagnosis : entry.diagnoses)
      text += describe(diagnosis, report.runs.size() > 1 ? entry.run.name : "");
  if (report.hardware)
    text += describe(*report.hardware, "");
  if (text.empty())
    text = "<p>Nothing stands out.</p>\n";
  return "<h2>What stands out</h2>\n<div class='findings'>\n" + text +
         "</div>\n";
}

static ChartCurve normCurve(const RunSeries &run) {
  RunSeries norms;
  for (LoggedStep point : run.steps) {
    point.loss = point.gradientNorm;
    norms.steps.push_back(point);
  }
  return lossCurve(norms, 300);
}

static std::string chart(const RunsReport &report, const std::string &title,
                         const std::vector<HtmlCurve> &curves,
                         Axis (*axis)(const std::vector<ChartCurve> &)) {
  HtmlChart chart;
  chart.title = title;
  std::vector<ChartCurve> lines;
  for (const HtmlCurve &curve : curves)
    if (!curve.line.x.empty()) {
      chart.curves.push_back(curve);
      lines.push_back(curve.line);
    }
  if (lines.empty())
    return "";
  chart.axis = axis(lines);
  for (const RunReport &entry : report.runs)
    if (!entry.run.steps.empty())
      chart.right =
          std::max(chart.right, double(entry.run.steps.back().step + 1));
  // Phases of several runs would only hide each other.
  if (report.runs.size() == 1)
    for (const PhaseFigures &phase : phaseFigures(report.runs[0].run))
      chart.spans.push_back(
          {phase.name, double(phase.begin), double(phase.end)});
  return drawHtmlChart(chart);
}

static std::string charts(const RunsReport &report) {
  std::vector<HtmlCurve> losses, heldOut, rates, norms;
  for (size_t i = 0; i < report.runs.size(); ++i) {
    const RunSeries &run = report.runs[i].run;
    losses.push_back({i, run.name, lossCurve(run, 300)});
    for (const auto &[name, points] : run.evaluations)
      heldOut.push_back(
          {i, run.name + ": " + name, evaluationCurve(points), true});
    rates.push_back({i, run.name, lrCurve(run, 600)});
    norms.push_back({i, run.name, normCurve(run)});
  }
  return "<h2>Curves over steps</h2>\n" +
         chart(report, "training loss, means of neighbouring steps", losses,
               axisFor) +
         chart(report, "held-out loss", heldOut, axisFor) +
         chart(report, "learning rate", rates, rateAxisFor) +
         chart(report, "gradient norm before clipping", norms, axisFor);
}

static std::string phaseTable(const RunsReport &report) {
  // Of many runs this is the longest part, and the least read.
  std::string text =
      fmt::format("<details{}><summary>Phases</summary>\n<div class='scroll'>"
                  "<table>\n",
                  report.runs.size() <= 4 ? " open" : "");
  text += row("", {"run", "phase", "steps", "LR", "loss", "a step"}, "th");
  for (size_t i = 0; i < report.runs.size(); ++i)
    for (const PhaseFigures &phase : phaseFigures(report.runs[i].run))
      text +=
          row(fmt::format(" class='r{}'", i),
              {runCell(report.runs[i].run), escapeMarkup(phase.name),
               fmt::format("{}–{}", phase.begin, phase.end - 1),
               shortNumber(phase.firstLr) + " → " + shortNumber(phase.lastLr),
               numberCell(phase.firstLoss) + " → " + numberCell(phase.lastLoss),
               fmt::format("{:+.2e}", (phase.lastLoss - phase.firstLoss) /
                                          double(phase.end - phase.begin))});
  return text + "</table></div></details>\n";
}

static std::string sections(const RunsReport &report) {
  std::string text;
  for (const RunReport &entry : report.runs)
    for (const Section &section : entry.sections) {
      text +=
          fmt::format("<h2>{}: {}</h2>\n<pre>", escapeMarkup(entry.run.name),
                      escapeMarkup(section.title));
      for (const std::string &line : section.lines)
        text += escapeMarkup(line) + "\n";
      text += "</pre>\n";
    }
  return text;
}

std::string dsc::writeHtml(const RunsReport &report) {
  std::string title =
      report.runs.size() == 1
          ? report.runs.front().run.name
          : fmt::format("{} runs beside each other", report.runs.size());
  // Of one run, what to do comes first; of several, how they compare.
  bool one = report.runs.size() == 1;
  std::string findings = diagnoses(report), curves = charts(report);
  return fmt::format(
      "{8}\n<html lang='en'>\n<meta charset='utf-8'>\n<meta "
      "name='viewport' content='width=device-width'>\n<title>{0}</title>\n"
      "<style>{1}{2}</style>\n<h1>{0}</h1>\n{3}{4}{5}{6}{7}</html>\n",
      escapeMarkup(title), kStyle, runStyles(report.runs.size()),
      runTable(report), one ? findings : curves, one ? curves : findings,
      sections(report), phaseTable(report), kHtmlBeginning);
}
