//===- CudaDevice.cpp -----------------------------------------------------===//

#include "cuda/Runtime/CudaDevice.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Device/Fill.h"

#include <algorithm>

using namespace dsc;
using namespace dsc::cuda;

/// Bytes of a buffer that are filled at a time.
static constexpr int64_t kFillBytes = int64_t(16) << 20;

CudaDevice::CudaDevice(const DeviceRequest &request)
    : plan(request.artifact.plan()),
      use(request.trains ? Use::model : Use::alone),
      gpu(request.localRank, request.mayShare), code(gpu, request.artifact),
      rank(request.memory.rank), ranks(request.memory.ranks), queue(gpu) {
  if (!request.trains)
    gpu.phase = "the model is opened";
  for (unsigned i = 0; i < plan.buffers()->size(); ++i)
    if (request.memory.isUsed(int(i)))
      openBuffer(*plan.buffers()->Get(i));
    else
      buffers.push_back(0);
  for (const plan::Kernel *kernel : *plan.kernels())
    kernels.push_back(code.find(*kernel));
  auto place = [&](const char *name) {
    int buffer = findBuffer(plan, name);
    return buffer < 0 ? Address(0) : buffers[buffer];
  };
  const plan::Buffer *gradients = plan.buffers()->Get(findBuffer(plan, "grad"));
  queue.bind({place("counters"), place("uniforms"), place("state"),
              place("grad"),
              gradients->count() * elementBytes(gradients->dtype()),
              int64_t(plan.uniforms()->size()),
              int64_t(plan.state() ? plan.state()->size() : 0),
              findUniform(plan, "finite")});
}

/// Elements of a buffer that this rank has.
std::vector<ElementRange>
CudaDevice::partsOf(const plan::Buffer &buffer) const {
  if (isUnused(plan, buffer, ranks))
    return {};
  if (!isHeldInParts(plan, buffer, ranks))
    return {{0, buffer.count()}};
  return ownedParts(plan, rank, ranks, {0, buffer.count()});
}

void CudaDevice::openBuffer(const plan::Buffer &buffer) {
  auto width = size_t(elementBytes(buffer.dtype()));
  std::string owner = "'" + buffer.name()->str() + "'";
  std::vector<ElementRange> parts = partsOf(buffer);
  if (isHeldInParts(plan, buffer, ranks)) {
    std::vector<ByteRange> bytes;
    for (ElementRange part : parts)
      bytes.push_back({size_t(part.begin) * width, size_t(part.end) * width});
    buffers.push_back(
        gpu.allocateParts(owner, size_t(buffer.count()) * width, bytes, use));
  } else {
    size_t elements = parts.empty() ? 0 : size_t(buffer.count());
    buffers.push_back(gpu.allocate(owner, elements * width, use));
  }
  for (ElementRange part : parts)
    fillPart(buffer, part);
}

/// Of the buffer that was opened last. Memory is zeroed.
void CudaDevice::fillPart(const plan::Buffer &buffer, ElementRange part) {
  if (buffer.fill() == 0)
    return;
  int64_t width = elementBytes(buffer.dtype());
  int64_t together = std::min(part.size(), kFillBytes / width);
  std::vector<char> data(size_t(together * width));
  fillElements(buffer, data.data(), together);
  for (int64_t first = part.begin; first < part.end; first += together)
    upload(int(buffers.size()) - 1, first * width, data.data(),
           std::min(together, part.end - first) * width);
}

std::string CudaDevice::describe() const {
  return "cuda, " + gpu.facts.describe() + ", kernels " + code.describe();
}

void CudaDevice::upload(int buffer, int64_t offset, const void *data,
                        int64_t bytes) {
  queue.wait();
  gpu.upload(buffers[buffer] + offset, data, bytes,
             "a copy to '" + plan.buffers()->Get(buffer)->name()->str() + "'");
}

void CudaDevice::download(int buffer, int64_t offset, void *data,
                          int64_t bytes) {
  queue.wait();
  gpu.check(gpu.driver.download(data, buffers[buffer] + offset, bytes),
            "a copy of '" + plan.buffers()->Get(buffer)->name()->str() + "'");
}

void CudaDevice::launch(int kernel, int64_t begin, int64_t end) {
  const plan::Kernel &planned = *plan.kernels()->Get(kernel);
  std::vector<int64_t> values;
  for (int32_t buffer : *planned.operands())
    values.push_back(int64_t(buffers[buffer]));
  for (int64_t value : {begin, end, int64_t(queue.stopFlag())})
    values.push_back(value);
  queue.launch(kernels[kernel], end - begin, values,
               "kernel '" + planned.name()->str() + "'");
}

void *CudaDevice::scratch(int64_t bytes) {
  return reinterpret_cast<void *>(
      gpu.allocate("other ranks' sums", size_t(bytes), Use::model));
}

void CudaDevice::keepSum(int gradients, int subtrees,
                         const std::vector<SubtreeKeep> &keeps, size_t) {
  queue.keepSum(buffers[gradients], buffers[subtrees],
                plan.buffers()->Get(gradients)->count(), keeps);
}

static std::unique_ptr<Device> open(const DeviceRequest &request) {
  return std::make_unique<CudaDevice>(request);
}

static std::string lacks(const Artifact &artifact) {
  try {
    chooseImage(artifact, readFacts(openDriver()));
    return "";
  } catch (const Error &error) {
    return error.what();
  }
}

static std::string survey() {
  try {
    return readFacts(openDriver()).describe();
  } catch (const Error &error) {
    return error.what();
  }
}

namespace dsc {
DeviceKind cudaDeviceKind();
} // namespace dsc

DeviceKind dsc::cudaDeviceKind() { return {"cuda", open, lacks, survey}; }
