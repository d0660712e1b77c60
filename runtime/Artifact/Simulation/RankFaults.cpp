//===- RankFaults.cpp -----------------------------------------------------===//

#include "runtime/Artifact/Simulation/RankFaults.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace dsc;

std::string RankFault::text() const {
  std::string where = everywhere ? "every rank"
                      : ranks.size() == 1
                          ? fmt::format("rank {}", ranks.front())
                          : fmt::format("ranks {}", fmt::join(ranks, ", "));
  if (!program.empty())
    where += ", " + program;
  if (op >= 0)
    where += fmt::format(", op {}", op);
  return where + ": " + message;
}

void RankFaults::add(int rank, std::string_view program, int op,
                     std::string message, std::string_view hint) {
  for (RankFault &fault : all) {
    if (fault.op != op || fault.program != program || fault.message != message)
      continue;
    auto place = std::lower_bound(fault.ranks.begin(), fault.ranks.end(), rank);
    if (place == fault.ranks.end() || *place != rank)
      fault.ranks.insert(place, rank);
    return;
  }
  all.push_back({{rank},
                 false,
                 std::string(program),
                 op,
                 std::move(message),
                 std::string(hint)});
}

std::vector<RankFault> RankFaults::take(int ranks) {
  for (RankFault &fault : all)
    fault.everywhere = ranks > 1 && int(fault.ranks.size()) == ranks;
  return std::move(all);
}
