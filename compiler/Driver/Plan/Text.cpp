//===- Text.cpp - `dsc plan` for people -----------------------------------===//

#include "compiler/Driver/Plan/Report.h"
#include "compiler/Driver/Plot/Plot.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <fmt/format.h>

using namespace dsc;

/// 1234567 as "1,234,567".
static std::string grouped(int64_t value) {
  std::string digits = std::to_string(value), text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i && (digits.size() - i) % 3 == 0)
      text += ',';
    text += digits[i];
  }
  return text;
}

std::string dsc::scaled(double value, llvm::StringRef unit) {
  static const char *const prefixes[] = {"", "k", "M", "G", "T", "P"};
  int index = 0;
  while (value >= 1000 && index < 5) {
    value /= 1000;
    ++index;
  }
  return fmt::format("{:.3g} {}{}", value, prefixes[index], unit.str());
}

static std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  return "[" +
         llvm::join(
             llvm::map_range(shape,
                             [](int64_t size) { return std::to_string(size); }),
             ", ") +
         "]";
}

static void writePhases(const PlanReport &report, llvm::raw_ostream &out) {
  out << fmt::format("\n{:<22} {:<12} {:>21} {:>24}\n", "schedule", "kind",
                     "steps", "LR");
  for (const PhaseReport &phase : report.phases)
    out << fmt::format(
        "  {:<20} {:<12} {:>21} {:>24}\n", phase.name, phase.kind,
        fmt::format("{} .. {}", phase.begin, phase.end - 1),
        shortNumber(phase.firstLr) + " -> " + shortNumber(phase.lastLr));
  if (report.batchScale)
    out << fmt::format("  for a batch of {} every LR is x {}\n", report.batch,
                       shortNumber(*report.batchScale));
  if (report.reactions.empty())
    return;
  out << "  if nothing of this happens:\n";
  for (const std::string &reaction : report.reactions)
    out << "    " << reaction << "\n";
}

/// What an author who knows phases would not expect, and what to write instead.
static void writeScheduleKind(const ScheduleKindReport &kind,
                              llvm::raw_ostream &out) {
  if (kind.name.empty())
    return;
  out << "\nquirks of " << kind.name << "\n";
  if (kind.quirks.empty())
    out << "  none has an effect here\n";
  for (const ScheduleQuirk &quirk : kind.quirks)
    out << fmt::format("  {:<4} {}\n", quirk.id, quirk.text);
  if (kind.native.empty()) {
    out << "  no phases say the same: " << kind.whyNoNative << "\n";
    return;
  }
  out << "  phases that say the same" << (kind.quirks.empty() ? "" : " without")
      << ":\n";
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(kind.native).rtrim().split(lines, '\n');
  for (llvm::StringRef line : lines)
    out << (line.empty() ? "" : "    ") << line << "\n";
}

static void writeGroups(const PlanReport &report, llvm::raw_ostream &out) {
  out << "\nparameters: " << grouped(report.parameterCount()) << "\n";
  for (const GroupReport &group : report.groups) {
    out << fmt::format("  group {}: {} in {} tensors", group.name,
                       grouped(group.size()), group.parameters.size());
    if (group.name != "frozen")
      out << fmt::format(", LR x {}, weight decay {}", group.lrScale,
                         group.weightDecay);
    out << "\n";
    for (const ParameterReport &parameter : group.parameters)
      out << fmt::format("    {:<44} {:<16} {}\n", parameter.name,
                         shapeText(parameter.shape), parameter.role);
  }
}

static void writeStages(const PlanReport &report, llvm::raw_ostream &out) {
  out << "\na step, in order\n";
  std::vector<llvm::StringRef> units;
  for (const UnitCost &unit : report.units)
    units.push_back(unit.name);
  out << "  " << report.microBatches() << " x forward and backward of "
      << units.size() << " units: " << llvm::join(units, ", ") << "\n";
  for (const PassReport &pass : report.passes) {
    out << fmt::format("  {:<24} {:<7}", pass.name, pass.kind);
    if (pass.bytesPerElement > 0)
      out << fmt::format(" {:>4.0f} B x {:<14}", pass.bytesPerElement,
                         grouped(pass.elements));
    else
      out << std::string(24, ' ');
    out << fmt::format(" {}\n", fmt::join(pass.parts, ", "));
  }
  out << "  " << scaled(report.updateBytes(), "B")
      << " of memory moved by the update\n";
}

static void writeRanks(const RanksReport &sharing, llvm::raw_ostream &out) {
  out << "\nranks: " << sharing.strategy << ", " << sharing.summary << "\n";
  out << fmt::format("  {} bucket{} of {}", sharing.buckets,
                     sharing.buckets == 1 ? "" : "s",
                     grouped(sharing.smallest));
  if (sharing.largest != sharing.smallest)
    out << " to " << grouped(sharing.largest);
  out << " elements, "
      << (sharing.virtualRanks ? "summed at the end of a step"
          : sharing.owned      ? "reduce-scattered while backward goes on"
                               : "all-reduced while backward goes on")
      << "\n";
  if (sharing.virtualRanks)
    out << fmt::format(
        "  {} virtual ranks: {} sum{} of all gradients kept, {}\n",
        sharing.virtualRanks, sharing.subtrees,
        sharing.subtrees == 1 ? "" : "s", scaled(sharing.subtreeBytes, "B"));
  out << fmt::format("  {:>6} {:>20} {:>28}\n", "ranks", "memory of a rank",
                     "a rank sends in a step");
  for (const RankFigures &figures : sharing.figures)
    out << fmt::format("  {:>6} {:>20} {:>28}\n", figures.ranks,
                       scaled(figures.memory, "B"),
                       scaled(figures.sentBytes, "B"));
}

static void writeMemory(const std::vector<MemoryReport> &memory,
                        llvm::raw_ostream &out) {
  for (const MemoryReport &entry : memory)
    out << fmt::format("  {:<42} {:>10}\n", entry.name,
                       scaled(entry.bytes, "B"));
}

void dsc::writeText(const PlanReport &report, llvm::raw_ostream &out) {
  bool rows = report.sequence == 1;
  std::string unit = rows ? "sample" : "token";
  out << fmt::format("{}: {} steps of {} samples{}, {}, {}\n", report.name,
                     grouped(report.steps), report.batch,
                     rows ? "" : fmt::format(" x {} tokens", report.sequence),
                     report.model, report.precision);
  out << fmt::format(
      "{} {}s in all, micro-batches of {} on {} rank{}\n",
      llvm::StringRef(scaled(double(report.steps) * report.tokensPerStep(), ""))
          .rtrim()
          .str(),
      unit, report.microBatch, report.ranks, report.ranks == 1 ? "" : "s");
  writePhases(report, out);
  writeScheduleKind(report.scheduleKind, out);
  writeGroups(report, out);
  writeStages(report, out);
  out << "\ncompute: " << scaled(report.flopsPerToken, "FLOP") << " per "
      << unit << ", "
      << scaled(report.flopsPerToken * report.tokensPerStep(), "FLOP")
      << " per step, "
      << scaled(report.flopsPerToken * report.tokensPerStep() * report.steps,
                "FLOP")
      << " in all\n\nmemory of a rank: " << scaled(report.memoryTotal(), "B")
      << "\n";
  writeMemory(report.memory, out);
  if (!report.staging.empty())
    out << "and of the host, where a rank has a device\n";
  writeMemory(report.staging, out);
  writeRanks(report.sharing, out);
}
