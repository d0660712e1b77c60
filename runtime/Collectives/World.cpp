//===- World.cpp ----------------------------------------------------------===//

#include "runtime/Collectives/World.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Collectives/CommunicatorKind.h"
#include "runtime/Collectives/Communicators.h"

#include <fmt/ranges.h>
#include <vector>

using namespace dsc;

/// All of this build.
static std::vector<CommunicatorKind> communicatorKinds() {
  std::vector<CommunicatorKind> kinds = {{"shared-memory", openSharedMemory},
                                         {"gloo", openGloo}};
  for (const CommunicatorKind &kind : backendCommunicators())
    if (kind.open)
      kinds.push_back(kind);
  return kinds;
}

static CommunicatorKind findKind(const std::string &wanted) {
  std::vector<std::string> names;
  for (const CommunicatorKind &kind : communicatorKinds()) {
    if (wanted == kind.name)
      return kind;
    names.push_back(kind.name);
  }
  std::string nearest = nearestName(wanted, names);
  throw Error(Exit::usage,
              fmt::format("there is no communicator '{}', expected {}", wanted,
                          fmt::join(names, ", ")),
              nearest.empty() ? "" : "write '" + nearest + "'");
}

void dsc::checkCommunicator(const std::string &name) {
  if (!name.empty())
    findKind(name);
}

std::unique_ptr<Communicator> dsc::openCommunicator(const std::string &name,
                                                    const World &world) {
  checkCommunicator(name);
  if (world.size == 1)
    return openSingleRank();
  std::string best = world.isOneHost() ? "shared-memory" : "gloo";
  return findKind(name.empty() ? best : name).open(world);
}
