//===- World.cpp ----------------------------------------------------------===//

#include "runtime/Collectives/World.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"
#include "runtime/Collectives/CommunicatorKind.h"
#include "runtime/Collectives/Communicators.h"

#include <fmt/ranges.h>
#include <vector>

using namespace dsc;

namespace {
struct HostKind {
  const char *name;
  std::unique_ptr<Communicator> (*open)(const World &world);
  std::string (*survey)();
};
} // namespace

static constexpr HostKind kHostKinds[] = {
    {"shared-memory", openSharedMemory, surveySharedMemory},
    {"gloo", openGloo, surveyGloo}};

static const HostKind *findHostKind(const std::string &name) {
  for (const HostKind &kind : kHostKinds)
    if (name == kind.name)
      return &kind;
  return nullptr;
}

/// By its name, or for "" by its device; null where the build has none.
static const DeviceCommunicatorKind *findDeviceKind(const std::string &name,
                                                    const std::string &device) {
  for (const DeviceCommunicatorKind &kind : backendCommunicators())
    if (kind.open && (name.empty() ? device == kind.device : name == kind.name))
      return &kind;
  return nullptr;
}

[[noreturn]] static void refuseName(const std::string &name) {
  std::vector<std::string> names;
  for (const HostKind &kind : kHostKinds)
    names.push_back(kind.name);
  for (const DeviceCommunicatorKind &kind : backendCommunicators())
    if (kind.open)
      names.push_back(kind.name);
  std::string nearest = nearestName(name, names);
  throw Error(Exit::usage,
              fmt::format("there is no communicator '{}', expected {}", name,
                          fmt::join(names, ", ")),
              nearest.empty() ? "" : "write '" + nearest + "'");
}

void dsc::checkCommunicator(const std::string &name) {
  if (!name.empty() && !findHostKind(name) && !findDeviceKind(name, ""))
    refuseName(name);
}

static std::string stateOf(std::string (*survey)()) {
  try {
    return survey();
  } catch (const Error &error) {
    return error.hint().empty()
               ? error.what()
               : fmt::format("{}; {}", error.what(), error.hint());
  }
}

std::vector<CommunicatorSurvey> dsc::surveyCommunicators() {
  std::vector<CommunicatorSurvey> found;
  for (const HostKind &kind : kHostKinds)
    found.push_back({kind.name, stateOf(kind.survey)});
  for (const DeviceCommunicatorKind &kind : backendCommunicators())
    found.push_back(
        {kind.name, kind.survey ? stateOf(kind.survey) : "not built"});
  return found;
}

std::unique_ptr<Communicator> dsc::openCommunicator(const std::string &name,
                                                    const World &world) {
  checkCommunicator(name);
  bool isDevices = !name.empty() && !findHostKind(name);
  if (world.size == 1)
    return openSingleRank();
  std::string best = world.isOneHost() ? "shared-memory" : "gloo";
  return findHostKind(name.empty() || isDevices ? best : name)->open(world);
}

bool dsc::exchangesOnDevice(const std::string &name,
                            const std::string &device) {
  const DeviceCommunicatorKind *kind = findDeviceKind(name, device);
  if (kind && device != kind->device)
    throw Error(Exit::usage,
                fmt::format("communicator '{}' exchanges memory of '{}', but "
                            "the run's device is '{}'",
                            name, kind->device, device),
                fmt::format("give '--device {}', or another communicator",
                            kind->device));
  return kind;
}

std::unique_ptr<DeviceCommunicator>
dsc::openDeviceCommunicator(const std::string &name, const std::string &device,
                            const World &world, void *queue) {
  return findDeviceKind(name, device)->open(world, queue);
}
