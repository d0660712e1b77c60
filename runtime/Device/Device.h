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
#include "runtime/Artifact/Subtrees.h"
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
  std::function<void *(int buffer, int64_t bytes)> shared = {};
  /// Whether a buffer is used; the others have no memory and no address. All
  /// are where it is empty.
  std::function<bool(int buffer)> used = {};

  bool isUsed(int buffer) const { return !used || used(buffer); }
};

/// The last step of a tree of sums (Artifact/Subtrees.h) over some elements.
struct SumsJoin {
  std::vector<float *> roots;                ///< all of them; they are used up
  const std::vector<SubtreeJoin> &additions; ///< the last one is root 0's
  float *sums = nullptr;                     ///< where root 0 goes in the end
  int64_t elements = 0;                      ///< whole blocks
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

  /// The same of a kernel that maps, and `then` for each piece [from, to) as
  /// soon as it is written, on the thread that wrote it.
  using Then = std::function<void(int64_t from, int64_t to)>;
  virtual void launchThen(int kernel, int64_t begin, int64_t end,
                          const Then &then) {
    launch(kernel, begin, end);
    then(begin, end);
  }

  /// Zeroed memory beside the buffers, for as long as the device lives.
  virtual void *scratch(int64_t bytes) = 0;

  /// Takes the gradients of a micro-batch into the sums that wait: buffer
  /// `subtrees` has a slot of as many elements for each. Entry `leaf` of
  /// `keeps` says how; a device with steps of its own goes by its count of the
  /// step's micro-batches instead. What says how is the same in every step.
  virtual void keepSum(int gradients, int subtrees,
                       const std::vector<SubtreeKeep> &keeps, size_t leaf) = 0;
  virtual void joinSums(const SumsJoin &join) = 0;

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
