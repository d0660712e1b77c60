//===- RankRules.cpp ------------------------------------------------------===//

#include "runtime/Artifact/RankRules.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;

/// A longer list helps nobody.
static constexpr int64_t kMostListed = 4096;

/// The numbers of ranks that work, "start 1, 2, 4 or 8 ranks".
static std::string listFitting(const plan::Training &training) {
  int64_t whole =
      training.virtual_ranks() > 0
          ? training.virtual_ranks()
          : training.batch() / std::max<int64_t>(training.micro_batch(), 1);
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

static std::optional<RankRefusal> findBatchFault(const plan::Training &training,
                                                 int64_t ranks) {
  int64_t unit = std::max<int64_t>(training.micro_batch(), 1) * ranks;
  if (training.batch() % unit == 0)
    return std::nullopt;
  std::string count = fmt::format("{} rank{}", ranks, ranks == 1 ? "" : "s");
  std::string divisor = training.micro_batch() > 0
                            ? fmt::format("{} times micro_batch {} = {}", count,
                                          training.micro_batch(), unit)
                            : count;
  return RankRefusal{fmt::format("batch is {}, which is not divisible by {}",
                                 training.batch(), divisor),
                     listFitting(training)};
}

std::optional<RankRefusal> dsc::findRankRefusal(const plan::Training &training,
                                                int64_t ranks) {
  if (training.ranks() > 0 && training.ranks() != ranks)
    return RankRefusal{
        fmt::format("the recipe's parallel.data is {}, but the run has {} "
                    "rank{}",
                    training.ranks(), ranks, ranks == 1 ? "" : "s"),
        "start as many, or compile with parallel.data = \"auto\""};
  if (training.virtual_ranks() > 0 && training.virtual_ranks() % ranks != 0)
    return RankRefusal{
        fmt::format("virtual_ranks is {}, which is not divisible "
                    "by {} ranks",
                    training.virtual_ranks(), ranks),
        listFitting(training)};
  if (training.virtual_ranks() > 0)
    return std::nullopt;
  if (ranks > 1 && training.deterministic())
    return RankRefusal{
        fmt::format("deterministic is true, but virtual_ranks is "
                    "not set for {} ranks",
                    ranks),
        fmt::format("compile with --set "
                    "parallel.virtual_ranks={}",
                    ranks)};
  return findBatchFault(training, ranks);
}
