//===- NcclCommunicator.h - ranks that speak through NCCL -------*- C++ -*-===//
//
// Calls go to a stream of their own. What is submitted comes behind the stream
// of the steps by an event, and that stream behind it by another, so that both
// are recorded into one graph where the steps' stream is.
//
// NCCL's calls only start work: whether it was started is asked right behind
// the call, since nothing may follow before; whether it came to an end, and to
// a good one, by whoever waits for the device.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_CUDA_RUNTIME_NCCLCOMMUNICATOR_H
#define DSC_CUDA_RUNTIME_NCCLCOMMUNICATOR_H

#include "cuda/Runtime/Gpu.h"
#include "cuda/Runtime/Nccl.h"
#include "runtime/Collectives/DeviceCommunicator.h"
#include "runtime/Collectives/World.h"

#include <mutex>
#include <optional>
#include <vector>

namespace dsc::cuda {

class NcclCommunicator final : public DeviceCommunicator {
public:
  /// `steps` is the stream on which steps are enqueued.
  NcclCommunicator(const World &world, Stream steps);
  ~NcclCommunicator() override;

  std::string describe() const override;
  int rank() const override { return self; }
  int size() const override { return ranks; }

  void reduceScatterTo(float *data, Bounds bounds, float *part) override;
  void allGather(void *data, int64_t width, Bounds bounds) override;
  void allReduce(float *data, int64_t elements) override;
  void allReduce(double *data, int64_t elements) override;
  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override;

  int64_t submit(std::function<void()> work) override;
  void wait(int64_t ticket) override;

  void check(std::chrono::milliseconds waited) override;
  void abort(const Error &reason) override;
  void leave() override;

private:
  void join(const World &world);
  void refuseSharedDevice(const World &world, const std::string &prefix);
  /// Starts what `body` calls, together.
  void start(const std::function<void()> &body);
  void sumWhole(void *data, int64_t elements, int type);
  /// Waits until NCCL has done, in its own time, what it was called for.
  void settle(std::chrono::milliseconds limit);
  void checkResult(nccl::Result result) const { library.check(result, comm); }

  /// Of tickets in turn: a ticket whose event was taken again is waited for
  /// with a later one. A step of a large model has hundreds of buckets under
  /// way.
  static constexpr size_t kEvents = 4096;

  const int self, ranks;
  const nccl::Library &library;
  Gpu gpu;
  const std::chrono::milliseconds timeout;
  const Stream steps;
  Stream stream = nullptr;
  Event begun = nullptr;
  std::vector<Event> done; ///< as many as were needed
  int64_t tickets = 0;
  nccl::Comm comm = nullptr;
  std::mutex mutex;
  std::optional<Error> failure; ///< the first one
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_NCCLCOMMUNICATOR_H
