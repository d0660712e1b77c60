//===- GpuUpdate.cpp ------------------------------------------------------===//

#include "tools/gpu/update/GpuUpdate.h"

#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Types.h"

using namespace dsc;
using namespace dsc::gpu;

GpuUpdate::GpuUpdate(const Artifact &artifact)
    : artifact(artifact), plan(artifact.plan()), gpu(/*localRank=*/0),
      code(gpu, artifact) {
  for (const plan::Buffer *buffer : *plan.buffers())
    buffers.push_back(gpu.allocate("'" + buffer->name()->str() + "'",
                                   bytesOf(int(buffers.size())),
                                   cuda::Use::model));
  for (const plan::Kernel *kernel : *plan.kernels())
    kernels.push_back(code.find(*kernel));
  tracksKernel = findTracks();
  gpu.check(gpu.driver.createStream(&own, cuda::kNonBlocking), "a stream");
}

GpuUpdate::~GpuUpdate() { gpu.driver.destroyStream(own); }

cuda::LoadedKernel GpuUpdate::findTracks() const {
  const images::Kernel *found =
      findKernel(cuda::chooseImage(artifact, gpu.facts), kTracksSymbol);
  if (!found)
    throw Error(Exit::artifact,
                "'" + artifact.path() + "' has no schedule for the device",
                "compile the recipe again");
  return code.find(kTracksSymbol, unsigned(found->threads()), found->span());
}

std::string GpuUpdate::describe() const {
  return gpu.facts.describe() + ", kernels " + code.describe();
}

int64_t GpuUpdate::bytesOf(int buffer) const {
  const plan::Buffer &planned = *plan.buffers()->Get(buffer);
  return planned.count() * elementBytes(planned.dtype());
}

void GpuUpdate::upload(int buffer, const void *data) {
  gpu.upload(buffers[buffer], data, bytesOf(buffer), "a copy to the device");
}

void GpuUpdate::download(int buffer, int64_t offset, void *data,
                         int64_t bytes) {
  gpu.check(gpu.driver.download(data, buffers[buffer] + offset, bytes),
            "a copy from the device");
}

void GpuUpdate::launch(const cuda::LoadedKernel &kernel, int64_t count,
                       std::vector<int64_t> values, cuda::Stream stream,
                       const std::string &what) {
  std::vector<void *> parameters;
  for (int64_t &value : values)
    parameters.push_back(&value);
  gpu.check(gpu.driver.launch(kernel.function, kernel.blocksFor(count), 1, 1,
                              kernel.threads, 1, 1, 0, stream,
                              parameters.data(), nullptr),
            what);
}

void GpuUpdate::launch(cuda::Stream stream, unsigned kinds) {
  for (const plan::PlanOp *op : *findProgram(plan, "update")->ops()) {
    if (op->code() != plan::OpCode::launch)
      continue;
    const plan::Kernel &kernel = *plan.kernels()->Get(op->index());
    if (!(kinds & (kernel.kind() == plan::KernelKind::reduce   ? reduce
                   : kernel.kind() == plan::KernelKind::finish ? finish
                                                               : map)))
      continue;
    std::vector<int64_t> values;
    for (int32_t buffer : *kernel.operands())
      values.push_back(int64_t(buffers[buffer]));
    // No step is ever not made: there is no word that says so.
    for (int64_t value : {op->begin(), op->end(), int64_t(0)})
      values.push_back(value);
    launch(kernels[op->index()], op->end() - op->begin(), values, stream,
           "kernel '" + kernel.name()->str() + "'");
  }
}

void GpuUpdate::run() {
  launch(own, all);
  gpu.check(gpu.driver.wait(own), "the update");
}

void GpuUpdate::tracks(cuda::Address out, cuda::Address state, int64_t begin,
                       int64_t end) {
  launch(tracksKernel, end - begin, {int64_t(out), int64_t(state), begin, end},
         own, "the schedule");
  gpu.check(gpu.driver.wait(own), "the schedule");
}
