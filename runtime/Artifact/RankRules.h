//===- RankRules.h - how many ranks a run can have --------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ARTIFACT_RANKRULES_H
#define DSC_RUNTIME_ARTIFACT_RANKRULES_H

#include <cstdint>
#include <optional>
#include <string>

namespace dsc {

/// What of a recipe bears on it.
struct RankFacts {
  int64_t batch = 1;
  int64_t microBatch = 0;   ///< 0: batch / ranks
  int64_t ranks = 0;        ///< 0: as many as are started
  int64_t virtualRanks = 0; ///< 0: none
  bool deterministic = false;
};

struct RankFault {
  std::string message, hint;
};

/// What speaks against so many ranks, with the arithmetic.
std::optional<RankFault> findRankFault(const RankFacts &facts, int64_t ranks);

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_RANKRULES_H
