//===- Rendezvous.h - how ranks come to one store ---------------*- C++ -*-===//
//
// On one host ranks meet in a folder that only their user can enter; no port is
// open. On several, rank 0 serves a store at its address to those who know the
// job's token: DSC_TOKEN, or a hash of the job's name and a secret that the
// user keeps in a file which all hosts see.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_H

#include "runtime/Collectives/Store.h"
#include "runtime/Launch/Patience.h"
#include "runtime/Launch/Place.h"

namespace dsc {

/// Opens the store of the ranks of a place, which are more than one. `mine`
/// becomes the folder that rank 0 has to remove in the end, or "". Throws
/// dsc::Error(Exit::peer) when they do not meet, Exit::usage when a variable is
/// missing.
std::unique_ptr<Store> openRendezvous(const Place &place, Patience patience,
                                      std::string &mine);

/// What the ranks of a place on several hosts know of one another.
std::string tokenOf(const Place &place);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_H
