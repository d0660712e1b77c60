//===- DeviceChoice.cpp ---------------------------------------------------===//

#include "runtime/Launch/Commands/DeviceChoice.h"

#include "runtime/Engine/Search.h"

using namespace dsc;

const DeviceKind &dsc::chooseDevice(const std::string &asked,
                                    const std::string &engine,
                                    const Artifact &artifact) {
  std::string name =
      asked.empty() ? artifact.plan().training()->device()->str() : asked;
  if (name != "auto")
    return findDeviceKind(name);
  return chooseDeviceKind(artifact, [&](const DeviceKind &kind) {
    return isEngineOf(engine, kind.name);
  });
}
