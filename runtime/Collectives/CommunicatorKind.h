//===- CommunicatorKind.h - the communicators of this build -----*- C++ -*-===//
//
// What openCommunicator() finds by name. Those of backends come from a list
// that is generated from the folders of the tree: for NAME/Runtime it calls
// dsc::nameCommunicatorKind(). Where a backend is not built, a stub stands in.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_COMMUNICATORKIND_H
#define DSC_RUNTIME_COLLECTIVES_COMMUNICATORKIND_H

#include "runtime/Collectives/World.h"

namespace dsc {

struct CommunicatorKind {
  const char *name;

  /// A collective call, as openCommunicator(). Null where the backend is not
  /// built.
  std::unique_ptr<Communicator> (*open)(const World &world);
};

/// Those of the tree's backends.
std::span<const CommunicatorKind> backendCommunicators();

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_COMMUNICATORKIND_H
