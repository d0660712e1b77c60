//===- CpuDevice.cpp - buffers in host memory, kernels on host threads ----===//

#include "runtime/Artifact/Shards.h"
#include "runtime/Artifact/Types.h"
#include "runtime/Device/Arena.h"
#include "runtime/Device/Device.h"
#include "runtime/Device/Fill.h"

#include <algorithm>
#include <cstring>

using namespace dsc;

/// Elements that are written and used at once: with the arrays of an update
/// they fit the second-level cache.
static constexpr int64_t kPiece = 4 * kBlockElements;

namespace {

class CpuDevice : public Device {
public:
  CpuDevice(const plan::Plan &plan, KernelTable kernels, ParallelFor parallel,
            const DeviceMemory &memory);

  std::string describe() const override { return "cpu, " + table.isa; }
  void *address(int buffer) override { return addresses[buffer]; }
  void upload(int buffer, int64_t offset, const void *data,
              int64_t bytes) override {
    std::memcpy(static_cast<char *>(address(buffer)) + offset, data, bytes);
  }
  void download(int buffer, int64_t offset, void *data,
                int64_t bytes) override {
    std::memcpy(data, static_cast<char *>(address(buffer)) + offset, bytes);
  }
  void launch(int kernel, int64_t begin, int64_t end) override;
  void launchThen(int kernel, int64_t begin, int64_t end,
                  const Then &then) override;
  void *scratch(int64_t bytes) override {
    return arenas.emplace_back(size_t(bytes)).data();
  }
  void keepSum(int gradients, int subtrees,
               const std::vector<SubtreeKeep> &keeps, size_t leaf) override;
  void joinSums(const SumsJoin &join) override;

private:
  template <typename Body> void eachPart(int64_t begin, int64_t end, Body body);
  void addBuffer(int index, const DeviceMemory &memory);
  void addShards(const plan::Buffer &buffer, const DeviceMemory &memory);

  const plan::Plan &plan;
  KernelTable table;
  ParallelFor parallelFor;
  std::vector<Arena> arenas;
  std::vector<void *> addresses;             ///< per buffer
  std::vector<std::vector<void *>> operands; ///< per kernel
};

} // namespace

/// Offsets are those of the whole buffer; what belongs to other ranks is never
/// touched, so the system never gives it.
void CpuDevice::addShards(const plan::Buffer &buffer,
                          const DeviceMemory &memory) {
  int64_t width = elementBytes(buffer.dtype());
  arenas.emplace_back(buffer.count() * width, Arena::Use::sparse);
  auto *start = static_cast<char *>(arenas.back().data());
  addresses.push_back(start);
  for (const plan::Bucket *bucket : *plan.buckets()) {
    ElementRange part = shardOf(*bucket, memory.rank, memory.ranks);
    arenas.back().advise(part.begin * width, part.end * width);
    if (buffer.fill() != 0)
      fillElements(buffer, start + part.begin * width, part.size());
  }
}

void CpuDevice::addBuffer(int index, const DeviceMemory &memory) {
  const plan::Buffer &buffer = *plan.buffers()->Get(index);
  if (!memory.isUsed(index)) {
    addresses.push_back(nullptr);
    return;
  }
  if (buffer.placement() == plan::Placement::shard && memory.ranks > 1) {
    addShards(buffer, memory);
    return;
  }
  int64_t bytes = buffer.count() * elementBytes(buffer.dtype());
  void *given = memory.shared ? memory.shared(index, bytes) : nullptr;
  if (!given)
    given = arenas.emplace_back(bytes).data();
  addresses.push_back(given);
  if (buffer.fill() != 0)
    fillElements(buffer, given, buffer.count());
}

CpuDevice::CpuDevice(const plan::Plan &plan, KernelTable kernels,
                     ParallelFor parallel, const DeviceMemory &memory)
    : plan(plan), table(std::move(kernels)), parallelFor(std::move(parallel)) {
  for (unsigned i = 0; i < plan.buffers()->size(); ++i)
    addBuffer(int(i), memory);
  for (const plan::Kernel *kernel : *plan.kernels()) {
    operands.emplace_back();
    for (int32_t buffer : *kernel->operands())
      operands.back().push_back(addresses[buffer]);
  }
}

static void add(float *sums, const float *source, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i)
    sums[i] += source[i];
}

void CpuDevice::keepSum(int gradients, int subtrees,
                        const std::vector<SubtreeKeep> &keeps, size_t leaf) {
  SubtreeKeep keep = keeps[leaf];
  int64_t elements = plan.buffers()->Get(gradients)->count();
  auto *slots = static_cast<float *>(address(subtrees));
  auto *sum = static_cast<float *>(address(gradients));
  if (keep.additions == 0)
    parallelFor(elements, [&](int64_t begin, int64_t end) {
      std::copy(sum + begin, sum + end,
                slots + keep.waiting * elements + begin);
    });
  for (int64_t i = 1; i <= keep.additions; ++i) {
    float *into = slots + (keep.waiting - i) * elements;
    parallelFor(elements, [&](int64_t begin, int64_t end) {
      add(into, sum, begin, end);
    });
    sum = into;
  }
}

void CpuDevice::joinSums(const SumsJoin &join) {
  parallelFor(join.elements, [&](int64_t begin, int64_t end) {
    for (SubtreeJoin addition : join.additions)
      add(join.roots[addition.left], join.roots[addition.right], begin, end);
    std::copy(join.roots[0] + begin, join.roots[0] + end, join.sums + begin);
  });
}

/// Splits [begin, end) at whole blocks, so that results do not depend on the
/// threads.
template <typename Body>
void CpuDevice::eachPart(int64_t begin, int64_t end, Body body) {
  int64_t blocks = (end - begin + kBlockElements - 1) / kBlockElements;
  parallelFor(blocks, [&](int64_t first, int64_t last) {
    body(begin + first * kBlockElements,
         std::min(end, begin + last * kBlockElements));
  });
}

void CpuDevice::launch(int kernel, int64_t begin, int64_t end) {
  CpuKernel code = table.kernels[kernel];
  void *const *buffers = operands[kernel].data();
  switch (plan.kernels()->Get(kernel)->kind()) {
  case plan::KernelKind::map:
    eachPart(begin, end,
             [&](int64_t from, int64_t to) { code(buffers, from, to); });
    return;
  case plan::KernelKind::reduce:
    parallelFor(end - begin, [&](int64_t first, int64_t last) {
      code(buffers, begin + first, begin + last);
    });
    return;
  case plan::KernelKind::finish:
    code(buffers, begin, end);
    return;
  }
}

void CpuDevice::launchThen(int kernel, int64_t begin, int64_t end,
                           const Then &then) {
  CpuKernel code = table.kernels[kernel];
  void *const *buffers = operands[kernel].data();
  eachPart(begin, end, [&](int64_t from, int64_t to) {
    for (int64_t next = from; from < to; from = next) {
      next = std::min(to, from + kPiece);
      code(buffers, from, next);
      then(from, next);
    }
  });
}

std::unique_ptr<Device> dsc::openCpuDevice(const plan::Plan &plan,
                                           KernelTable kernels,
                                           ParallelFor parallelFor,
                                           const DeviceMemory &memory) {
  return std::make_unique<CpuDevice>(plan, std::move(kernels),
                                     std::move(parallelFor), memory);
}
