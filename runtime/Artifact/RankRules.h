//===- RankRules.h - how many ranks a run can have --------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ARTIFACT_RANKRULES_H
#define DSC_RUNTIME_ARTIFACT_RANKRULES_H

#include "runtime/Artifact/Plan_generated.h"

#include <cstdint>
#include <optional>
#include <string>

namespace dsc {

struct RankRefusal {
  std::string message, hint;
};

/// What speaks against so many ranks, with the arithmetic.
std::optional<RankRefusal> findRankRefusal(const plan::Training &training,
                                           int64_t ranks);

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_RANKRULES_H
