//===- Lobby.h - where ranks of one host look for one another ---*- C++ -*-===//
//
// A folder may hold what a dead job of the same name has left. So every rank
// brings a number that nobody has seen before, and rank 0 answers with the
// folder of this job and the numbers that it took for those of its ranks. Who
// finds his own there has met the right rank 0. A number begins with the name
// of its process: one that is stopped while others wait for it is found.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_LOBBY_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_LOBBY_H

#include "runtime/Launch/Rendezvous/LobbyFolder.h"
#include "runtime/Launch/Rendezvous/Patience.h"
#include "runtime/Launch/Rendezvous/Place.h"

#include <map>

namespace dsc {

class Lobby {
public:
  /// A folder below the temporary one, by the job's name.
  explicit Lobby(const Place &place);

  const std::string &path() const { return folder.path(); }

  /// As rank 0: makes the job's store.
  std::shared_ptr<Store> makeStore();

  /// As rank 0, again and again until all have come: lets those in who wait.
  /// Throws dsc::Error(Exit::peer) naming one that was stopped meanwhile.
  void letIn();

  /// As another rank: waits until rank 0 lets it in. Throws
  /// dsc::Error(Exit::peer) when it does not, or was stopped.
  std::shared_ptr<Store> enter(Patience patience);

private:
  using Clock = std::chrono::steady_clock;

  std::string answer() const;
  void checkGoesOn(int rank, const std::string &number);

  int rank, size;
  LobbyFolder folder; ///< its board has numbers and the answer
  std::string number;
  std::shared_ptr<Store> store; ///< of the job
  std::string said;
  std::map<int, Clock::time_point> stopped; ///< ranks, and since when
};

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_LOBBY_H
