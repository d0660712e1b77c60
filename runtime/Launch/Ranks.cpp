//===- Ranks.cpp ----------------------------------------------------------===//

#include "runtime/Launch/Ranks.h"

#include "runtime/Base/Error.h"

#include <fmt/format.h>

using namespace dsc;

/// More on one host is a slip.
static constexpr int64_t kMostRanksOfHost = 4096;

int64_t dsc::ranksToStart(std::optional<int64_t> asked,
                          const std::optional<Place> &place, int64_t recipe) {
  if (asked && (*asked < 1 || *asked > kMostRanksOfHost))
    throw Error(Exit::usage, fmt::format("-n is {}, expected 1 to {}", *asked,
                                         kMostRanksOfHost));
  if (!place || place->size == 1)
    return asked.value_or(std::max<int64_t>(recipe, 1));
  if (place->localSize == 1)
    return asked.value_or(1);
  if (asked && *asked != place->localSize)
    throw Error(Exit::usage,
                fmt::format("-n is {}, but the launcher has started {} ranks "
                            "on this host",
                            *asked, place->localSize),
                "leave -n out, or let the launcher start one process on each "
                "host");
  return 1;
}

static const char *plural(int64_t count) { return count == 1 ? "" : "s"; }

/// The numbers of ranks that work, "1, 2, 4 or 8".
static std::string fitting(const plan::Training &training) {
  int64_t micro = std::max<int64_t>(training.micro_batch(), 1);
  int64_t whole = training.virtual_ranks() > 0 ? training.virtual_ranks()
                                               : training.batch() / micro;
  std::string last, list;
  for (int64_t ranks = 1; ranks <= whole && ranks <= kMostRanksOfHost;
       ++ranks) {
    if (whole % ranks != 0)
      continue;
    if (!last.empty())
      list += (list.empty() ? "" : ", ") + last;
    last = std::to_string(ranks);
  }
  return list.empty() ? last : list + " or " + last;
}

static void checkBatch(const plan::Training &training, int64_t ranks) {
  int64_t batch = training.batch(), micro = training.micro_batch();
  int64_t unit = std::max<int64_t>(micro, 1) * ranks;
  if (batch % unit == 0)
    return;
  std::string of = micro > 0 ? fmt::format("{} rank{} times micro_batch {} = "
                                           "{}",
                                           ranks, plural(ranks), micro, unit)
                             : fmt::format("{} ranks", ranks);
  throw Error(
      Exit::usage,
      fmt::format("batch is {}, which is not divisible by {}", batch, of),
      "start " + fitting(training) + " ranks");
}

void dsc::checkRanks(const plan::Training &training, int64_t ranks) {
  if (training.ranks() > 0 && training.ranks() != ranks)
    throw Error(Exit::usage,
                fmt::format("{} rank{} started, but the recipe's parallel.data "
                            "is {}",
                            ranks, ranks == 1 ? " is" : "s are",
                            training.ranks()),
                "start as many, or compile with parallel.data = \"auto\"");
  int64_t leaves = training.virtual_ranks();
  if (leaves == 0 && ranks > 1 && training.deterministic())
    throw Error(
        Exit::usage,
        fmt::format("deterministic is true, but virtual_ranks is not "
                    "set for {} ranks",
                    ranks),
        fmt::format("compile with --set parallel.virtual_ranks={}", ranks));
  if (leaves > 0 && leaves % ranks != 0)
    throw Error(Exit::usage,
                fmt::format("virtual_ranks is {}, which is not divisible by {} "
                            "ranks",
                            leaves, ranks),
                "start " + fitting(training) + " ranks");
  if (leaves == 0)
    checkBatch(training, ranks);
}
