//===- Ranks.cpp ----------------------------------------------------------===//

#include "runtime/Launch/Ranks/Ranks.h"

#include "runtime/Artifact/RankRules.h"
#include "runtime/Base/Error.h"

#include <fmt/format.h>

using namespace dsc;

int64_t dsc::ranksToStart(std::optional<int64_t> asked,
                          const std::optional<Place> &place, int64_t recipe) {
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

void dsc::checkRanks(const plan::Training &training, int64_t ranks) {
  if (std::optional<RankRefusal> refusal = findRankRefusal(training, ranks))
    throw Error(Exit::usage, refusal->message, refusal->hint);
}
