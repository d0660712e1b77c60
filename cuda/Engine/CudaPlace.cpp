//===- CudaPlace.cpp - tensors in a GPU's memory --------------------------===//
//
// The context is the primary one, which the device of cuda/Runtime took before,
// and the queue is its stream: LibTorch's work and the plan's kernels are in
// one order, and are recorded together.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Engine/Torch/Place.h"

#include <ATen/Context.h>
#include <c10/core/Event.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGraphsC10Utils.h>
#include <c10/cuda/CUDAGuard.h>

#include <cstdlib>
#include <utility>

using namespace dsc;

namespace allocator = c10::cuda::CUDACachingAllocator;

/// That of the context, a rank's own; LibTorch is set up for it then. It may
/// ask for a newer driver than the device's kernels do.
static c10::Device openDevice() try {
  at::globalContext().lazyInitDevice(c10::DeviceType::CUDA);
  return c10::Device(c10::DeviceType::CUDA, c10::cuda::current_device());
} catch (const c10::Error &error) {
  std::string text = error.what_without_backtrace();
  throw Error(Exit::device, "LibTorch cannot use the device: " +
                                text.substr(0, text.find('\n')));
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

torch_engine::PlaceMemory torch_engine::placeMemory() {
  using c10::CachingAllocator::StatType;
  auto stats = allocator::getDeviceStats(placeDevice().index());
  auto all = static_cast<size_t>(StatType::AGGREGATE);
  return {size_t(stats.allocated_bytes[all].peak),
          size_t(stats.reserved_bytes[all].peak)};
}

/// cuBLAS reads its variable when it is set up; without it a deterministic run
/// is refused.
void torch_engine::preparePlace() {
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
}

/// Of all parts of a step: they follow each other, so one will do. What runs op
/// by op takes its memory there too, or that of the first steps would be held
/// for nothing beside that of the recorded ones.
static constexpr c10::cuda::MempoolId_t kPool = {1, 0x647363};

/// Beside the steps' own; one for the process, so that what was recorded there
/// stays good.
static c10::cuda::CUDAStream besideStream() {
  static const c10::cuda::CUDAStream stream = c10::cuda::getStreamFromPool(
      /*isHighPriority=*/false, torch_engine::placeDevice().index());
  return stream;
}

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
        [stream, beside = besideStream().stream()](cudaStream_t other) {
          return other == stream || other == beside;
        });
  }
  ~Held() { allocator::endAllocateToPool(placeDevice().index(), kPool); }

  c10::cuda::CUDAStreamGuard guard;
};

torch_engine::QueueScope::QueueScope(void *queue) {
  if (queue)
    held = std::make_unique<Held>(static_cast<cudaStream_t>(queue));
}
torch_engine::QueueScope::~QueueScope() = default;

/// Multiplications of a product that fills a GPU: beside others it would gain
/// nothing, and hold its operands for longer.
static constexpr int64_t kFills = int64_t(1) << 31;

struct torch_engine::Branch::Beside {
  std::vector<at::Tensor> kept;
  bool isUsed = false; ///< since the last join
};

torch_engine::Branch::Branch() : beside(std::make_unique<Beside>()) {}
torch_engine::Branch::~Branch() = default;

/// Events order the streams, in a recording as well: there they are edges of
/// the graph. Memory that is let go in join() is taken again behind the wait.
static void order(c10::cuda::CUDAStream before, c10::cuda::CUDAStream after) {
  c10::Event event(c10::DeviceType::CUDA);
  event.record(before);
  event.block(after);
}

/// Called by autograd's thread, whose current stream is that of the step.
void torch_engine::Branch::run(int64_t size, std::vector<at::Tensor> reads,
                               const std::function<void()> &work) {
  // A small product before this one may have written to the same place.
  if (size >= kFills) {
    join();
    return work();
  }
  order(c10::cuda::getCurrentCUDAStream(), besideStream());
  std::move(reads.begin(), reads.end(), std::back_inserter(beside->kept));
  beside->isUsed = true;
  c10::cuda::CUDAStreamGuard guard(besideStream());
  work();
}

void torch_engine::Branch::join() {
  if (!std::exchange(beside->isUsed, false))
    return;
  order(besideStream(), c10::cuda::getCurrentCUDAStream());
  beside->kept.clear();
}
