//===- StagedCommunicator.h - by way of the host's memory -------*- C++ -*-===//
//
// For devices that ranks share, or that have no communicator of their own: each
// collective fetches its data into the host's memory, has the device call the
// host's communicator, and brings the results back. All of that is enqueued
// with the step like its kernels, one after the other: nothing goes on beside.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_EXCHANGE_STAGEDCOMMUNICATOR_H
#define DSC_RUNTIME_TRAIN_EXCHANGE_STAGEDCOMMUNICATOR_H

#include "runtime/Collectives/DeviceCommunicator.h"
#include "runtime/Device/StepQueue.h"

namespace dsc {

/// Both outlive what is returned, but for the destructors of the device.
std::unique_ptr<DeviceCommunicator> openStaged(StepQueue &queue,
                                               Communicator &communicator);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXCHANGE_STAGEDCOMMUNICATOR_H
