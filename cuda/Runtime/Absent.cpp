//===- Absent.cpp - stands in where the backend is not built --------------===//

#include "runtime/Device/DeviceKind.h"

namespace dsc {
DeviceKind cudaDeviceKind();
} // namespace dsc

dsc::DeviceKind dsc::cudaDeviceKind() {
  return {"cuda", nullptr, nullptr, nullptr};
}
