//===- World.h - the ranks of a job and how they communicate ----*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_WORLD_H
#define DSC_RUNTIME_COLLECTIVES_WORLD_H

#include "runtime/Collectives/Communicator.h"
#include "runtime/Collectives/Store/Store.h"

#include <chrono>
#include <vector>

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

class DeviceCommunicator;

/// What `dsc doctor` says of a communicator.
struct CommunicatorSurvey {
  std::string name;
  std::string state; ///< what it is opened with, or what is missing
};
std::vector<CommunicatorSurvey> surveyCommunicators();

/// Throws dsc::Error(Exit::usage) on a name that no communicator has; "" is the
/// best one.
void checkCommunicator(const std::string &name);

/// Opens the communicator of that name for memory of the host: "shared-memory",
/// "gloo", or "" for the best one (one rank: none; on one host: shared memory;
/// else gloo), which also stands beside the communicator of a device. A
/// collective call. Throws as checkCommunicator(), Exit::artifact when a
/// library is missing, Exit::peer when not all ranks come.
std::unique_ptr<Communicator> openCommunicator(const std::string &name,
                                               const World &world);

/// Whether ranks on `device` exchange its memory themselves: "" asks for that
/// where the device can. Throws dsc::Error(Exit::usage) on the name of a
/// communicator for another device.
bool exchangesOnDevice(const std::string &name, const std::string &device);

/// Opens it. A collective call. `queue` is the driver's handle of what steps
/// are enqueued on (Device/StepQueue.h). Throws as above, and
/// dsc::Error(Exit::device) where two ranks share a device.
std::unique_ptr<DeviceCommunicator>
openDeviceCommunicator(const std::string &name, const std::string &device,
                       const World &world, void *queue);

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_WORLD_H
