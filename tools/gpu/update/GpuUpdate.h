//===- GpuUpdate.h - a binary's update on a GPU, and no more ----*- C++ -*-===//
//
// The buffers and kernels of a plan on a device, launched on whatever stream
// the caller names: the runtime's own device decides that itself.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TOOLS_GPU_UPDATE_GPUUPDATE_H
#define DSC_TOOLS_GPU_UPDATE_GPUUPDATE_H

#include "cuda/Runtime/Code.h"

namespace dsc::gpu {

/// Which kernels of an update are launched.
enum Kinds : unsigned { reduce = 1, finish = 2, map = 4, all = 7 };

class GpuUpdate {
public:
  explicit GpuUpdate(const Artifact &artifact);
  ~GpuUpdate();

  const Artifact &artifact;
  const plan::Plan &plan;
  cuda::Gpu gpu;

  cuda::Address address(int buffer) const { return buffers[buffer]; }
  int64_t bytesOf(int buffer) const;

  void upload(int buffer, const void *data);
  void download(int buffer, int64_t offset, void *data, int64_t bytes);

  /// Enqueues the kernels of one update on somebody's stream.
  void launch(cuda::Stream stream, unsigned kinds);

  /// Makes one update, and waits.
  void run();

  /// Fills `out`, memory of the device, with the tracks of steps
  /// [begin, end), and waits.
  void tracks(cuda::Address out, cuda::Address state, int64_t begin,
              int64_t end);

  /// "NVIDIA H200 (sm_90), kernels sm_90".
  std::string describe() const;

private:
  void launch(const cuda::LoadedKernel &kernel, int64_t count,
              std::vector<int64_t> values, cuda::Stream stream,
              const std::string &what);
  cuda::LoadedKernel findTracks() const;

  cuda::Code code;
  cuda::Stream own = nullptr;
  std::vector<cuda::Address> buffers;
  std::vector<cuda::LoadedKernel> kernels; ///< in the order of the plan
  cuda::LoadedKernel tracksKernel;
};

} // namespace dsc::gpu

#endif // DSC_TOOLS_GPU_UPDATE_GPUUPDATE_H
