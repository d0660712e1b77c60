//===- World.cpp ----------------------------------------------------------===//

#include "runtime/Collectives/World.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Collectives/Communicators.h"

#include <fmt/ranges.h>
#include <vector>

using namespace dsc;

namespace {
struct Row {
  const char *name;
  std::unique_ptr<Communicator> (*open)(const World &world);
};
} // namespace

static constexpr Row kCommunicators[] = {
    {"shared-memory", openSharedMemory},
};

std::unique_ptr<Communicator> dsc::openCommunicator(const std::string &name,
                                                    const World &world) {
  if (name.empty() && world.size == 1)
    return openSingleRank();
  std::string wanted = !name.empty()       ? name
                       : world.isOneHost() ? "shared-memory"
                                           : "gloo";
  std::vector<std::string> names;
  for (const Row &row : kCommunicators) {
    if (wanted == row.name)
      return world.size == 1 ? openSingleRank() : row.open(world);
    names.push_back(row.name);
  }
  std::string nearest = nearestName(wanted, names);
  throw Error(Exit::usage,
              fmt::format("there is no communicator '{}', expected {}", wanted,
                          fmt::join(names, ", ")),
              nearest.empty() ? "" : "write '" + nearest + "'");
}
