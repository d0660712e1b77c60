//===- HostStep.cpp -------------------------------------------------------===//

#include "runtime/Train/Step/HostStep.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/Types.h"

#include <cmath>
#include <utility>

using namespace dsc;

HostStep::HostStep(const plan::Plan &plan, Device &device, Engine &engine,
                   Exchange &exchange)
    : StepRunner(plan, device, engine, exchange),
      counters(findBuffer(plan, "counters")),
      uniforms(findBuffer(plan, "uniforms")), state(findBuffer(plan, "state")),
      finite(findUniform(plan, "finite")) {}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// Of all ranks' micro-batches, added in the order of the samples: the same
/// however they are spread over ranks.
bool HostStep::shareLoss() {
  losses.push_back(batches->stopAsked);
  std::vector<double> all = exchange.gather(losses);
  double sum = 0;
  stopAsked = false;
  for (size_t i = 0; i < all.size(); ++i)
    if ((i + 1) % losses.size() == 0)
      stopAsked |= all[i] != 0;
    else
      sum += all[i];
  loss = sum * batches->seed();
  if (!std::isfinite(loss))
    return false;
  if (lossSlot >= 0)
    device.upload(state, lossSlot * int64_t(sizeof(loss)), &loss, sizeof(loss));
  return true;
}

void HostStep::clear(int buffer) {
  const plan::Buffer &cleared = *plan.buffers()->Get(buffer);
  std::vector<char> zeros(
      size_t(cleared.count() * elementBytes(cleared.dtype())));
  device.upload(buffer, 0, zeros.data(), int64_t(zeros.size()));
}

void HostStep::advance() {
  int64_t step = 0;
  device.download(counters, kStep * sizeof(step), &step, sizeof(step));
  ++step;
  device.upload(counters, kStep * sizeof(step), &step, sizeof(step));
}

double HostStep::uniform(int index) const {
  double value = 0;
  device.download(uniforms, index * int64_t(sizeof(value)), &value,
                  sizeof(value));
  return value;
}

//===----------------------------------------------------------------------===//
// A step
//===----------------------------------------------------------------------===//

void HostStep::runMicroBatches(int64_t step) {
  losses.clear();
  training = true;
  seed = batches->seed();
  engine.beginStep(step);
  for (const Batch &next : batches->micro) {
    // Each is a term of its own in the tree of sums.
    if (plan.training()->virtual_ranks() > 0)
      engine.beginStep(step);
    batch = &next;
    run(&next == &batches->micro.back() ? lastMicro : micro);
    losses.push_back(engine.lossSum());
  }
}

void HostStep::submit(int64_t step, const StepBatches &all) {
  batches = &all;
  exchange.beginStep();
  runMicroBatches(step);
  bool applied = run(update);
  exchange.endStep(applied);
  std::vector<double> values(plan.uniforms()->size());
  std::vector<double> slots(plan.state() ? plan.state()->size() : 0);
  device.download(uniforms, 0, values.data(),
                  int64_t(values.size() * sizeof(double)));
  if (!slots.empty())
    device.download(state, 0, slots.data(),
                    int64_t(slots.size() * sizeof(double)));
  ready = resultOf(loss, applied, values.data(), slots.data());
  ready->stopAsked = stopAsked;
}

StepResult HostStep::collect() { return *std::exchange(ready, std::nullopt); }

double HostStep::evaluate(const plan::Program &program, const Batch &next) {
  batch = &next;
  training = false;
  run(program);
  return engine.lossSum();
}
