//===- Absent.cpp - stands in where the backend is not built --------------===//

#include "runtime/Collectives/CommunicatorKind.h"
#include "runtime/Device/DeviceKind.h"

namespace dsc {
DeviceCommunicatorKind cudaCommunicatorKind();
DeviceKind cudaDeviceKind();
} // namespace dsc

dsc::DeviceKind dsc::cudaDeviceKind() {
  return {"cuda", nullptr, nullptr, nullptr};
}

dsc::DeviceCommunicatorKind dsc::cudaCommunicatorKind() {
  return {"nccl", "cuda", nullptr, nullptr};
}
