//===- Svg.cpp - the curve of a range test as SVG -------------------------===//
//
// The LR of an exponential ramp on a logarithmic axis, of any other on a linear
// one. The raw loss is pale, its average drawn over it; of several seeds the
// averages are shown, and the marks are those of the medians.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Svg.h"
#include "compiler/Driver/LrFind/LrFind.h"
#include "runtime/Base/TextChart.h"
#include "runtime/RangeTest/Report.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace dsc;

namespace {

constexpr double kWidth = 860, kHeight = 520, kLeft = 70, kRight = 24,
                 kTop = 92, kBottom = 56;
constexpr size_t kPoints = 4000;

class RangePicture {
public:
  RangePicture(const LrFindRequest &request, const RangeFindings &findings)
      : request(request), findings(findings),
        logarithmic(request.ramp == "exp") {
    findBounds();
  }

  std::string draw();

private:
  void findBounds();
  double x(double lr) const;
  double y(double loss) const;
  void drawAxes();
  void drawRateTicks();
  void drawCurve(const std::vector<double> &lr, const std::vector<double> &loss,
                 const char *style);
  void drawMark(const char *name, double lr, int row, const char *colour);
  void drawMarks();
  double medianOf(double (*value)(const RangeAnalysis &)) const;

  const LrFindRequest &request;
  const RangeFindings &findings;
  bool logarithmic;
  double low = INFINITY, high = -INFINITY; ///< of the losses that are shown
  std::string out;
};

} // namespace

/// The averages fill the picture; spikes of single losses and the explosion at
/// the end are cut.
void RangePicture::findBounds() {
  for (const RangeTest &test : findings.tests) {
    const std::vector<double> &smoothed = test.analysis.smoothed;
    for (size_t i = 0; i < smoothed.size(); ++i) {
      low = std::min({low, smoothed[i], test.series.loss[i]});
      high = std::max(high, smoothed[i]);
    }
    if (test.analysis.diverged && !smoothed.empty())
      high = std::min(high, std::max(smoothed.front(), 2 * low) * 1.2);
  }
  if (!(high > low))
    high = low + 1;
  double room = 0.05 * (high - low);
  low = low >= 0 ? std::max(0.0, low - room) : low - room;
  high += room;
}

double RangePicture::x(double lr) const {
  double part = logarithmic ? std::log(lr / request.from) /
                                  std::log(request.to / request.from)
                            : (lr - request.from) / (request.to - request.from);
  return kLeft + (kWidth - kLeft - kRight) * std::clamp(part, 0.0, 1.0);
}

double RangePicture::y(double loss) const {
  double part = std::clamp((high - loss) / (high - low), 0.0, 1.0);
  return kTop + (kHeight - kTop - kBottom) * part;
}

void RangePicture::drawRateTicks() {
  auto tick = [&](double lr) {
    out += fmt::format(
        "<line x1='{0:.2f}' x2='{0:.2f}' y1='{1}' y2='{2}' stroke='#e3e8ef'/>\n"
        "<text x='{0:.2f}' y='{3}' text-anchor='middle'>{4}</text>\n",
        x(lr), kTop, kHeight - kBottom, kHeight - kBottom + 18,
        shortNumber(lr));
  };
  if (!logarithmic) {
    for (int i = 0; i <= 4; ++i)
      tick(request.from + (request.to - request.from) * i / 4);
    return;
  }
  double first = std::ceil(std::log10(request.from) - 1e-9);
  double last = std::floor(std::log10(request.to) + 1e-9);
  double stride = std::max(1.0, std::ceil((last - first) / 12));
  for (double power = first; power <= last; power += stride)
    tick(std::pow(10.0, power));
}

void RangePicture::drawAxes() {
  drawRateTicks();
  for (int i = 0; i <= 4; ++i) {
    double loss = low + (high - low) * i / 4;
    out += fmt::format("<line x1='{0}' x2='{1}' y1='{2:.2f}' y2='{2:.2f}' "
                       "stroke='#e3e8ef'/>\n<text x='{3}' y='{4:.2f}' "
                       "text-anchor='end'>{5:.3g}</text>\n",
                       kLeft, kWidth - kRight, y(loss), kLeft - 8, y(loss) + 4,
                       loss);
  }
  out += fmt::format("<text x='{}' y='{}' text-anchor='middle' fill='#123'>"
                     "learning rate</text>\n",
                     (kLeft + kWidth - kRight) / 2, kHeight - 16);
  out += fmt::format("<text x='{}' y='{}' fill='#123'>loss</text>\n", 14,
                     kTop - 10);
}

void RangePicture::drawCurve(const std::vector<double> &lr,
                             const std::vector<double> &loss,
                             const char *style) {
  size_t count = std::min(lr.size(), loss.size());
  size_t stride = count / kPoints + 1;
  out += fmt::format("<polyline fill='none' {} points='", style);
  for (size_t i = 0; i < count; i += stride)
    if (std::isfinite(loss[i]))
      out += fmt::format("{:.2f},{:.2f} ", x(lr[i]), y(loss[i]));
  out += "'/>\n";
}

void RangePicture::drawMark(const char *name, double lr, int row,
                            const char *colour) {
  if (!(lr >= request.from && lr <= request.to))
    return;
  double at = x(lr), top = kTop - 8 - 13 * row;
  bool leftwards = at > kWidth - 200;
  out += fmt::format(
      "<line x1='{0:.2f}' x2='{0:.2f}' y1='{1}' y2='{2}' stroke='{3}' "
      "stroke-dasharray='4 3'/>\n<text x='{4:.2f}' y='{5}' fill='{3}' "
      "text-anchor='{6}'>{7} {8}</text>\n",
      at, top - 8, kHeight - kBottom, colour, at + (leftwards ? -4 : 4), top,
      leftwards ? "end" : "start", name, showRate(lr));
}

double RangePicture::medianOf(double (*value)(const RangeAnalysis &)) const {
  std::vector<double> values;
  for (const RangeTest &test : findings.tests)
    if (test.analysis.verdict != RangeVerdict::tooFewPoints)
      values.push_back(value(test.analysis));
  return spreadOf(values).median;
}

void RangePicture::drawMarks() {
  using A = const RangeAnalysis &;
  drawMark("valley", medianOf([](A a) { return a.valley.lr; }), 0, "#6b7a90");
  drawMark("steep", medianOf([](A a) { return a.steep.lr; }), 1, "#6b7a90");
  drawMark("minimum/10", medianOf([](A a) { return a.minimumTenth; }), 2,
           "#6b7a90");
  drawMark("slide", medianOf([](A a) { return a.slide.lr; }), 3, "#6b7a90");
  drawMark("best", medianOf([](A a) { return a.best.lr; }), 1, "#1a7f37");
  drawMark("onset", medianOf([](A a) { return a.onset.lr; }), 0, "#c0392b");
}

std::string RangePicture::draw() {
  llvm::raw_string_ostream opening(out);
  beginSvg(kWidth, kHeight, kLeft,
           findings.name + ": loss over the learning rate", opening);
  drawAxes();
  bool single = findings.tests.size() == 1;
  for (const RangeTest &test : findings.tests) {
    if (single)
      drawCurve(test.series.lr, test.series.loss,
                "stroke='#b9d3ea' stroke-width='1'");
    drawCurve(test.analysis.lr, test.analysis.smoothed,
              "stroke='#0a6ebd' stroke-width='2' stroke-opacity='0.8'");
  }
  drawMarks();
  return out + "</svg>\n";
}

std::string dsc::drawFindings(const LrFindRequest &request,
                              const RangeFindings &findings) {
  return RangePicture(request, findings).draw();
}
