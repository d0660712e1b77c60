//===- Messages.h - small things that ranks tell one another ----*- C++ -*-===//
//
// Collective calls, over a communicator's: every rank makes them.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_MESSAGES_H
#define DSC_RUNTIME_COLLECTIVES_MESSAGES_H

#include "runtime/Collectives/Communicator.h"

#include <vector>

namespace dsc {

/// Whether any rank says so.
bool isAny(Communicator &communicator, bool mine);

/// What rank 0 has, on every rank.
std::string fromFirst(Communicator &communicator, std::string text);

/// The numbers of all ranks, rank by rank; each has as many.
std::vector<double> gatherAll(Communicator &communicator,
                              std::span<const double> mine);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_MESSAGES_H
