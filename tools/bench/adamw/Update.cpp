//===- Update.cpp ---------------------------------------------------------===//

#include "tools/bench/adamw/Update.h"

#include "runtime/Base/Error.h"

using namespace dsc;
using namespace dsc::bench;

Update::Update(const Artifact &artifact, ParallelFor parallelFor)
    : plan(artifact.plan()), kernels(loadKernels(artifact)),
      device(openCpuDevice(plan, kernels, std::move(parallelFor))) {}

std::span<float> Update::arena(const char *name) const {
  int buffer = findBuffer(plan, name);
  if (buffer < 0)
    throw Error(Exit::artifact,
                std::string("the plan has no buffer '") + name + "'");
  return {static_cast<float *>(device->address(buffer)),
          size_t(plan.buffers()->Get(buffer)->count())};
}

void Update::launch(bool withNorm) {
  device->upload(findBuffer(plan, "counters"), kStep * 8, &step, 8);
  for (const plan::PlanOp *op : *findProgram(plan, "update")->ops()) {
    if (op->code() != plan::OpCode::launch)
      continue;
    plan::KernelKind kind = plan.kernels()->Get(op->index())->kind();
    if (withNorm || kind != plan::KernelKind::reduce)
      device->launch(op->index(), op->begin(), op->end());
  }
  ++step;
}

void Update::run() { launch(/*withNorm=*/false); }
void Update::runWithNorm() { launch(/*withNorm=*/true); }
