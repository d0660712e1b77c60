//===- CudaPlace.cpp - tensors in a GPU's memory --------------------------===//
//
// The context is the primary one, which the device of cuda/Runtime took before,
// and the queue is its stream: LibTorch's work and the plan's kernels are in
// one order, and are recorded together.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Place.h"

#include <ATen/Context.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGraphsC10Utils.h>
#include <c10/cuda/CUDAGuard.h>

#include <cstdio>
#include <cstdlib>

using namespace dsc;

namespace allocator = c10::cuda::CUDACachingAllocator;

/// That of the context, a rank's own; LibTorch is set up for it then.
static c10::Device openDevice() {
  at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
  return c10::Device(c10::DeviceType::CUDA, c10::cuda::current_device());
}

/// Asked for often, and once when the driver may be gone.
c10::Device torch_engine::placeDevice() {
  static const c10::Device device = openDevice();
  return device;
}

std::string torch_engine::placeName() { return "CUDA"; }

bool torch_engine::placeServes(const std::string &name) {
  return name == "cuda";
}

/// Into the file $DSC_ENGINE_MEMORY: the most bytes that tensors of LibTorch's
/// had at a time, and the most that it held for them.
static void writeMemory() try {
  using c10::CachingAllocator::StatType;
  auto stats = allocator::getDeviceStats(torch_engine::placeDevice().index());
  auto all = static_cast<size_t>(StatType::AGGREGATE);
  if (std::FILE *file = std::fopen(std::getenv("DSC_ENGINE_MEMORY"), "w")) {
    std::fprintf(file, "%lld %lld\n",
                 static_cast<long long>(stats.allocated_bytes[all].peak),
                 static_cast<long long>(stats.reserved_bytes[all].peak));
    std::fclose(file);
  }
} catch (const std::exception &) {
  // The device was never set up: there is nothing to tell.
}

/// cuBLAS reads its variable when it is set up; without it a deterministic run
/// is refused.
void torch_engine::preparePlace() {
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  if (std::getenv("DSC_ENGINE_MEMORY"))
    std::atexit(writeMemory);
}

/// Of all parts of a step: they follow each other, so one will do. What runs op
/// by op takes its memory there too, or that of the first steps would be held
/// for nothing beside that of the recorded ones.
static constexpr c10::cuda::MempoolId_t kPool = {1, 0x647363};

struct torch_engine::QueueScope::Held {
  explicit Held(cudaStream_t stream)
      : guard(c10::cuda::getStreamFromExternal(stream, placeDevice().index())) {
    // While a pool is in use LibTorch gives nothing back of what an evaluation
    // has left; while a part is recorded nobody may.
    if (c10::cuda::currentStreamCaptureStatusMayInitCtx() ==
        c10::cuda::CaptureStatus::None)
      allocator::emptyCache();
    allocator::beginAllocateToPool(
        placeDevice().index(), kPool,
        [stream](cudaStream_t other) { return other == stream; });
  }
  ~Held() { allocator::endAllocateToPool(placeDevice().index(), kPool); }

  c10::cuda::CUDAStreamGuard guard;
};

torch_engine::QueueScope::QueueScope(void *queue) {
  if (queue)
    held = std::make_unique<Held>(static_cast<cudaStream_t>(queue));
}
torch_engine::QueueScope::~QueueScope() = default;
