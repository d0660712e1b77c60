//===- RankUpdate.cpp -----------------------------------------------------===//

#include "tools/bench/exchange/RankUpdate.h"

#include "runtime/Base/Error.h"
#include "runtime/Train/Model/PlacedMemory.h"

using namespace dsc;
using namespace dsc::bench;

void dsc::bench::writeGradients(std::span<float> gradients, int64_t first,
                                int64_t ranks) {
  float offset = float(ranks * first + ranks * (ranks - 1) / 2);
  for (size_t index = 0; index < gradients.size(); ++index)
    gradients[index] = (float(index % 8) * float(ranks) + offset) / 1024;
}

/// Every rank computes on a thread of its own.
static void runAlone(int64_t count,
                     const std::function<void(int64_t, int64_t)> &body) {
  body(0, count);
}

RankUpdate::RankUpdate(const Artifact &artifact, Communicator &communicator)
    : plan(artifact.plan()), update(*findProgram(plan, "update")),
      kernels(loadKernels(artifact)), communicator(communicator),
      device(openCpuDevice(plan, kernels, runAlone,
                           memoryOfRank(plan, communicator))) {
  exchange.emplace(plan, *device, communicator, /*onDevice=*/nullptr);
}

std::span<float> RankUpdate::arena(const char *name) const {
  int buffer = findBuffer(plan, name);
  if (buffer < 0)
    throw Error(Exit::artifact,
                std::string("the plan has no buffer '") + name + "'");
  return {static_cast<float *>(device->address(buffer)),
          size_t(plan.buffers()->Get(buffer)->count())};
}

void RankUpdate::beginStep() {
  device->upload(findBuffer(plan, "counters"), kStep * int64_t(sizeof(step)),
                 &step, sizeof(step));
  ++step;
}

void RankUpdate::run() {
  beginStep();
  const plan::Program &micro = *findProgram(plan, "last_micro");
  for (const plan::PlanOp *op : *micro.ops())
    exchange->run(*op, micro); // leaves all but collectives alone
  exchange->settle();
  for (const plan::PlanOp *op : *update.ops()) {
    bool launch = op->code() == plan::OpCode::launch;
    if (launch &&
        plan.kernels()->Get(op->index())->kind() != plan::KernelKind::reduce)
      exchange->launch(*op);
    else if (!launch && op->buffer() >= 0 && op->index() >= 0)
      exchange->run(*op, update);
  }
  exchange->settle();
}

const plan::PlanOp &RankUpdate::updateOf(int64_t element) const {
  for (const plan::PlanOp *op : *update.ops())
    if (op->code() == plan::OpCode::launch && op->begin() <= element &&
        element < op->end() &&
        plan.kernels()->Get(op->index())->kind() == plan::KernelKind::map)
      return *op;
  throw Error(Exit::artifact, "the plan is damaged: nothing updates element " +
                                  std::to_string(element));
}

void RankUpdate::runFused() {
  beginStep();
  for (const plan::PlanOp *op : *update.ops())
    if (op->code() == plan::OpCode::launch &&
        plan.kernels()->Get(op->index())->kind() == plan::KernelKind::finish)
      exchange->launch(*op);
  float *gradients = arena("grad").data(), *parameters = arena("param").data();
  for (const plan::Bucket *bucket : *plan.buckets()) {
    std::vector<int64_t> bounds = shardBounds(*bucket, communicator.size());
    int kernel = updateOf(bucket->begin()).index();
    communicator.reduceScatterThen(gradients, bounds,
                                   [&](int64_t begin, int64_t end) {
                                     device->launch(kernel, begin, end);
                                   });
    communicator.allGather(parameters, sizeof(float), bounds);
  }
}
