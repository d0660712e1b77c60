//===- HostCalls.h - calls of the host among a device's work ----*- C++ -*-===//

#ifndef DSC_CUDA_RUNTIME_HOSTCALLS_H
#define DSC_CUDA_RUNTIME_HOSTCALLS_H

#include "cuda/Runtime/Driver.h"

#include <atomic>
#include <deque>
#include <exception>
#include <functional>

namespace dsc::cuda {

/// The driver makes them in a thread of its own, through which no exception may
/// pass: the first is kept, the calls behind it are not made, and whoever waits
/// for the device asks here.
class HostCalls {
public:
  explicit HostCalls(const Driver &driver) : driver(driver) {}

  /// Puts a call behind what is on `stream`. One that is recorded may be made
  /// again and again; the others are kept until forget().
  Status enqueue(Stream stream, std::function<void()> body, bool isRecorded);

  /// Throws what a call has thrown.
  void check() const;

  /// Lets go of what was made and not recorded.
  void forget() { passing.clear(); }

private:
  struct Call {
    HostCalls &calls;
    std::function<void()> body;
    void make();
  };

  const Driver &driver;
  std::deque<Call> recorded, passing; ///< they stay where they are
  std::atomic<bool> failed = false;
  std::exception_ptr failure; ///< once `failed` is set
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_HOSTCALLS_H
