//===- DeviceCommunicator.h - exchanges of a device's memory ----*- C++ -*-===//
//
// Where a device makes steps by itself (Device/StepQueue.h), the collectives of
// a step are enqueued there like its kernels: a call says what is to be done
// and returns, it may be recorded with the step and replayed, and its data is
// memory of the device. It is a lane too. What submit() is given enqueues calls
// behind all that the step's own queue holds by then, and runs beside what is
// enqueued there later; after wait() what is enqueued next comes behind them.
// So the host waits for nothing but what a device of one rank has it wait for.
//
// Enqueued calls tell nobody that a peer is gone: whoever waits for the device
// asks check() again and again.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_DEVICECOMMUNICATOR_H
#define DSC_RUNTIME_COLLECTIVES_DEVICECOMMUNICATOR_H

#include "runtime/Base/Error.h"
#include "runtime/Collectives/Communicator.h"
#include "runtime/Collectives/Lane.h"

#include <chrono>

namespace dsc {

class DeviceCommunicator : public Collectives, public Lane {
public:
  /// Throws dsc::Error where it makes no sense to wait on for what was
  /// enqueued, after it was waited for so long: a call has failed, abort() was
  /// called, ranks are late.
  virtual void check(std::chrono::milliseconds waited) = 0;

  /// check() throws `reason` from now on. From any thread, and again.
  virtual void abort(const Error &reason) = 0;

  /// After a failure: ends what waits on the device, and peers' waits for this
  /// rank. Nothing is called afterwards.
  virtual void leave() = 0;
};

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_DEVICECOMMUNICATOR_H
