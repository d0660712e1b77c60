//===- Svg.cpp - a step as a picture --------------------------------------===//
//
// Time runs to the right within a lane: by FLOPs where units compute, by bytes
// where the update passes over memory. No machine is assumed, so the two lanes
// have scales of their own, and say so.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Svg.h"
#include "compiler/Driver/Plan/Report.h"
#include "runtime/Base/Markup.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;

namespace {

constexpr double kWidth = 960, kLeft = 24, kLane = kWidth - 2 * kLeft;
constexpr double kBox = 44, kHeld = 110, kBar = 30;
constexpr auto kForward = "#9cc4e8", kBackward = "#f0b48a", kUpdate = "#a9d3a5";

/// A span of a lane: `weight` of the lane's total.
struct Box {
  std::string name, detail;
  const char *colour;
  double weight;
};

class Picture {
public:
  Picture(const PlanReport &report, llvm::raw_ostream &out)
      : report(report), out(out) {}
  void draw();

private:
  void caption(double y, const std::string &text);
  void lane(double y, llvm::ArrayRef<Box> boxes);
  void heldActivations(double y, llvm::ArrayRef<Box> boxes);
  void memory(double y);
  std::vector<Box> computeBoxes() const;
  std::vector<Box> updateBoxes() const;

  const PlanReport &report;
  llvm::raw_ostream &out;
};

double totalWeight(llvm::ArrayRef<Box> boxes) {
  double total = 0;
  for (const Box &box : boxes)
    total += box.weight;
  return total > 0 ? total : 1;
}

} // namespace

void Picture::caption(double y, const std::string &text) {
  out << fmt::format("<text x='{}' y='{:.1f}' fill='#123'>{}</text>\n", kLeft,
                     y, escapeMarkup(text));
}

/// Boxes too narrow for their name have it in their tooltip alone.
void Picture::lane(double y, llvm::ArrayRef<Box> boxes) {
  double x = kLeft, total = totalWeight(boxes);
  for (const Box &box : boxes) {
    double width = kLane * box.weight / total;
    out << fmt::format("<g><title>{}: {}</title><rect x='{:.2f}' y='{:.1f}' "
                       "width='{:.2f}' height='{}' fill='{}' stroke='white'/>",
                       escapeMarkup(box.name), escapeMarkup(box.detail), x, y,
                       width, kBox, box.colour);
    if (width > 7.5 * double(box.name.size()))
      out << fmt::format("<text x='{:.2f}' y='{:.1f}' text-anchor='middle' "
                         "fill='#123'>{}</text>",
                         x + width / 2, y + kBox / 2 + 4,
                         escapeMarkup(box.name));
    out << "</g>\n";
    x += width;
  }
}

std::vector<Box> Picture::computeBoxes() const {
  std::vector<Box> boxes;
  for (const UnitCost &unit : report.units)
    boxes.push_back({unit.name, "forward, " + scaled(unit.flops, "FLOP"),
                     kForward, unit.flops});
  for (const UnitCost &unit : llvm::reverse(report.units))
    boxes.push_back(
        {unit.name,
         "backward, " + scaled(kBackwardOverForward * unit.flops, "FLOP"),
         kBackward, kBackwardOverForward * unit.flops});
  return boxes;
}

std::vector<Box> Picture::updateBoxes() const {
  std::vector<Box> boxes;
  for (const PassReport &pass : report.passes)
    if (pass.bytes() > 0)
      boxes.push_back({pass.name,
                       fmt::format("{}, {}", scaled(pass.bytes(), "B"),
                                   fmt::join(pass.parts, ", ")),
                       kUpdate, pass.bytes()});
  return boxes;
}

/// What a forward saves is held from its end until its backward ends.
void Picture::heldActivations(double y, llvm::ArrayRef<Box> boxes) {
  double most = std::max(report.activationBytes(), 1.0);
  double x = kLeft, total = totalWeight(boxes), held = 0;
  size_t units = report.units.size();
  out << fmt::format("<polygon fill='#e3d6f0' stroke='#8a63b5' points='{:.2f},"
                     "{:.1f} ",
                     x, y + kHeld);
  for (size_t i = 0; i < boxes.size(); ++i) {
    bool forward = i < units;
    double saved = report.units[forward ? i : 2 * units - 1 - i].savedBytes;
    double next = forward ? held + saved : held - saved;
    double end = x + kLane * boxes[i].weight / total;
    out << fmt::format("{:.2f},{:.1f} {:.2f},{:.1f} ", x,
                       y + kHeld * (1 - held / most), end,
                       y + kHeld * (1 - (forward ? next : held) / most));
    held = next;
    x = end;
  }
  out << fmt::format("{:.2f},{:.1f}'/>\n", x, y + kHeld);
}

void Picture::memory(double y) {
  static const char *const colours[] = {"#9cc4e8", "#f0b48a", "#c9c2e8",
                                        "#e3d6f0", "#a9d3a5", "#f2d98d"};
  double x = kLeft, total = std::max(report.memoryTotal(), 1.0);
  double line = y + kBar + 20;
  for (auto [i, entry] : llvm::enumerate(report.memory)) {
    const char *colour = colours[i % std::size(colours)];
    double width = kLane * entry.bytes / total;
    out << fmt::format("<rect x='{:.2f}' y='{:.1f}' width='{:.2f}' height='{}' "
                       "fill='{}'/>\n<rect x='{}' y='{:.1f}' width='10' "
                       "height='10' fill='{}'/><text x='{}' y='{:.1f}'>{}: {}"
                       "</text>\n",
                       x, y, width, kBar, colour, kLeft, line - 9, colour,
                       kLeft + 16, line, escapeMarkup(entry.name),
                       scaled(entry.bytes, "B"));
    x += width;
    line += 17;
  }
}

void Picture::draw() {
  constexpr double compute = 76, held = compute + kBox + 30,
                   update = held + kHeld + 44, bar = update + kBox + 44;
  beginSvg(kWidth, bar + kBar + 30 + 17 * double(report.memory.size()), kLeft,
           fmt::format("{}: one step of {} samples on {} rank{}", report.name,
                       report.batch, report.ranks,
                       report.ranks == 1 ? "" : "s"),
           out);
  std::vector<Box> boxes = computeBoxes();
  caption(compute - 10,
          fmt::format("{} x a micro-batch of {}: forward, then backward, by "
                      "FLOPs ({} in all)",
                      report.microBatches(), report.microBatch,
                      scaled(totalWeight(boxes), "FLOP")));
  lane(compute, boxes);
  caption(held - 10, "activations held meanwhile, at most " +
                         scaled(report.activationBytes(), "B"));
  heldActivations(held, boxes);
  caption(update - 10, "update: passes over memory, by bytes (" +
                           scaled(report.updateBytes(), "B") + " in all)");
  lane(update, updateBoxes());
  caption(bar - 10, "memory of a rank: " + scaled(report.memoryTotal(), "B"));
  memory(bar);
  out << "</svg>\n";
}

void dsc::writeSvg(const PlanReport &report, llvm::raw_ostream &out) {
  Picture(report, out).draw();
}
