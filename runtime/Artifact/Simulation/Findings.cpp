//===- Findings.cpp -------------------------------------------------------===//

#include "runtime/Artifact/Simulation/Findings.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace dsc;

std::string Finding::text() const {
  std::string where = everywhere ? "every rank"
                      : ranks.size() == 1
                          ? fmt::format("rank {}", ranks.front())
                          : fmt::format("ranks {}", fmt::join(ranks, ", "));
  if (!program.empty())
    where += fmt::format(", {}, op {}", program, op);
  return where + ": " + message;
}

void Findings::add(int rank, std::string_view program, int op,
                   std::string message, std::string_view hint) {
  for (Finding &finding : all) {
    if (finding.op != op || finding.program != program ||
        finding.message != message)
      continue;
    auto place =
        std::lower_bound(finding.ranks.begin(), finding.ranks.end(), rank);
    if (place == finding.ranks.end() || *place != rank)
      finding.ranks.insert(place, rank);
    return;
  }
  all.push_back({{rank},
                 false,
                 std::string(program),
                 op,
                 std::move(message),
                 std::string(hint)});
}

std::vector<Finding> Findings::take(int ranks) {
  for (Finding &finding : all)
    finding.everywhere = ranks > 1 && int(finding.ranks.size()) == ranks;
  return std::move(all);
}
