//===- Svg.cpp - a scene as SVG -------------------------------------------===//

#include "compiler/Driver/Svg.h"
#include "compiler/Driver/Plot/Plot.h"
#include "runtime/Base/Markup.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace dsc;

static constexpr double kWidth = 860, kPanel = 260, kLeft = 80, kRight = 20,
                        kTop = 46, kBottom = 44;
static constexpr const char *kColors[] = {"#0a6ebd", "#d2691e", "#2e8b57",
                                          "#a0298f", "#8a7a00", "#c0392b"};

namespace {

/// Where the values of one panel lie, in pixels.
class PanelView {
public:
  PanelView(const PlotScene &scene, const PlotPanel &panel, double top)
      : scene(scene), panel(panel), top(top) {}

  double x(double position) const {
    double span = scene.right - scene.left;
    double share = span > 0 ? (position - scene.left) / span : 0;
    return kLeft + (kWidth - kLeft - kRight) * std::clamp(share, 0.0, 1.0);
  }

  double y(double value) const {
    double share = 0.5;
    if (scene.log && panel.high > panel.low)
      share = std::log(value / panel.low) / std::log(panel.high / panel.low);
    else if (panel.high > panel.low)
      share = (value - panel.low) / (panel.high - panel.low);
    return top + kTop + (kPanel - kTop - kBottom) * (1 - share);
  }

  /// The value at a share of the axis.
  double valueAt(double share) const {
    if (scene.log)
      return panel.low * std::pow(panel.high / panel.low, share);
    return panel.low + (panel.high - panel.low) * share;
  }

  void drawPhases(llvm::raw_ostream &out) const;
  void drawAxes(llvm::raw_ostream &out) const;
  void drawCurve(size_t index, llvm::raw_ostream &out) const;

private:
  const PlotScene &scene;
  const PlotPanel &panel;
  double top;
};

} // namespace

void PanelView::drawPhases(llvm::raw_ostream &out) const {
  unsigned index = 0;
  double free = 0; // where the next name has room
  for (const ChartSpan &phase : scene.phases) {
    double begin = x(phase.begin), width = x(phase.end) - begin;
    out << fmt::format("<rect x='{:.2f}' y='{:.2f}' width='{:.2f}' "
                       "height='{:.2f}' fill='{}'/>\n",
                       begin, top + kTop, width, kPanel - kTop - kBottom,
                       index++ % 2 ? "#f3f6fa" : "#e8eef6");
    double room = 7.0 * double(phase.name.size());
    double middle = std::max(begin + width / 2, kLeft + room / 2);
    if (middle - room / 2 < free || middle + room / 2 > kWidth)
      continue;
    out << fmt::format("<text x='{:.2f}' y='{:.2f}' text-anchor='middle' "
                       "fill='#456'>{}</text>\n",
                       middle, top + kTop - 8, escapeMarkup(phase.name));
    free = middle + room / 2 + 6;
  }
}

void PanelView::drawAxes(llvm::raw_ostream &out) const {
  for (int tick = 0; tick <= 4; ++tick) {
    double value = valueAt(tick / 4.0);
    out << fmt::format("<line x1='{0}' x2='{1}' y1='{2:.2f}' y2='{2:.2f}' "
                       "stroke='#ccd'/>\n<text x='{3}' y='{4:.2f}' "
                       "text-anchor='end'>{5}</text>\n",
                       kLeft, kWidth - kRight, y(value), kLeft - 8,
                       y(value) + 4, shortNumber(value));
  }
  for (int tick = 0; tick <= 4; ++tick) {
    double position = scene.left + (scene.right - scene.left) * tick / 4;
    out << fmt::format(
        "<text x='{:.2f}' y='{:.2f}' text-anchor='{}'>{}</text>\n",
        kLeft + (kWidth - kLeft - kRight) * tick / 4,
        top + kPanel - kBottom + 18,
        tick == 0   ? "start"
        : tick == 4 ? "end"
                    : "middle",
        scene.unit == PlotUnit::steps ? fmt::format("{:.0f}", position)
                                      : positionLabel(scene.unit, position));
  }
  out << fmt::format("<text x='{}' y='{:.2f}' fill='#123' "
                     "font-weight='bold'>{}</text>\n",
                     kLeft, top + kPanel - 8, escapeMarkup(panel.track));
}

/// A curve in pieces, where values that cannot be drawn break it.
void PanelView::drawCurve(size_t index, llvm::raw_ostream &out) const {
  const ChartCurve &curve = panel.curves[index];
  std::string points;
  auto finish = [&] {
    if (!points.empty())
      out << fmt::format("<polyline fill='none' stroke='{}' stroke-width='2' "
                         "points='{}'/>\n",
                         kColors[index % std::size(kColors)], points);
    points.clear();
  };
  for (size_t i = 0; i < curve.x.size(); ++i) {
    if (std::isfinite(curve.y[i]))
      points += fmt::format("{:.2f},{:.2f} ", x(curve.x[i]), y(curve.y[i]));
    else
      finish();
  }
  finish();
}

/// Pixels that the names of several curves take above the panels.
static double legendHeight(const PlotScene &scene) {
  size_t count = scene.names.size();
  return count < 2 ? 0 : 18.0 * double(count) + 6;
}

static void drawLegend(const PlotScene &scene, llvm::raw_ostream &out) {
  if (scene.names.size() < 2)
    return;
  for (size_t i = 0; i < scene.names.size(); ++i)
    out << fmt::format("<rect x='{}' y='{}' width='14' height='4' "
                       "fill='{}'/><text x='{}' y='{}'>{}</text>\n",
                       kLeft, 36 + 18 * i, kColors[i % std::size(kColors)],
                       kLeft + 22, 42 + 18 * i, escapeMarkup(scene.names[i]));
}

void dsc::writeSvg(const PlotScene &scene, llvm::StringRef title,
                   llvm::raw_ostream &out) {
  double legend = legendHeight(scene);
  beginSvg(kWidth, 30 + legend + kPanel * double(scene.panels.size()), kLeft,
           title, out);
  drawLegend(scene, out);
  for (size_t i = 0; i < scene.panels.size(); ++i) {
    PanelView view(scene, scene.panels[i], 14 + legend + kPanel * double(i));
    view.drawPhases(out);
    view.drawAxes(out);
    for (size_t curve = scene.names.size(); curve-- > 0;)
      view.drawCurve(curve, out);
  }
  out << "</svg>\n";
}
