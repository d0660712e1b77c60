//===- TextChart.cpp ------------------------------------------------------===//

#include "runtime/Base/TextChart.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

using namespace dsc;

static constexpr unsigned kAxis = 10; // characters left of the curve
static constexpr unsigned kRulerRows = 3;
static constexpr const char *kColors[] = {"36", "33", "35", "32", "34", "31"};

std::string dsc::shortNumber(double value) {
  return fmt::format("{:.4g}", value);
}

static std::string paint(size_t curve, const std::string &text, bool color) {
  if (!color)
    return text;
  return fmt::format("\033[{}m{}\033[0m", kColors[curve % std::size(kColors)],
                     text);
}

static char letterOf(size_t curve) { return char('a' + curve % 26); }

std::string dsc::chartMark(size_t curve, bool color) {
  return paint(curve, std::string(1, letterOf(curve)), color);
}

namespace {

/// A raster of braille dots, addressed by dot with (0, 0) at the top left. A
/// cell belongs to the curve that reached it last.
class DotRaster {
public:
  DotRaster(unsigned columns, unsigned rows)
      : columns(columns), rows(rows), cells(columns * rows) {}

  int width() const { return int(columns * 2); }
  int height() const { return int(rows * 4); }

  void set(int x, int y, size_t curve) {
    static const unsigned char bits[4][2] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell &cell = cells[unsigned(y) / 4 * columns + unsigned(x) / 2];
    if (cell.curve != curve)
      cell = {0, curve};
    cell.dots |= bits[y % 4][x % 2];
  }

  void line(int x0, int y0, int x1, int y1, size_t curve) {
    int length = std::max({std::abs(x1 - x0), std::abs(y1 - y0), 1});
    for (int i = 0; i <= length; ++i)
      set(x0 + int(std::lround(double(x1 - x0) * i / length)),
          y0 + int(std::lround(double(y1 - y0) * i / length)), curve);
  }

  /// One row of cells as UTF-8; empty cells are spaces.
  std::string row(unsigned index, bool letters, bool color) const {
    std::string text;
    for (unsigned column = 0; column < columns; ++column) {
      const Cell &cell = cells[index * columns + column];
      if (!cell.dots)
        text += ' ';
      else if (letters)
        text += letterOf(cell.curve);
      else
        text += paint(cell.curve, braille(cell.dots), color);
    }
    return text;
  }

private:
  struct Cell {
    unsigned char dots = 0;
    size_t curve = 0;
  };

  static std::string braille(unsigned char dots) {
    unsigned code = 0x2800 + dots;
    return {char(0xE0 | code >> 12), char(0x80 | (code >> 6 & 0x3F)),
            char(0x80 | (code & 0x3F))};
  }

  unsigned columns, rows;
  std::vector<Cell> cells;
};

} // namespace

/// Where a value lies between two others, 0 to 1.
static double shareOf(double value, double low, double high, bool log) {
  if (log)
    return shareOf(std::log(std::max(value, low)), std::log(low),
                   std::log(high), false);
  if (!(high > low))
    return 0.5;
  return std::clamp((value - low) / (high - low), 0.0, 1.0);
}

static void drawCurve(DotRaster &raster, const TextChart &chart, size_t index) {
  const ChartCurve &curve = chart.curves[index];
  bool joined = false;
  int lastX = 0, lastY = 0;
  for (size_t i = 0; i < curve.x.size(); ++i) {
    if (!std::isfinite(curve.y[i]) || curve.x[i] < chart.left ||
        curve.x[i] > chart.right) {
      joined = false;
      continue;
    }
    double across = shareOf(curve.x[i], chart.left, chart.right, false);
    double up = shareOf(curve.y[i], chart.low, chart.high, chart.log);
    int x = int(std::lround(across * (raster.width() - 1)));
    int y = int(std::lround((1 - up) * (raster.height() - 1)));
    if (joined)
      raster.line(lastX, lastY, x, y, index);
    else
      raster.set(x, y, index);
    joined = true;
    lastX = x;
    lastY = y;
  }
}

/// The value at a row's height.
static double valueAt(const TextChart &chart, unsigned row) {
  double down = double(row) / (chart.rows - 1);
  if (row == chart.rows - 1)
    return chart.low;
  if (chart.log)
    return chart.high * std::pow(chart.low / chart.high, down);
  return chart.high + (chart.low - chart.high) * down;
}

/// Puts a label at `column` of the first line where it fits; on the last one it
/// is cut to its room.
static void place(std::vector<std::string> &lines, size_t column,
                  std::string label, size_t width) {
  label.resize(std::min(label.size(), width - column));
  for (size_t i = 0; i < kRulerRows; ++i) {
    if (lines.size() == i)
      lines.emplace_back();
    std::string &line = lines[i];
    bool last = i + 1 == kRulerRows;
    if (line.size() > column) {
      if (!last)
        continue;
      line.resize(column);
    }
    line.resize(column, ' ');
    line += label;
    return;
  }
}

/// Names of the spans below the axis, each where it begins.
static std::vector<std::string> ruler(const TextChart &chart, unsigned width) {
  std::vector<std::string> lines;
  for (const ChartSpan &span : chart.spans) {
    double begin = std::max(span.begin, chart.left);
    if (begin >= std::min(span.end, chart.right) &&
        !(begin == chart.left && span.end > chart.left))
      continue;
    double share = shareOf(begin, chart.left, chart.right, false);
    auto column = size_t(chart.left < chart.right ? share * width : 0);
    if (column < width)
      place(lines, column, "|" + span.name, width);
  }
  return lines;
}

std::string dsc::drawChart(const TextChart &chart) {
  unsigned width = std::clamp(chart.columns, 40u, 200u) - kAxis - 2;
  DotRaster raster(width, chart.rows);
  for (size_t i = chart.curves.size(); i-- > 0;)
    drawCurve(raster, chart, i);
  bool letters = chart.curves.size() > 1 && !chart.color;
  std::string text;
  for (unsigned row = 0; row < chart.rows; ++row) {
    std::string label;
    if (row == 0 || row == chart.rows / 2 || row == chart.rows - 1)
      label = shortNumber(valueAt(chart, row));
    text += fmt::format("{:>{}} │{}\n", label, kAxis,
                        raster.row(row, letters, chart.color));
  }
  std::string rule;
  for (unsigned i = 0; i < width; ++i)
    rule += "─";
  text += std::string(kAxis + 1, ' ') + "└" + rule + '\n';
  std::string pad(kAxis + 2, ' ');
  for (const std::string &line : ruler(chart, width))
    text += pad + line + '\n';
  size_t labels = chart.leftLabel.size() + chart.rightLabel.size();
  size_t room = width > labels ? width - labels : 1;
  return text + pad + chart.leftLabel + std::string(room, ' ') +
         chart.rightLabel + '\n';
}
