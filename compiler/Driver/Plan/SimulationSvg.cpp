//===- SimulationSvg.cpp - a step on all ranks as a picture ---------------===//
//
// Two lanes for each rank over one axis of time: what it computes, and what it
// says to the others meanwhile. Below, the memory of each.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Plan/Simulation.h"
#include "compiler/Driver/Svg.h"
#include "runtime/Base/Markup.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

using namespace dsc;
using plan::OpCode;

namespace {

constexpr double kWidth = 960, kLeft = 24, kLabel = 74;
constexpr double kOrigin = kLeft + kLabel, kLane = kWidth - kOrigin - kLeft;
constexpr double kCompute = 30, kSends = 18, kRank = kCompute + kSends + 16;
constexpr double kBar = 18, kBarStep = 26, kLegend = 17;
constexpr int kMostRanks = 8;

/// What a box stands for, and how it looks.
struct Style {
  const char *name, *colour;
};

constexpr Style kStyles[] = {{"forward", "#9cc4e8"},
                             {"backward", "#f0b48a"},
                             {"update", "#a9d3a5"},
                             {"sum of gradients", "#c9a6e0"},
                             {"gathering of parameters", "#f2d98d"},
                             {"losses and block sums", "#b8c4cc"}};

const Style &styleOf(const Span &span) {
  switch (span.code) {
  case OpCode::forward:
    return kStyles[0];
  case OpCode::backward:
    return kStyles[1];
  case OpCode::all_gather:
    return kStyles[4];
  case OpCode::reduce_scatter:
  case OpCode::join_subtrees:
  case OpCode::keep_subtree:
    return kStyles[3];
  case OpCode::all_reduce:
    return span.index < 0 ? kStyles[5] : kStyles[3];
  case OpCode::share_loss:
    return kStyles[5];
  default:
    return kStyles[2];
  }
}

constexpr const char *kMemoryColours[] = {"#9cc4e8", "#f0b48a", "#a9d3a5",
                                          "#f2d98d", "#c9a6e0", "#b8c4cc",
                                          "#e3a6a6", "#8fd0cc"};

class Picture {
public:
  Picture(const SimulationReport &report, llvm::raw_ostream &out);
  void draw();

private:
  void text(double x, double y, const std::string &text,
            const char *anchor = "start");
  void axis(double top, double bottom);
  void box(const Span &span, double top);
  void legend(double y);
  void memory(double top);
  size_t colourOf(const std::string &buffer) const;

  const SimulationReport &report;
  const Simulation &result;
  llvm::raw_ostream &out;
  int drawn;                        ///< ranks
  double end = 0;                   ///< seconds
  double most = 1;                  ///< bytes of a rank
  std::vector<std::string> buffers; ///< as the legend lists them
};

} // namespace

static constexpr auto kActivations = "activations";

Picture::Picture(const SimulationReport &report, llvm::raw_ostream &out)
    : report(report), result(report.result), out(out),
      drawn(std::min(report.ranks, kMostRanks)) {
  for (const Span &span : result.timeline)
    end = std::max(end, span.end);
  for (const RankReport &rank : result.ranks) {
    most = std::max(most, rank.highWater());
    for (const BufferMemory &buffer : rank.buffers)
      if (buffer.bytes > 0.01 * rank.highWater() &&
          std::find(buffers.begin(), buffers.end(), buffer.name) ==
              buffers.end())
        buffers.push_back(buffer.name);
  }
  buffers.push_back(kActivations);
}

void Picture::text(double x, double y, const std::string &text,
                   const char *anchor) {
  out << fmt::format("<text x='{:.1f}' y='{:.1f}' text-anchor='{}' "
                     "fill='#123'>{}</text>\n",
                     x, y, anchor, escapeMarkup(text));
}

/// About eight ticks at round times.
void Picture::axis(double top, double bottom) {
  double step = std::pow(10, std::floor(std::log10(end / 4)));
  for (double factor : {2.0, 5.0})
    if (end / (step * factor) >= 4)
      step *= factor;
  for (int tick = 0; tick * step <= end; ++tick) {
    double x = kOrigin + kLane * tick * step / end;
    out << fmt::format("<line x1='{0:.1f}' y1='{1:.1f}' x2='{0:.1f}' "
                       "y2='{2:.1f}' stroke='#dde3e8'/>\n",
                       x, top, bottom);
    text(x, bottom + 14, secondsText(tick * step), "middle");
  }
}

