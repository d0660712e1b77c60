//===- HtmlChart.cpp ------------------------------------------------------===//

#include "runtime/Report/HtmlChart.h"

#include "runtime/Base/Markup.h"
#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace dsc;

static constexpr double kWidth = 900, kHeight = 300, kLeft = 64, kRight = 14,
                        kTop = 26, kBottom = 30;

static double xOf(const HtmlChart &chart, double x) {
  return kLeft + (kWidth - kLeft - kRight) * x / std::max(chart.right, 1e-300);
}

static double yOf(const HtmlChart &chart, double y) {
  const Axis &axis = chart.axis;
  double share = axis.log ? std::log(std::max(y, axis.low) / axis.low) /
                                std::log(axis.high / axis.low)
                          : (y - axis.low) / (axis.high - axis.low);
  return kHeight - kBottom -
         (kHeight - kTop - kBottom) * std::clamp(share, 0.0, 1.0);
}

/// Round values, 1, 2 or 5 times a power of ten apart: about five of them.
static std::vector<double> linearTicks(double low, double high) {
  double rough = (high - low) / 5;
  if (!(rough > 0))
    return {low};
  double unit = std::pow(10, std::floor(std::log10(rough)));
  double step = unit * (rough / unit < 1.5   ? 1
                        : rough / unit < 3.5 ? 2
                        : rough / unit < 7.5 ? 5
                                             : 10);
  std::vector<double> ticks;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9;
       ++i)
    ticks.push_back(i * step + 0.0); // not -0
  return ticks;
}

/// Powers of ten, with 2 and 5 times them where there are few, and not each of
/// them where there are many.
static std::vector<double> logTicks(double low, double high) {
  std::vector<double> ticks;
  double decades = std::log10(high / low);
  double stride = std::max(1.0, std::ceil(decades / 8));
  for (double power = std::floor(std::log10(low)); power <= std::log10(high);
       power += stride)
    for (double times : {1.0, 2.0, 5.0})
      if (double value = times * std::pow(10, power);
          (decades < 3 || times == 1) && value >= low * 0.999 &&
          value <= high * 1.001)
        ticks.push_back(value);
  return ticks;
}

static std::string shortCount(double value) {
  return fmt::format("{:.6g}", value);
}

static void drawAxes(const HtmlChart &chart, std::string &out) {
  const Axis &axis = chart.axis;
  for (double tick : axis.log ? logTicks(axis.low, axis.high)
                              : linearTicks(axis.low, axis.high))
    out +=
        fmt::format("<line class='grid' x1='{}' x2='{}' y1='{:.1f}' "
                    "y2='{:.1f}'/><text x='{}' y='{:.1f}' "
                    "text-anchor='end'>{}</text>\n",
                    kLeft, kWidth - kRight, yOf(chart, tick), yOf(chart, tick),
                    kLeft - 7, yOf(chart, tick) + 4, shortNumber(tick));
  for (double tick : linearTicks(0, chart.right))
    out += fmt::format("<text x='{:.1f}' y='{}' text-anchor='{}'>{}</text>\n",
                       xOf(chart, tick), kHeight - kBottom + 18,
                       xOf(chart, tick) > kWidth - 40 ? "end" : "middle",
                       tick < 100000 ? shortCount(tick) : humanCount(tick));
  out += fmt::format("<line class='axis' x1='{0}' x2='{1}' y1='{2}' "
                     "y2='{2}'/>\n",
                     kLeft, kWidth - kRight, kHeight - kBottom);
}

/// Each name at the middle of its stretch, or as near to it as the one before
/// leaves room.
static void drawSpans(const HtmlChart &chart, std::string &out) {
  size_t index = 0;
  double free = kLeft;
  for (const ChartSpan &span : chart.spans) {
    double begin = xOf(chart, span.begin);
    double end = xOf(chart, std::min(span.end, chart.right));
    if (end <= begin)
      continue;
    out += fmt::format("<rect class='span{}' x='{:.1f}' y='{}' "
                       "width='{:.1f}' height='{}'><title>{}</title></rect>\n",
                       index++ % 2, begin, kTop, end - begin,
                       kHeight - kTop - kBottom, escapeMarkup(span.name));
    double width = 6.8 * double(span.name.size());
    double left = std::max((begin + end - width) / 2, free);
    if (left > end || left + width > kWidth)
      continue;
    out += fmt::format("<text x='{:.1f}' y='{}'>{}</text>\n", left, kTop - 8,
                       escapeMarkup(span.name));
    free = left + width + 8;
  }
}

static void drawCurve(const HtmlChart &chart, const HtmlCurve &curve,
                      std::string &out) {
  std::string points, marks;
  for (size_t i = 0; i < curve.line.x.size(); ++i) {
    double x = xOf(chart, curve.line.x[i]), y = yOf(chart, curve.line.y[i]);
    points += fmt::format("{:.1f},{:.1f} ", x, y);
    if (curve.dots)
      marks += fmt::format("<circle cx='{:.1f}' cy='{:.1f}' r='3.5'/>", x, y);
  }
  out += fmt::format("<g class='curve r{}'><title>{}</title><polyline{} "
                     "points='{}'/>{}</g>\n",
                     curve.run, escapeMarkup(curve.title),
                     curve.dots ? " class='thin'" : "", points, marks);
}

std::string dsc::drawHtmlChart(const HtmlChart &chart) {
  std::string out = fmt::format(
      "<figure><figcaption>{}{}</figcaption>\n<svg viewBox='0 0 {} {}' "
      "role='img' aria-label='{}'>\n",
      escapeMarkup(chart.title), chart.axis.log ? " (logarithmic)" : "", kWidth,
      kHeight, escapeMarkup(chart.title));
  drawSpans(chart, out);
  drawAxes(chart, out);
  for (size_t i = chart.curves.size(); i-- > 0;)
    drawCurve(chart, chart.curves[i], out);
  return out + "</svg></figure>\n";
}
