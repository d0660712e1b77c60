//===- Ranks.h - how many processes this run has ----------------*- C++ -*-===//
//
// `-n` says how many ranks there are on this host. A launcher that has started
// just as many has done the work already; one that has started a single process
// on each host leaves it to that process.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RANKS_RANKS_H
#define DSC_RUNTIME_LAUNCH_RANKS_RANKS_H

#include "runtime/Artifact/Plan_generated.h"
#include "runtime/Launch/Rendezvous/Place.h"

#include <cstdint>

namespace dsc {

/// Ranks that this process has to start; 1 where it is a rank itself. `recipe`
/// is [parallel] data, 0 for as many as are started. Throws
/// dsc::Error(Exit::usage) when `asked` is not what the launcher has started.
int64_t ranksToStart(std::optional<int64_t> asked,
                     const std::optional<Place> &place, int64_t recipe);

/// Throws dsc::Error(Exit::usage), with the arithmetic, unless a plan runs on
/// so many ranks.
void checkRanks(const plan::Training &training, int64_t ranks);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RANKS_RANKS_H
