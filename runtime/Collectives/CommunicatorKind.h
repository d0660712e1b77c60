//===- CommunicatorKind.h - the communicators of this build -----*- C++ -*-===//
//
// What communicators are found by. Those of the host stand in World.cpp; those
// of devices come from a list that is generated from the folders of the tree:
// for NAME/Runtime it calls dsc::nameCommunicatorKind(). Where a backend is not
// built, a stub stands in.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_COMMUNICATORKIND_H
#define DSC_RUNTIME_COLLECTIVES_COMMUNICATORKIND_H

#include "runtime/Collectives/DeviceCommunicator.h"
#include "runtime/Collectives/World.h"

namespace dsc {

struct DeviceCommunicatorKind {
  const char *name;
  const char *device; ///< whose memory it exchanges, as DeviceKind::name

  /// A collective call. `queue` is the driver's handle of what steps are
  /// enqueued on. Null where the backend is not built.
  std::unique_ptr<DeviceCommunicator> (*open)(const World &world, void *queue);

  /// What it would be opened with, in a few words. Throws dsc::Error where
  /// something is missing.
  std::string (*survey)();
};

/// Those of the tree's backends.
std::span<const DeviceCommunicatorKind> backendCommunicators();

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_COMMUNICATORKIND_H
