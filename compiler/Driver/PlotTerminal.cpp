//===- PlotTerminal.cpp - a schedule in the terminal ----------------------===//
//
// Each character cell holds 2 x 4 braille dots, so that a curve is legible in a
// window of ordinary size.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Plot.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace dsc;

namespace {

/// A raster of braille dots, addressed by dot with (0, 0) at the top left.
class DotRaster {
public:
  DotRaster(unsigned columns, unsigned rows)
      : columns(columns), rows(rows), cells(columns * rows, 0) {}

  unsigned width() const { return columns * 2; }
  unsigned height() const { return rows * 4; }

  void set(unsigned x, unsigned y) {
    static const unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    cells[y / 4 * columns + x / 2] |= bits[y % 4][x % 2];
  }

  /// One row of cells as UTF-8; empty cells are spaces.
  std::string row(unsigned index) const {
    std::string text;
    for (unsigned column = 0; column < columns; ++column) {
      unsigned char dots = cells[index * columns + column];
      if (!dots) {
        text += ' ';
        continue;
      }
      unsigned code = 0x2800 + dots;
      text += char(0xE0 | code >> 12);
      text += char(0x80 | (code >> 6 & 0x3F));
      text += char(0x80 | (code & 0x3F));
    }
    return text;
  }

private:
  unsigned columns, rows;
  std::vector<unsigned char> cells;
};

/// The steps behind one column of dots and the extremes of the LR among them.
struct ColumnSpan {
  double low = INFINITY, high = -INFINITY;
};

constexpr unsigned kRows = 12;
constexpr unsigned kAxis = 10;   // characters left of the curve
constexpr int64_t kSamples = 32; // steps looked at per column of dots

} // namespace

std::string dsc::shortNumber(double value) {
  return fmt::format("{:.4g}", value);
}

static std::vector<ColumnSpan> sampleColumns(SchedulePreview &preview,
                                             const PlotRange &range,
                                             unsigned width) {
  std::vector<ColumnSpan> spans(width);
  double steps = double(range.to - range.from);
  for (unsigned x = 0; x < width; ++x) {
    auto first = range.from + int64_t(steps * x / width);
    auto last =
        std::max(first + 1, range.from + int64_t(steps * (x + 1) / width));
    last = std::min(last, range.to);
    int64_t stride = std::max<int64_t>(1, (last - first) / kSamples);
    for (int64_t step = std::min(first, range.to - 1); step < last;
         step += stride) {
      double lr = preview.lrAt(step);
      spans[x].low = std::min(spans[x].low, lr);
      spans[x].high = std::max(spans[x].high, lr);
    }
  }
  return spans;
}

static void drawCurve(DotRaster &raster, const std::vector<ColumnSpan> &spans,
                      double top) {
  auto dotRow = [&](double lr) {
    double scaled = top > 0 ? lr / top : 0;
    return unsigned(std::lround((1 - std::clamp(scaled, 0.0, 1.0)) *
                                (raster.height() - 1)));
  };
  unsigned previous = dotRow(spans.front().low);
  for (unsigned x = 0; x < spans.size(); ++x) {
    if (spans[x].high < spans[x].low)
      continue;
    unsigned high = dotRow(spans[x].high), low = dotRow(spans[x].low);
    // Join to the column before, so that a jump is a line and not two islands.
    unsigned begin = std::min(high, previous), end = std::max(low, previous);
    for (unsigned y = std::min(begin, high); y <= std::max(end, low); ++y)
      raster.set(x, y);
    previous = dotRow((spans[x].low + spans[x].high) / 2);
  }
}

/// Names of the phases under the curve, each where it begins, cut to its room.
static std::string phaseRuler(const SchedulePreview &preview,
                              const PlotRange &range, unsigned columns) {
  std::string names;
  for (const PhaseSpan &phase : preview.getPhases()) {
    int64_t begin = std::max(phase.begin, range.from);
    int64_t end = std::min(phase.end, range.to);
    if (begin >= end)
      continue;
    double steps = double(range.to - range.from);
    auto column = unsigned(columns * double(begin - range.from) / steps);
    auto next = unsigned(columns * double(end - range.from) / steps);
    if (next <= column)
      continue;
    names.resize(std::max<size_t>(names.size(), column), ' ');
    std::string label = "|" + phase.name;
    label.resize(next - column, ' ');
    names += label;
  }
  while (!names.empty() && names.back() == ' ')
    names.pop_back();
  return names;
}

void dsc::writeTerminalPlot(SchedulePreview &preview, const PlotRange &range,
                            unsigned columns, bool colour,
                            llvm::raw_ostream &out) {
  unsigned width = std::clamp(columns, 40u, 200u) - kAxis - 2;
  DotRaster raster(width, kRows);
  auto spans = sampleColumns(preview, range, raster.width());
  double top = 0;
  for (const ColumnSpan &span : spans)
    top = std::max(top, span.high);
  drawCurve(raster, spans, top);

  const char *paint = colour ? "\033[36m" : "",
             *plain = colour ? "\033[0m" : "";
  for (unsigned row = 0; row < kRows; ++row) {
    std::string label;
    if (row == 0 || row == kRows / 2 || row == kRows - 1)
      label = shortNumber(top * (1 - double(row) / (kRows - 1)));
    out << fmt::format("{:>{}} │", label, kAxis) << paint << raster.row(row)
        << plain << '\n';
  }
  std::string rule;
  for (unsigned i = 0; i < width; ++i)
    rule += "─";
  out << std::string(kAxis + 1, ' ') << "└" << rule << '\n';
  std::string pad(kAxis + 2, ' ');
  out << pad << phaseRuler(preview, range, width) << '\n';
  std::string first = fmt::format("step {}", range.from);
  std::string last = fmt::format("{}", range.to - 1);
  size_t room = width > first.size() + last.size()
                    ? width - first.size() - last.size()
                    : 1;
  out << pad << first << std::string(room, ' ') << last << '\n';
}
