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
  DeviceMemory memory;
  int localRank = 0;     ///< among the ranks of this host, which have one each
  bool mayShare = false; ///< unless there are fewer, and ranks may share one
  bool trains = true;    ///< or only runs the model, as 'dsc sample' does
};

struct DeviceKind {
  const char *name;

  /// Opens one. Throws dsc::Error saying what is missing. Null where the
  /// backend is not built.
  std::unique_ptr<Device> (*open)(const DeviceRequest &request);

  /// Why "auto" should pass it over, or "": a driver that is missing, no code
  /// in the binary. Null where the backend is not built.
  std::string (*lacks)(const Artifact &artifact);

  /// One line for `dsc doctor`: the device, or why there is none. Null where
  /// the backend is not built.
  std::string (*survey)();

  bool isBuilt() const { return open != nullptr; }
};

DeviceKind cpuDeviceKind();

/// All of the tree, the host last.
std::span<const DeviceKind> deviceKinds();

/// The kind of that name. Throws dsc::Error(Exit::usage) naming those that
/// there are.
const DeviceKind &findDeviceKind(const std::string &name);

/// What "auto" means for this binary: the first kind that is `wanted` and lacks
/// nothing, else the host.
const DeviceKind &
chooseDeviceKind(const Artifact &artifact,
                 const std::function<bool(const DeviceKind &)> &wanted);

} // namespace dsc

#endif // DSC_RUNTIME_DEVICE_DEVICEKIND_H
