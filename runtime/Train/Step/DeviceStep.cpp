//===- DeviceStep.cpp -----------------------------------------------------===//

#include "runtime/Train/Step/DeviceStep.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"

#include <algorithm>

using namespace dsc;

//===----------------------------------------------------------------------===//
// What a step leaves to the next
//===----------------------------------------------------------------------===//

DeviceStep::DeviceStep(const plan::Plan &plan, Device &device, Engine &engine,
                       Exchange &exchange)
    : StepRunner(plan, device, engine, exchange), queue(*device.steps()) {
  if (exchange.ranks() > 1)
    left = leftToNextStep(plan);
}

bool DeviceStep::leaves(const plan::PlanOp &op) const {
  return std::find(left.begin(), left.end(), &op) != left.end();
}

void DeviceStep::beginLeft() {
  for (const plan::PlanOp *op : left)
    make(*op, update);
}

void DeviceStep::settle() {
  if (!owes)
    return;
  owes = false;
  queue.runNow([this] {
    beginLeft();
    exchange.endPart();
  });
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

void DeviceStep::announce(const plan::PlanOp &op,
                          const plan::Program &program) {
  queue.announce(describeOp(plan, program, op));
}

void DeviceStep::loadBatch() {
  queue.takeBatch();
  engine.beginDeviceBatch(deviceBatch);
}

bool DeviceStep::shareLoss() {
  if (exchange.ranks() > 1) {
    exchange.gatherOnDevice(deviceBatch.places.told, deviceBatch.batches + 1);
    queue.addTold();
  }
  queue.beginUpdate();
  return true;
}

bool DeviceStep::guard() {
  queue.guard();
  return true;
}

void DeviceStep::clear(int buffer) {
  // One rank writes all of it again.
  if (exchange.ranks() == 1)
    return;
  const plan::Buffer &cleared = *plan.buffers()->Get(buffer);
  queue.clear(device.address(buffer),
              cleared.count() * elementBytes(cleared.dtype()));
}

//===----------------------------------------------------------------------===//
// A step
//===----------------------------------------------------------------------===//

void DeviceStep::open(const Batch &batch, int64_t count) {
  deviceBatch.layout = BatchLayout(batch);
  // With virtual ranks each has a sum of its own.
  deviceBatch.accumulates = count > 1 && plan.training()->virtual_ranks() == 0;
  deviceBatch.batches = count;
  deviceBatch.places =
      queue.open({deviceBatch.layout.bytes(), count, deviceBatch.accumulates,
                  lossSlot, exchange.rank(), exchange.ranks()});
}

void DeviceStep::send(int64_t step, const StepBatches &all) {
  const std::vector<Batch> &batches = all.micro;
  if (!deviceBatch.places.batch)
    open(batches.front(), int64_t(batches.size()));
  char *memory = queue.batches();
  for (size_t i = 0; i < batches.size(); ++i) {
    const BatchLayout &layout = deviceBatch.layout;
    if (BatchLayout(batches[i]) != layout)
      throw Error(Exit::internal, "the batches of a run differ in shape");
    BatchHeader header{all.seed(), batches[i].targetTokens,
                       batches[i].firstSample,
                       deviceBatch.accumulates ? int64_t(i) : 0, all.stopAsked};
    layout.write(batches[i], header, memory + int64_t(i) * layout.bytes());
  }
  queue.begin(step);
}

void DeviceStep::enqueuePart(bool goesOn, bool isLast) {
  if (goesOn)
    beginLeft();
  run(isLast ? lastMicro : micro);
  queue.addLoss();
  if (isLast) {
    run(update);
    queue.record();
  }
  exchange.endPart();
  engine.endDeviceBatch();
}

/// The very first step goes on with nothing, and is settled: its whole order is
/// held against the plan's.
void DeviceStep::submit(int64_t step, const StepBatches &batches) {
  send(step, batches);
  exchange.beginStep();
  for (size_t i = 0; i < batches.micro.size(); ++i) {
    bool goesOn = i == 0 && isBegun && !left.empty();
    bool isLast = i + 1 == batches.micro.size();
    queue.run(isLast                    ? StepPart::lastMicroBatch
              : i == 0 && !left.empty() ? StepPart::firstMicroBatch
                                        : StepPart::microBatch,
              [&] { enqueuePart(goesOn, isLast); });
  }
  owes = !left.empty();
  if (!isBegun)
    settle();
  isBegun = true;
  exchange.endStep(/*made=*/true);
}

StepResult DeviceStep::collect() {
  StepOutcome record = queue.read();
  StepResult result =
      resultOf(record.loss, record.made, record.uniforms, record.state);
  result.stopAsked = record.stopAsked;
  return result;
}

void DeviceStep::remake(int64_t step, const StepBatches &batches) {
  queue.restart();
  submit(step, batches);
  queue.read();
}
