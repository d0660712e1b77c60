//===- DeviceKind.cpp -----------------------------------------------------===//

#include "runtime/Device/DeviceKind.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

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
  std::string built;
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
    built += std::string(built.empty() ? "'" : ", '") + kind.name + "'";
  }
  std::string near = nearestName(name, names);
  throw Error(Exit::usage,
              "there is no device '" + name + "', expected 'auto' or " + built,
              near.empty() ? "" : "did you mean '" + near + "'?");
}
