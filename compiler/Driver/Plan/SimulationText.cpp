//===- SimulationText.cpp - all ranks for people --------------------------===//

#include "compiler/Driver/Plan/Simulation.h"

#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <fmt/format.h>

using namespace dsc;
using plan::OpCode;

static constexpr int kMostRows = 8, kMostDrawn = 4, kColumns = 72;

static void writeVerdict(const SimulationReport &report,
                         llvm::raw_ostream &out) {
  const Simulation &result = report.result;
  if (report.isRight()) {
    out << fmt::format("\n{} rank{} together: right. {} collective{} a step "
                       "match, nobody waits for ever, nothing is read before "
                       "it is there\n",
                       report.ranks, report.ranks == 1 ? "" : "s",
                       result.collectives, result.collectives == 1 ? "" : "s");
    return;
  }
  out << fmt::format("\n{} ranks together: {} fault{}\n", report.ranks,
                     result.faults.size(),
                     result.faults.size() == 1 ? "" : "s");
  for (const RankFault &fault : result.faults)
    out << "  " << fault.text() << "\n    hint: " << fault.hint << "\n";
}

static void writeTable(const Simulation &result, llvm::raw_ostream &out) {
  out << fmt::format("  {:<6} {:>12} {:>14} {:>14} {:>14}\n", "rank", "buffers",
                     "at most", "sends a step", "waits a step");
  int count = int(result.ranks.size());
  for (int index = 0; index < std::min(count, kMostRows); ++index) {
    const RankReport &rank = result.ranks[size_t(index)];
    out << fmt::format("  {:<6} {:>12} {:>14} {:>14} {:>14}\n", index,
                       scaled(rank.highWater() - rank.activations, "B"),
                       scaled(rank.highWater(), "B"), scaled(rank.sent, "B"),
                       secondsText(rank.waiting));
  }
  if (count > kMostRows)
    out << fmt::format("  and {} more\n", count - kMostRows);
  if (result.links.empty())
    return;
  auto [least, most] = std::minmax_element(
      result.links.begin(), result.links.end(),
      [](const auto &a, const auto &b) { return a.bytes < b.bytes; });
  out << fmt::format("  {} links, each carries {} to {} a step\n",
                     result.links.size(), scaled(least->bytes, "B"),
                     scaled(most->bytes, "B"));
}

/// A letter for what a lane does.
static char letterOf(OpCode code) {
  switch (code) {
  case OpCode::forward:
    return 'F';
  case OpCode::backward:
    return 'B';
  case OpCode::all_gather:
    return 'G';
  case OpCode::all_reduce:
  case OpCode::reduce_scatter:
  case OpCode::join_subtrees:
  case OpCode::keep_subtree:
    return 'R';
  case OpCode::share_loss:
    return 'L';
  default:
    return 'U';
  }
}

/// In every column what takes most of its time.
static std::string drawLane(const Simulation &result, int rank, plan::Lane lane,
                            double end) {
  std::string row(kColumns, '.');
  for (int column = 0; column < kColumns; ++column) {
    double from = end * column / kColumns, to = end * (column + 1) / kColumns;
    double most = 0;
    for (const Span &span : result.timeline) {
      double shared = std::min(span.end, to) - std::max(span.begin, from);
      if (span.rank != rank || span.lane != lane || shared <= most)
        continue;
      most = shared;
      row[size_t(column)] = letterOf(span.code);
    }
  }
  return row;
}

static void writeTimeline(const SimulationReport &report,
                          llvm::raw_ostream &out) {
  const Simulation &result = report.result;
  double end = 0;
  for (const Span &span : result.timeline)
    end = std::max(end, span.end);
  if (end <= 0)
    return;
  out << fmt::format(
      "\none step{}, {}: forward F, backward B, update U; sums R, "
      "gathers G, losses L\n",
      report.walkedText(), secondsText(end));
  int drawn = std::min(report.ranks, kMostDrawn);
  for (int rank = 0; rank < drawn; ++rank) {
    out << fmt::format("  {:<4} computes  {}\n", rank,
                       drawLane(result, rank, plan::Lane::compute, end));
    if (report.ranks > 1)
      out << fmt::format(
          "       sends     {}\n",
          drawLane(result, rank, plan::Lane::communication, end));
  }
  if (drawn < report.ranks)
    out << fmt::format("  and {} more\n", report.ranks - drawn);
  out << "  " << report.assumptions() << ":\n"
      << fmt::format("  {} takes {}; {:.0f} % of the gradients' exchange "
                     "goes on while backward does\n",
                     report.walkedText().empty() ? "a step" : "so much of it",
                     secondsText(result.stepSeconds), 100 * result.hidden());
}

void dsc::writeText(const SimulationReport &report, llvm::raw_ostream &out) {
  writeVerdict(report, out);
  if (!report.result.ranks.empty())
    writeTable(report.result, out);
  writeTimeline(report, out);
}
