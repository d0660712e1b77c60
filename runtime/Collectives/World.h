//===- World.h - the ranks of a job and how they communicate ----*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_WORLD_H
#define DSC_RUNTIME_COLLECTIVES_WORLD_H

#include "runtime/Collectives/Communicator.h"
#include "runtime/Collectives/Store.h"

#include <chrono>

namespace dsc {

/// A process's place in its job.
struct World {
  int rank = 0, size = 1;
  int localRank = 0, localSize = 1; ///< among the ranks of this host
  std::shared_ptr<Store> store;     ///< null where there is one rank
  std::string address = {};         ///< rank 0's, where there are several hosts
  std::chrono::milliseconds timeout = std::chrono::minutes(10);

  bool isOneHost() const { return size == localSize; }
};

/// Throws dsc::Error(Exit::usage) on a name that no communicator has; "" is the
/// best one.
void checkCommunicator(const std::string &name);

/// Opens the communicator of that name: "shared-memory", "gloo", "nccl", or ""
/// for the best one (host memory on one host: shared memory; else gloo); one
/// rank needs none. A collective call. Throws as checkCommunicator(),
/// Exit::artifact when a library is missing, Exit::peer when not all ranks
/// come.
std::unique_ptr<Communicator> openCommunicator(const std::string &name,
                                               const World &world);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_WORLD_H
