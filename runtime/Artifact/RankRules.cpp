//===- RankRules.cpp ------------------------------------------------------===//

#include "runtime/Artifact/RankRules.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;

/// A longer list helps nobody.
static constexpr int64_t kMostListed = 4096;

/// The numbers of ranks that work, "start 1, 2, 4 or 8 ranks".
static std::string listFitting(const RankFacts &facts) {
  int64_t whole = facts.virtualRanks > 0
                      ? facts.virtualRanks
                      : facts.batch / std::max<int64_t>(facts.microBatch, 1);
  std::string last, list;
  for (int64_t ranks = 1; ranks <= std::min(whole, kMostListed); ++ranks) {
    if (whole % ranks != 0)
      continue;
    if (!last.empty())
      list += (list.empty() ? "" : ", ") + last;
    last = std::to_string(ranks);
  }
  return list.empty() ? "start one rank"
                      : "start " + list + " or " + last + " ranks";
}

static std::optional<RankFault> findBatchFault(const RankFacts &facts,
                                               int64_t ranks) {
  int64_t unit = std::max<int64_t>(facts.microBatch, 1) * ranks;
  if (facts.batch % unit == 0)
    return std::nullopt;
  std::string count = fmt::format("{} rank{}", ranks, ranks == 1 ? "" : "s");
  std::string divisor = facts.microBatch > 0
                            ? fmt::format("{} times micro_batch {} = {}", count,
                                          facts.microBatch, unit)
                            : count;
  return RankFault{fmt::format("batch is {}, which is not divisible by {}",
                               facts.batch, divisor),
                   listFitting(facts)};
}

std::optional<RankFault> dsc::findRankFault(const RankFacts &facts,
                                            int64_t ranks) {
  if (facts.ranks > 0 && facts.ranks != ranks)
    return RankFault{
        fmt::format("the recipe's parallel.data is {}, but the run has {} "
                    "rank{}",
                    facts.ranks, ranks, ranks == 1 ? "" : "s"),
        "start as many, or compile with parallel.data = \"auto\""};
  if (facts.virtualRanks > 0 && facts.virtualRanks % ranks != 0)
    return RankFault{fmt::format("virtual_ranks is {}, which is not divisible "
                                 "by {} ranks",
                                 facts.virtualRanks, ranks),
                     listFitting(facts)};
  if (facts.virtualRanks > 0)
    return std::nullopt;
  if (ranks > 1 && facts.deterministic)
    return RankFault{fmt::format("deterministic is true, but virtual_ranks is "
                                 "not set for {} ranks",
                                 ranks),
                     fmt::format("compile with --set "
                                 "parallel.virtual_ranks={}",
                                 ranks)};
  return findBatchFault(facts, ranks);
}
