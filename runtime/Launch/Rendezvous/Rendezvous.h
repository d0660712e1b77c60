//===- Rendezvous.h - how ranks come to one store ---------------*- C++ -*-===//
//
// On one host ranks meet in a folder that only their user can enter; no port is
// open. On several, rank 0 serves a store at its address to those who know the
// job's token: DSC_TOKEN, or a hash of the job's name and a secret that the
// user keeps in a file which all hosts see.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_RENDEZVOUS_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_RENDEZVOUS_H

#include "runtime/Launch/Rendezvous/Lobby.h"

namespace dsc {

class Rendezvous {
public:
  /// Comes to the ranks of a place, which are more than one. Throws
  /// dsc::Error(Exit::peer) when rank 0 is not met in time, Exit::usage when a
  /// variable is missing.
  Rendezvous(const Place &place, Patience patience);

  const std::shared_ptr<Store> &store() const { return meeting; }

  /// Rank 0's, where there are several hosts.
  const std::string &address() const { return where; }

  /// What rank 0 has to do again and again until all have come.
  void letIn();

  /// What rank 0 has to remove in the end, or "".
  std::string ownFolder() const;

private:
  std::optional<Lobby> lobby;
  bool isHost = false; ///< of the lobby
  std::string where;
  std::shared_ptr<Store> meeting;
};

/// Where ranks of several hosts meet. Those in the pod of rank 0 take its own
/// name, which the pod always knows: the one in the job's network may be known
/// later, and PyTorchJob says localhost there. Throws
/// dsc::Error(Exit::usage) where no launcher has named an address.
std::string meetingAddress(const Place &place, const std::string &pod);

/// What the ranks of a place on several hosts know of one another.
std::string tokenOf(const Place &place);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_RENDEZVOUS_H
