//===- PlotSvg.cpp - a schedule as SVG ------------------------------------===//
//
// One panel per track. Drawn from the values that training will use; at most a
// few thousand points, always with both ends of every phase among them.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Plot.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

using namespace dsc;

namespace {

constexpr double kWidth = 860, kPanel = 260, kLeft = 80, kRight = 20, kTop = 46,
                 kBottom = 44;
constexpr int64_t kPoints = 2000;

struct Panel {
  double top, low, high; ///< pixels; value range
  double y(double value) const {
    double room = kPanel - kTop - kBottom;
    return top + kTop +
           room * (high > low ? (high - value) / (high - low) : 0.5);
  }
};

} // namespace

std::string dsc::escapeXml(llvm::StringRef text) {
  std::string result;
  for (char c : text)
    switch (c) {
    case '&':
      result += "&amp;";
      break;
    case '<':
      result += "&lt;";
      break;
    case '>':
      result += "&gt;";
      break;
    case '"':
      result += "&quot;";
      break;
    default:
      result += static_cast<unsigned char>(c) < 32 ? ' ' : c;
    }
  return result;
}

static std::vector<int64_t> samplePoints(const SchedulePreview &preview,
                                         const PlotRange &range) {
  std::set<int64_t> steps;
  int64_t span = range.to - range.from;
  int64_t stride =
      std::max<int64_t>(range.every, (span + kPoints - 1) / kPoints);
  for (int64_t step = range.from; step < range.to; step += stride)
    steps.insert(step);
  for (const PhaseSpan &phase : preview.getPhases())
    for (int64_t step : {phase.begin, phase.end - 1})
      if (step >= range.from && step < range.to)
        steps.insert(step);
  steps.insert(range.to - 1);
  return {steps.begin(), steps.end()};
}

static void drawPhases(const SchedulePreview &preview, const PlotRange &range,
                       const Panel &panel, double scale, bool named,
                       llvm::raw_ostream &out) {
  unsigned index = 0;
  for (const PhaseSpan &phase : preview.getPhases()) {
    int64_t begin = std::max(phase.begin, range.from);
    int64_t end = std::min(phase.end, range.to);
    if (begin >= end)
      continue;
    double x = kLeft + scale * double(begin - range.from);
    double width = scale * double(end - begin);
    out << fmt::format("<rect x='{:.2f}' y='{:.2f}' width='{:.2f}' "
                       "height='{:.2f}' fill='{}'/>\n",
                       x, panel.top + kTop, width, kPanel - kTop - kBottom,
                       index++ % 2 ? "#f3f6fa" : "#e8eef6");
    if (named && width > 7.0 * phase.name.size())
      out << fmt::format("<text x='{:.2f}' y='{:.2f}' text-anchor='middle' "
                         "fill='#456'>{}</text>\n",
                         x + width / 2, panel.top + kTop - 8,
                         escapeXml(phase.name));
  }
}

static void drawAxis(const Panel &panel, const PlotRange &range,
                     llvm::StringRef track, llvm::raw_ostream &out) {
  for (int tick = 0; tick <= 4; ++tick) {
    double value = panel.low + (panel.high - panel.low) * tick / 4;
    out << fmt::format("<line x1='{0}' x2='{1}' y1='{2:.2f}' y2='{2:.2f}' "
                       "stroke='#ccd'/>\n<text x='{3}' y='{4:.2f}' "
                       "text-anchor='end'>{5}</text>\n",
                       kLeft, kWidth - kRight, panel.y(value), kLeft - 8,
                       panel.y(value) + 4, shortNumber(value));
  }
  for (int tick = 0; tick <= 4; ++tick) {
    int64_t step = range.from + (range.to - 1 - range.from) * tick / 4;
    double x = kLeft + (kWidth - kLeft - kRight) * tick / 4;
    out << fmt::format(
        "<text x='{:.2f}' y='{:.2f}' text-anchor='{}'>{}</text>\n", x,
        panel.top + kPanel - kBottom + 18,
        tick == 0   ? "start"
        : tick == 4 ? "end"
                    : "middle",
        step);
  }
  out << fmt::format("<text x='{}' y='{:.2f}' fill='#123' "
                     "font-weight='bold'>{}</text>\n",
                     kLeft, panel.top + kPanel - 8, escapeXml(track));
}

void dsc::writeSvg(SchedulePreview &preview, const PlotRange &range,
                   llvm::StringRef title, llvm::raw_ostream &out) {
  auto points = samplePoints(preview, range);
  size_t tracks = preview.getTracks().size();
  std::vector<std::vector<double>> values(tracks);
  std::vector<double> row;
  for (int64_t step : points) {
    preview.at(step, row);
    for (size_t track = 0; track < tracks; ++track)
      values[track].push_back(row[track]);
  }
  double height = 30 + kPanel * tracks;
  out << fmt::format(
      "<svg xmlns='http://www.w3.org/2000/svg' width='{0}' "
      "height='{1}' viewBox='0 0 {0} {1}' font-family='sans-serif' "
      "font-size='12' fill='#567'>\n<rect width='100%' "
      "height='100%' fill='white'/>\n<text x='{2}' y='22' "
      "font-size='15' fill='#123'>{3}</text>\n",
      kWidth, height, kLeft, escapeXml(title));
  double scale = (kWidth - kLeft - kRight) /
                 double(std::max<int64_t>(1, range.to - range.from));
  for (size_t track = 0; track < tracks; ++track) {
    auto [low, high] =
        std::minmax_element(values[track].begin(), values[track].end());
    Panel panel{14 + kPanel * track, std::min(0.0, *low), *high};
    drawPhases(preview, range, panel, scale, true, out);
    drawAxis(panel, range, preview.getTracks()[track], out);
    out << "<polyline fill='none' stroke='#0a6ebd' stroke-width='2' points='";
    for (size_t i = 0; i < points.size(); ++i)
      out << fmt::format("{:.2f},{:.2f} ",
                         kLeft + scale * (double(points[i] - range.from) + 0.5),
                         panel.y(values[track][i]));
    out << "'/>\n";
  }
  out << "</svg>\n";
}