void Picture::box(const Span &span, double top) {
  bool sends = span.lane == plan::Lane::communication;
  double begin = std::max(span.begin, 0.0);
  double x = kOrigin + kLane * begin / end;
  double width = kLane * (span.end - begin) / end;
  double y = sends ? top + kCompute + 2 : top;
  double height = sends ? kSends : kCompute;
  std::string label = sends && span.index >= 0 ? fmt::format("{}", span.index)
                      : sends ? ""
                              : span.what.substr(span.what.rfind(' ') + 1);
  out << fmt::format("<g><title>rank {}: {}, {}</title><rect x='{:.2f}' "
                     "y='{:.1f}' width='{:.2f}' height='{:.0f}' fill='{}' "
                     "stroke='white' stroke-width='0.5'/>",
                     span.rank, escapeMarkup(span.what),
                     secondsText(span.end - span.begin), x, y, width, height,
                     styleOf(span).colour);
  if (width > 7.5 * double(label.size()) && !label.empty())
    out << fmt::format("<text x='{:.2f}' y='{:.1f}' text-anchor='middle' "
                       "fill='#123'>{}</text>",
                       x + width / 2, y + height / 2 + 4, escapeMarkup(label));
  out << "</g>\n";
}

void Picture::legend(double y) {
  double x = kOrigin;
  for (const Style &style : kStyles) {
    out << fmt::format("<rect x='{:.1f}' y='{:.1f}' width='10' height='10' "
                       "fill='{}'/>",
                       x, y - 9, style.colour);
    text(x + 15, y, style.name);
    x += 34 + 6.4 * double(std::string_view(style.name).size());
  }
}

size_t Picture::colourOf(const std::string &buffer) const {
  auto found = std::find(buffers.begin(), buffers.end(), buffer);
  return size_t(found - buffers.begin()) % std::size(kMemoryColours);
}

void Picture::memory(double top) {
  for (int index = 0; index < drawn; ++index) {
    const RankReport &rank = result.ranks[size_t(index)];
    double x = kOrigin, y = top + index * kBarStep;
    text(kLeft, y + 13, fmt::format("rank {}", index));
    auto part = [&](const std::string &name, double bytes) {
      double width = 0.9 * kLane * bytes / most;
      out << fmt::format("<rect x='{:.2f}' y='{:.1f}' width='{:.2f}' "
                         "height='{:.0f}' fill='{}'><title>{}: "
                         "{}</title></rect>\n",
                         x, y, width, kBar, kMemoryColours[colourOf(name)],
                         escapeMarkup(name), scaled(bytes, "B"));
      x += width;
    };
    for (const BufferMemory &buffer : rank.buffers)
      if (buffer.bytes > 0.01 * rank.highWater())
        part(buffer.name, buffer.bytes);
    part(kActivations, rank.activations);
    text(x + 6, y + 13, scaled(rank.highWater(), "B"));
  }
  double x = kOrigin, y = top + drawn * kBarStep + 14;
  for (const std::string &name : buffers) {
    out << fmt::format("<rect x='{:.1f}' y='{:.1f}' width='10' height='10' "
                       "fill='{}'/>",
                       x, y - 9, kMemoryColours[colourOf(name)]);
    text(x + 15, y, name);
    x += 34 + 6.4 * double(name.size());
  }
}

void Picture::draw() {
  double top = 82, bottom = top + drawn * kRank;
  double bars = bottom + 66;
  beginSvg(kWidth, bars + drawn * kBarStep + 30, kLeft,
           fmt::format("{}: one step of {} samples on {} rank{}{}", report.name,
                       report.batch, report.ranks, report.ranks == 1 ? "" : "s",
                       report.walkedText()),
           out);
  text(kLeft, 42, report.assumptions());
  legend(64);
  if (end > 0)
    axis(top - 6, bottom);
  for (int rank = 0; rank < drawn; ++rank) {
    double y = top + rank * kRank;
    text(kLeft, y + kCompute / 2 + 4, fmt::format("rank {}", rank));
    out << fmt::format("<text x='{:.1f}' y='{:.1f}'>sends</text>\n", kLeft + 10,
                       y + kCompute + 15);
    for (const Span &span : result.timeline)
      if (span.rank == rank)
        box(span, y);
  }
  text(kLeft, bottom + 48,
       fmt::format("memory of a rank{}; sends {} a step; {:.0f} % of the "
                   "gradients' exchange goes on while backward does",
                   drawn < report.ranks ? fmt::format(" (the first {} of {})",
                                                      drawn, report.ranks)
                                        : "",
                   scaled(result.ranks.front().sent, "B"),
                   100 * result.hidden()));
  memory(bars);
  out << "</svg>\n";
}

void dsc::writeSvg(const SimulationReport &report, llvm::raw_ostream &out) {
  Picture(report, out).draw();
}
