//===- DeviceKind.h - the devices of this build -----------------*- C++ -*-===//
//
// `--device` and the recipe's `train.device` take the names of the list, which
// is generated from DSC_BACKENDS: for a backend NAME it calls
// dsc::nameDeviceKind(). Where a backend is not built, a stub stands in.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DEVICE_DEVICEKIND_H
#define DSC_RUNTIME_DEVICE_DEVICEKIND_H

#include "runtime/Artifact/Artifact.h"
#include "runtime/Device/Device.h"

#include <span>

namespace dsc {

struct DeviceRequest {
  const Artifact &artifact; ///< outlives the device
  KernelTable kernels;      ///< those of the host
  ParallelFor parallelFor;
};

struct DeviceKind {
  const char *name;

  /// Opens one. Throws dsc::Error saying what is missing. Null where the
  /// backend is not built.
  std::unique_ptr<Device> (*open)(const DeviceRequest &request);

  /// Why "auto" should pass it over, or "": a driver that is missing, no code
  /// in the binary. Null where the backend is not built.
  std::string (*lacks)(const Artifact &artifact);

  bool isBuilt() const { return open != nullptr; }
};

DeviceKind cpuDeviceKind();

/// All of the tree, the host last.
std::span<const DeviceKind> deviceKinds();

/// The kind that `name` means for this binary; "auto" is the first that lacks
/// nothing. Throws dsc::Error(Exit::usage) naming those that there are.
const DeviceKind &chooseDeviceKind(const std::string &name,
                                   const Artifact &artifact);

} // namespace dsc

#endif // DSC_RUNTIME_DEVICE_DEVICEKIND_H
