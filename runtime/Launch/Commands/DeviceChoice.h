//===- DeviceChoice.h - what a command computes on --------------*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_COMMANDS_DEVICECHOICE_H
#define DSC_RUNTIME_LAUNCH_COMMANDS_DEVICECHOICE_H

#include "runtime/Device/DeviceKind.h"

namespace dsc {

/// `--device`, else the recipe's. "auto" takes another device than the host
/// only where the engine that `--engine` says, or the usual search finds, is
/// one of that device.
const DeviceKind &chooseDevice(const std::string &asked,
                               const std::string &engine,
                               const Artifact &artifact);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_COMMANDS_DEVICECHOICE_H
