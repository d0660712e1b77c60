//===- RankStart.h - ranks of this host are started -------------*- C++ -*-===//
//
// A rank is this program again, with the same arguments and variables that say
// which rank it is and where the others are met. It is told when the process
// that started it dies, and ends then.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_LAUNCH_RANKS_RANKSTART_H
#define DSC_RUNTIME_LAUNCH_RANKS_RANKSTART_H

#include "runtime/Launch/Rendezvous/Place.h"

#include <csignal>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace dsc {

struct RankProcess {
  pid_t process = -1;
  int output = -1; ///< from which its words are read; -1: it has the terminal
};

struct RankStart {
  int count;                         ///< on this host
  const std::optional<Place> &hosts; ///< of this host among others
  const std::string &folder;         ///< of the store; "" with other hosts
  char **argv;
  const sigset_t &signals; ///< that ranks block, before they add their own

  /// Throws dsc::Error(Exit::internal) when it cannot be started.
  RankProcess start(int index) const;

private:
  std::vector<std::string> variablesOf(int index) const;
  [[noreturn]] void become(const char *program, pid_t parent, int output,
                           char *const *environment) const;
};

/// Whether this process was started so.
bool isSupervised();

/// Whether who did so still runs: it sees to second signals and to the folder
/// where its ranks meet.
bool isSupervisorThere();

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RANKS_RANKSTART_H
