//===- LobbyFolder.h - the folder of a lobby, while it is in use -*- C++
//-*-===//
//
// Every rank holds a shared lock of its lobby's folder, so that what a killed
// job has left can be told from what is in use: only who gets the folder alone
// may remove it. Locks go with their processes, however those end.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_LOBBYFOLDER_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_LOBBYFOLDER_H

#include "runtime/Collectives/Store/Store.h"

#include <memory>

namespace dsc {

class LobbyFolder {
public:
  /// Makes the folder below the one that holds all lobbies of the user, and
  /// clears away others there that nobody uses.
  LobbyFolder(const std::string &lobbies, const std::string &name);
  /// The last one that leaves removes the folder.
  ~LobbyFolder();
  LobbyFolder(const LobbyFolder &) = delete;
  LobbyFolder &operator=(const LobbyFolder &) = delete;

  const std::string &path() const { return folder; }
  Store &board() const { return *store; }

private:
  std::string folder;
  std::unique_ptr<Store> store;
  int lock = -1;
};

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_LOBBYFOLDER_H
