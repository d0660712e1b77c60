//===- Device.h - the memory of a plan and what runs over it ----*- C++ -*-===//
//
// A device holds the plan's buffers and launches its kernels over ranges of
// them. It knows no programs and no models. The CPU is one; an accelerator is
// another with its own memory, so nobody else may assume that a buffer's
// address can be read by the host.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DEVICE_DEVICE_H
#define DSC_RUNTIME_DEVICE_DEVICE_H

#include "runtime/Artifact/Kernels.h"
#include "runtime/Device/StepQueue.h"

#include <functional>
#include <memory>
#include <string>

namespace dsc {

/// Runs `body` over [0, count) on several threads, split anywhere.
using ParallelFor = std::function<void(
    int64_t count, const std::function<void(int64_t, int64_t)> &body)>;

/// What a device holds of a plan's buffers, and where their memory comes from.
struct DeviceMemory {
  int64_t rank = 0, ranks = 1; ///< of a sharded buffer, this rank's parts alone
  /// Memory for a buffer that ranks exchange, null for any other. Not asked
  /// where it is empty.
  std::function<void *(int buffer, int64_t bytes)> shared;
};

/// Elements [first, first + count) of an f32 buffer.
struct FloatSpan {
  int buffer = 0;
  int64_t first = 0, count = 0;
};

class Device {
public:
  virtual ~Device() = default;

  virtual std::string describe() const = 0;

  /// Device address of a buffer: what an engine binds.
  virtual void *address(int buffer) = 0;

  /// Copies `bytes` between the host and a buffer, from byte `offset` of it.
  virtual void upload(int buffer, int64_t offset, const void *data,
                      int64_t bytes) = 0;
  virtual void download(int buffer, int64_t offset, void *data,
                        int64_t bytes) = 0;

  /// Runs a kernel over a range as KernelAbi.h says. Order is program order.
  virtual void launch(int kernel, int64_t begin, int64_t end) = 0;

  /// Copies, or adds element by element, what is read to as much elsewhere.
  /// Throws dsc::Error(Exit::usage) on a device that cannot yet.
  virtual void copy(FloatSpan from, FloatSpan to);
  virtual void add(FloatSpan from, FloatSpan to);

  /// Where steps can be left to the device; null where its work is done when a
  /// call returns.
  virtual StepQueue *steps() { return nullptr; }
};

/// Allocates the plan's buffers, filled with their `fill`. The plan outlives
/// the device. Throws dsc::Error(Exit::device) with the size when there is no
/// memory.
std::unique_ptr<Device> openCpuDevice(const plan::Plan &plan,
                                      KernelTable kernels,
                                      ParallelFor parallelFor,
                                      const DeviceMemory &memory = {});

} // namespace dsc

#endif // DSC_RUNTIME_DEVICE_DEVICE_H
