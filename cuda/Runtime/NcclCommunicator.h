//===- NcclCommunicator.h - ranks that speak through NCCL -------*- C++ -*-===//
//
// Data is memory of the device; what other streams do with it is done when a
// call begins. NCCL's calls only start work: whether it came to an end, and to
// a good one, is asked again and again by the thread that calls, which so sees
// failures, the timeout and abort() alike; nothing is under way between calls.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_CUDA_RUNTIME_NCCLCOMMUNICATOR_H
#define DSC_CUDA_RUNTIME_NCCLCOMMUNICATOR_H

#include "cuda/Runtime/Gpu.h"
#include "cuda/Runtime/Nccl.h"
#include "runtime/Collectives/CheckedCommunicator.h"
#include "runtime/Collectives/World.h"

namespace dsc::cuda {

class NcclCommunicator final : public CheckedCommunicator {
public:
  explicit NcclCommunicator(const World &world);
  ~NcclCommunicator() override;

  std::string describe() const override;

protected:
  void exchangeNotes(std::span<const CallNote> own,
                     std::span<CallNote> others) override;
  void *makeMemory(int64_t bytes) override;
  void reduceParts(float *data, Bounds bounds) override;
  void gatherParts(char *data, int64_t width, Bounds bounds) override;
  void sum(float *data, int64_t elements) override;
  void sum(double *data, int64_t elements) override;
  void exchange(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override;
  void wake() override {}
  void leave() override;

private:
  class Deadline;

  void join(const World &world);
  void sumWhole(void *data, int64_t elements, int type);

  /// Starts what `body` calls, together.
  void start(const std::function<void()> &body);
  /// Starts it, and waits until it is done.
  void run(const std::function<void()> &body);
  /// Waits until NCCL has done, in its own time, what it was called for.
  void settle(const Deadline &deadline);
  /// Waits until the stream is empty.
  void finish();
  void check(nccl::Result result) const { library.check(result, comm); }

  const nccl::Library &library;
  Gpu gpu;
  const std::chrono::milliseconds timeout;
  Stream stream = nullptr;
  nccl::Comm comm = nullptr;
  Address deviceNotes = 0;       ///< own ones, then those of the others
  CallNote *hostNotes = nullptr; ///< the same
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_NCCLCOMMUNICATOR_H
