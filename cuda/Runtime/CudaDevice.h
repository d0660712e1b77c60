//===- CudaDevice.h - a plan's buffers and kernels on a GPU -----*- C++ -*-===//

#ifndef DSC_CUDA_RUNTIME_CUDADEVICE_H
#define DSC_CUDA_RUNTIME_CUDADEVICE_H

#include "cuda/Runtime/Code.h"
#include "cuda/Runtime/Steps.h"
#include "runtime/Artifact/Shards.h"
#include "runtime/Device/DeviceKind.h"

namespace dsc::cuda {

class CudaDevice final : public Device {
public:
  explicit CudaDevice(const DeviceRequest &request);

  std::string describe() const override;
  void *address(int buffer) override {
    return reinterpret_cast<void *>(buffers[buffer]);
  }
  void upload(int buffer, int64_t offset, const void *data,
              int64_t bytes) override;
  void download(int buffer, int64_t offset, void *data, int64_t bytes) override;
  void launch(int kernel, int64_t begin, int64_t end) override;
  void *scratch(int64_t bytes) override;
  void keepSum(int gradients, int subtrees,
               const std::vector<SubtreeKeep> &keeps, size_t leaf) override;
  void joinSums(const SumsJoin &join) override { queue.joinSums(join); }
  StepQueue *steps() override { return &queue; }

private:
  std::vector<ElementRange> partsOf(const plan::Buffer &buffer) const;
  void openBuffer(const plan::Buffer &buffer);
  void fillPart(const plan::Buffer &buffer, ElementRange part);

  const plan::Plan &plan;
  const Use use;
  Gpu gpu;
  Code code;
  const int64_t rank, ranks;
  std::vector<Address> buffers;
  std::vector<LoadedKernel> kernels; ///< in the order of the plan
  Steps queue;
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_CUDADEVICE_H
