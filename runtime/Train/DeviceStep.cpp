//===- DeviceStep.cpp - a step that the device makes by itself ------------===//
//
// The plan's ops are those of the host's step. None of them reads or writes
// anything of the host, so the device may record them and replay them.
//
//===----------------------------------------------------------------------===//

#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"
#include "runtime/Train/Executor.h"

#include <algorithm>

using namespace dsc;

void Executor::openQueue(const Batch &batch, int64_t count) {
  deviceBatch.layout = BatchLayout(batch);
  // With virtual ranks each has a sum of its own.
  deviceBatch.accumulates = count > 1 && plan.training()->virtual_ranks() == 0;
  deviceBatch.batches = count;
  deviceBatch.places =
      queue->open({deviceBatch.layout.bytes(), count, deviceBatch.accumulates,
                   lossSlot, communicator.rank(), communicator.size()});
}

void Executor::sendBatches(int64_t step, const StepBatches &all) {
  const std::vector<Batch> &batches = all.micro;
  if (!deviceBatch.places.batch)
    openQueue(batches.front(), int64_t(batches.size()));
  double seed = 1.0 / double(std::max<int64_t>(all.targetTokens, 1));
  char *memory = queue->batches();
  for (size_t i = 0; i < batches.size(); ++i) {
    const BatchLayout &layout = deviceBatch.layout;
    if (BatchLayout(batches[i]) != layout)
      throw Error(Exit::internal, "the batches of a run differ in shape");
    BatchHeader header{seed, batches[i].targetTokens, batches[i].firstSample,
                       deviceBatch.accumulates ? int64_t(i) : 0, all.stopAsked};
    layout.write(batches[i], header, memory + int64_t(i) * layout.bytes());
  }
  queue->begin(step);
}

void Executor::enqueueMicroBatch(const plan::Program &program) {
  for (const plan::PlanOp *op : *program.ops()) {
    queue->announce(describeOp(plan, program, *op));
    exchange.await(*op, program);
    switch (op->code()) {
    case plan::OpCode::load_batch:
      queue->takeBatch();
      engine.beginDeviceBatch(deviceBatch);
      break;
    case plan::OpCode::forward:
      engine.forward(op->index());
      break;
    case plan::OpCode::backward:
      engine.backward(op->index(), 0);
      break;
    case plan::OpCode::gradients_done:
      engine.finishGradients(exchange.parametersOf(op->index()));
      break;
    default:
      if (!exchange.run(*op, program))
        throw Error(Exit::artifact, "the plan is damaged: program '" +
                                        program.name()->str() +
                                        "' holds what only an update may");
    }
  }
  queue->addLoss();
  if (&program != lastMicro)
    exchange.endPart();
}

void Executor::enqueueUpdate() {
  for (const plan::PlanOp *op : *update->ops()) {
    queue->announce(describeOp(plan, *update, *op));
    exchange.await(*op, *update);
    switch (op->code()) {
    case plan::OpCode::gradients_done:
      engine.finishGradients(exchange.parametersOf(op->index()));
      break;
    case plan::OpCode::launch:
      exchange.launch(*op);
      break;
    case plan::OpCode::share_loss:
      shareLossOnDevice();
      break;
    case plan::OpCode::clear:
      // One rank writes all of it again.
      if (exchange.ranks() > 1)
        clearOnDevice(op->buffer());
      break;
    case plan::OpCode::guard:
      queue->guard();
      break;
    case plan::OpCode::advance:
      queue->advance();
      break;
    default:
      if (!exchange.run(*op, *update))
        throw Error(Exit::artifact,
                    "the plan is damaged: an update runs a part of the model");
    }
  }
  queue->record();
  exchange.endPart();
}

void Executor::shareLossOnDevice() {
  if (exchange.ranks() > 1) {
    exchange.gatherOnDevice(deviceBatch.places.told, deviceBatch.batches + 1);
    queue->addTold();
  }
  queue->beginUpdate();
}

void Executor::clearOnDevice(int buffer) {
  const plan::Buffer &cleared = *plan.buffers()->Get(buffer);
  queue->clear(device.address(buffer),
               cleared.count() * elementBytes(cleared.dtype()));
}
