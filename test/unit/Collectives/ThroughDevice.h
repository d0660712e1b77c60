//===- ThroughDevice.h - a device's communicator for host data --*- C++ -*-===//
//
// Tests look at the data of a call. Where it lies on a device, each call gets a
// copy there, and brings it back.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_COLLECTIVES_THROUGHDEVICE_H
#define DSC_TEST_UNIT_COLLECTIVES_THROUGHDEVICE_H

#include "runtime/Collectives/World.h"

namespace dsc::test {

/// Whether the build has the backend.
bool hasNccl();

/// NCCL over the driver that is found, for memory of the host.
std::unique_ptr<Communicator> openNcclThroughDevice(const World &world);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_COLLECTIVES_THROUGHDEVICE_H
