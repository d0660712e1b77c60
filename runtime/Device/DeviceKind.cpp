//===- DeviceKind.cpp -----------------------------------------------------===//

#include "runtime/Device/DeviceKind.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

#include <fmt/format.h>

using namespace dsc;

DeviceKind dsc::cpuDeviceKind() {
  return {"cpu",
          [](const DeviceRequest &request) {
            return openCpuDevice(request.artifact.plan(), request.kernels,
                                 request.parallelFor, request.memory);
          },
          [](const Artifact &) { return std::string(); },
          [] { return std::string("this machine"); }};
}

const DeviceKind &
dsc::chooseDeviceKind(const Artifact &artifact,
                      const std::function<bool(const DeviceKind &)> &wanted) {
  std::span<const DeviceKind> kinds = deviceKinds();
  for (const DeviceKind &kind : kinds)
    if (kind.isBuilt() && wanted(kind) && kind.lacks(artifact).empty())
      return kind;
  return kinds.back();
}

const DeviceKind &dsc::findDeviceKind(const std::string &name) {
  std::vector<std::string> names;
  for (const DeviceKind &kind : deviceKinds()) {
    if (kind.name == name && kind.isBuilt())
      return kind;
    if (kind.name == name)
      throw Error(Exit::usage,
                  "device '" + name + "' is not part of this build of dsc",
                  "add it to DSC_BACKENDS and build again");
    if (!kind.isBuilt())
      continue;
    names.push_back(kind.name);
  }
  // The host comes last, and is spelled much like what it is not.
  std::string near = name == "gpu" && names.size() > 1
                         ? names.front()
                         : nearestName(name, names);
  throw Error(Exit::usage,
              fmt::format("there is no device '{}', expected auto, {}", name,
                          fmt::join(names, " or ")),
              near.empty() ? "" : "did you mean '" + near + "'?");
}
