//===- CpuDevice.cpp - buffers in host memory, kernels on host threads ----===//

#include "runtime/Artifact/Types.h"
#include "runtime/Device/Arena.h"
#include "runtime/Device/Device.h"
#include "runtime/Device/Fill.h"

#include <algorithm>
#include <cstring>

using namespace dsc;

namespace {

class CpuDevice : public Device {
public:
  CpuDevice(const plan::Plan &plan, KernelTable kernels, ParallelFor parallel);

  std::string describe() const override { return "cpu, " + table.isa; }
  void *address(int buffer) override { return arenas[buffer].data(); }
  void upload(int buffer, int64_t offset, const void *data,
              int64_t bytes) override {
    std::memcpy(static_cast<char *>(address(buffer)) + offset, data, bytes);
  }
  void download(int buffer, int64_t offset, void *data,
                int64_t bytes) override {
    std::memcpy(data, static_cast<char *>(address(buffer)) + offset, bytes);
  }
  void launch(int kernel, int64_t begin, int64_t end) override;

private:
  const plan::Plan &plan;
  KernelTable table;
  ParallelFor parallelFor;
  std::vector<Arena> arenas;
  std::vector<std::vector<void *>> operands; ///< per kernel
};

} // namespace

CpuDevice::CpuDevice(const plan::Plan &plan, KernelTable kernels,
                     ParallelFor parallel)
    : plan(plan), table(std::move(kernels)), parallelFor(std::move(parallel)) {
  for (const plan::Buffer *buffer : *plan.buffers()) {
    arenas.emplace_back(buffer->count() * elementBytes(buffer->dtype()));
    if (buffer->fill() != 0)
      fillElements(*buffer, arenas.back().data(), buffer->count());
  }
  for (const plan::Kernel *kernel : *plan.kernels()) {
    operands.emplace_back();
    for (int32_t buffer : *kernel->operands())
      operands.back().push_back(arenas[buffer].data());
  }
}

void CpuDevice::launch(int kernel, int64_t begin, int64_t end) {
  CpuKernel code = table.kernels[kernel];
  void *const *buffers = operands[kernel].data();
  switch (plan.kernels()->Get(kernel)->kind()) {
  case plan::KernelKind::map: {
    // Split at whole blocks, so that results do not depend on the threads.
    int64_t blocks = (end - begin + kBlockElements - 1) / kBlockElements;
    parallelFor(blocks, [&](int64_t first, int64_t last) {
      code(buffers, begin + first * kBlockElements,
           std::min(end, begin + last * kBlockElements));
    });
    return;
  }
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

std::unique_ptr<Device> dsc::openCpuDevice(const plan::Plan &plan,
                                           KernelTable kernels,
                                           ParallelFor parallelFor) {
  return std::make_unique<CpuDevice>(plan, std::move(kernels),
                                     std::move(parallelFor));
}
