//===- Supervisor.h - the ranks that `dsc run -n` starts --------*- C++ -*-===//
//
// The process that was asked for N ranks starts them, and trains nothing
// itself: it passes on their words and its signals, ends all when one is lost,
// and leaves with one exit code for them all. When it dies itself, its ranks
// save and stop.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RANKS_SUPERVISOR_H
#define DSC_RUNTIME_LAUNCH_RANKS_SUPERVISOR_H

#include "runtime/Base/Error.h"
#include "runtime/Launch/Rendezvous/Place.h"

#include <optional>

namespace dsc {

/// Starts this program `count` times with the same arguments, each as a rank:
/// of this host alone, or of as many on each of `hosts`' hosts. Returns the
/// exit code of them all; throws dsc::Error that names the rank which failed
/// alone.
Exit superviseRanks(int count, const std::optional<Place> &hosts, char **argv);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RANKS_SUPERVISOR_H
