//===- Executor.cpp -------------------------------------------------------===//

#include "runtime/Train/Executor.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"
#include "runtime/Collectives/Messages.h"
#include "runtime/Train/Parameters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

using namespace dsc;

static int findState(const plan::Plan &plan, std::string_view name) {
  for (unsigned i = 0; plan.state() && i < plan.state()->size(); ++i)
    if (plan.state()->Get(i)->string_view() == name)
      return int(i);
  return -1;
}

Executor::Executor(const plan::Plan &plan, Device &device, Engine &engine,
                   Communicator &communicator, DeviceCommunicator *onDevice)
    : plan(plan), device(device), engine(engine), communicator(communicator),
      exchange(plan, device, communicator, onDevice),
      micro(findProgram(plan, "micro")),
      lastMicro(findProgram(plan, "last_micro")),
      update(findProgram(plan, "update")),
      evaluation(findProgram(plan, "evaluate")),
      counters(findBuffer(plan, "counters")),
      uniforms(findBuffer(plan, "uniforms")),
      gradients(findBuffer(plan, "grad")),
      learningRate(findUniform(plan, "lr")),
      gradientNorm(findUniform(plan, "grad_norm")),
      finite(findUniform(plan, "finite")), state(findBuffer(plan, "state")),
      lossSlot(findState(plan, "loss")), queue(device.steps()) {
  if (onDevice) {
    queue->watch([onDevice](auto waited) { onDevice->check(waited); });
    queue->agree([this](bool recorded) { return firstToRefuse(recorded); });
  }
  engine.bind(plan, bindParameters(plan, device, [this](const auto &parameter) {
                return exchange.gradientOf(parameter);
              }));
}

void Executor::setStep(int64_t step) {
  device.upload(counters, kStep * sizeof(int64_t), &step, sizeof(step));
}

/// Or -1. A collective call of the host, while nothing is under way.
int64_t Executor::firstToRefuse(bool recorded) {
  double first = recorded ? communicator.size() : communicator.rank();
  std::vector<double> all = gatherAll(communicator, {&first, 1});
  first = *std::min_element(all.begin(), all.end());
  return first < communicator.size() ? int64_t(first) : -1;
}

double Executor::uniform(int index) {
  if (index < 0)
    return std::numeric_limits<double>::quiet_NaN();
  double value = 0;
  device.download(uniforms, index * sizeof(double), &value, sizeof(value));
  return value;
}

void Executor::run(const plan::Program &program, const Batch &batch, bool train,
                   double seed) {
  for (const plan::PlanOp *op : *program.ops()) {
    exchange.await(*op, program);
    switch (op->code()) {
    case plan::OpCode::load_batch:
      engine.beginBatch(batch, train);
      break;
    case plan::OpCode::forward:
      engine.forward(op->index());
      break;
    case plan::OpCode::backward:
      engine.backward(op->index(), seed);
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
}

void Executor::runMicroBatches(int64_t step, const StepBatches &batches) {
  double seed = 1.0 / double(std::max<int64_t>(batches.targetTokens, 1));
  losses.clear();
  exchange.beginStep();
  engine.beginStep(step);
  for (const Batch &batch : batches.micro) {
    // Each is a term of its own in the tree of sums.
    if (plan.training()->virtual_ranks() > 0)
      engine.beginStep(step);
    bool last = &batch == &batches.micro.back();
    run(last ? *lastMicro : *micro, batch, /*train=*/true, seed);
    losses.push_back(engine.lossSum());
  }
}

/// Of all ranks' micro-batches, added in the order of the samples: the same
/// however they are spread over ranks.
void Executor::shareLoss(const StepBatches &batches) {
  losses.push_back(batches.stopAsked);
  std::vector<double> all = exchange.gather(losses);
  double sum = 0;
  stopAsked = false;
  for (size_t i = 0; i < all.size(); ++i)
    if ((i + 1) % losses.size() == 0)
      stopAsked |= all[i] != 0;
    else
      sum += all[i];
  loss = sum * (1.0 / double(std::max<int64_t>(batches.targetTokens, 1)));
  if (lossSlot >= 0 && std::isfinite(loss))
    device.upload(state, lossSlot * int64_t(sizeof(loss)), &loss, sizeof(loss));
}

/// False when the update is not made, because of a number that is none.
bool Executor::runUpdate(const StepBatches &batches) {
  for (const plan::PlanOp *op : *update->ops()) {
    exchange.await(*op, *update);
    switch (op->code()) {
    case plan::OpCode::gradients_done:
      engine.finishGradients(exchange.parametersOf(op->index()));
      break;
    case plan::OpCode::share_loss:
      shareLoss(batches);
      if (!std::isfinite(loss))
        return false;
      break;
    case plan::OpCode::clear:
      clear(op->buffer());
      break;
    case plan::OpCode::launch:
      exchange.launch(*op);
      break;
    case plan::OpCode::guard:
      if (uniform(finite) == 0)
        return false;
      break;
    case plan::OpCode::advance: {
      int64_t step = 0;
      device.download(counters, kStep * sizeof(step), &step, sizeof(step));
      setStep(step + 1);
      break;
    }
    default:
      if (!exchange.run(*op, *update))
        throw Error(Exit::artifact,
                    "the plan is damaged: an update runs a part of the model");
    }
  }
  return true;
}

void Executor::clear(int buffer) {
  const plan::Buffer &cleared = *plan.buffers()->Get(buffer);
  std::vector<char> zeros(
      size_t(cleared.count() * elementBytes(cleared.dtype())));
  device.upload(buffer, 0, zeros.data(), int64_t(zeros.size()));
}

StepResult Executor::resultOf(double loss, bool applied, const double *values,
                              const double *slots) const {
  auto value = [&](int index) {
    return index < 0 ? std::numeric_limits<double>::quiet_NaN() : values[index];
  };
  StepResult result{loss, applied, value(learningRate), value(gradientNorm),
                    {},   false};
  if (plan.state())
    result.state.assign(slots, slots + plan.state()->size());
  return result;
}

StepResult Executor::stepOfHost(int64_t step, const StepBatches &batches) {
  runMicroBatches(step, batches);
  bool applied = runUpdate(batches);
  exchange.endStep(applied);
  std::vector<double> values(plan.uniforms()->size());
  std::vector<double> slots(plan.state() ? plan.state()->size() : 0);
  device.download(uniforms, 0, values.data(),
                  int64_t(values.size() * sizeof(double)));
  if (!slots.empty())
    device.download(state, 0, slots.data(),
                    int64_t(slots.size() * sizeof(double)));
  StepResult result = resultOf(loss, applied, values.data(), slots.data());
  result.stopAsked = stopAsked;
  return result;
}

void Executor::submit(int64_t step, const StepBatches &batches) {
  if (!queue) {
    ready = stepOfHost(step, batches);
    return;
  }
  sendBatches(step, batches);
  exchange.beginStep();
  for (size_t i = 1; i < batches.micro.size(); ++i)
    queue->run(StepPart::microBatch, [this] {
      enqueueMicroBatch(*micro);
      engine.endDeviceBatch();
    });
  queue->run(StepPart::lastMicroBatch, [this] {
    enqueueMicroBatch(*lastMicro);
    enqueueUpdate();
    engine.endDeviceBatch();
  });
  exchange.endStep(/*made=*/true);
}

StepResult Executor::collect() {
  if (!queue)
    return *std::exchange(ready, std::nullopt);
  StepOutcome record = queue->read();
  StepResult result =
      resultOf(record.loss, record.made, record.uniforms, record.state);
  result.stopAsked = record.stopAsked;
  return result;
}

void Executor::restart() {
  if (queue)
    queue->restart();
}

bool Executor::isGradientFinite(const plan::Parameter &parameter) {
  std::vector<float> values;
  for (ElementRange part : exchange.finalGradients(
           {parameter.offset(), parameter.offset() + parameter.size()})) {
    values.resize(size_t(part.size()));
    device.download(gradients, part.begin * int64_t(sizeof(float)),
                    values.data(), part.size() * int64_t(sizeof(float)));
    if (!std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); }))
      return false;
  }
  return true;
}

std::string Executor::firstBadGradient(int64_t step,
                                       const StepBatches &batches) {
  // Later steps may have left their gradients: those of this one come again.
  if (queue) {
    queue->restart();
    submit(step, batches);
    queue->read();
  }
  exchange.settle();
  const auto &parameters = *plan.parameters();
  double bad = parameters.size();
  for (unsigned i = 0; i < parameters.size() && bad == parameters.size(); ++i)
    if (!parameters.Get(i)->frozen() && !isGradientFinite(*parameters.Get(i)))
      bad = i;
  std::vector<double> all = gatherAll(communicator, {&bad, 1});
  bad = *std::min_element(all.begin(), all.end());
  return bad < parameters.size() ? parameters.Get(unsigned(bad))->name()->str()
                                 : "";
}

std::optional<EvaluationResult>
Executor::evaluate(SampleStream &stream, int64_t samples,
                   const std::function<bool()> &interrupted) {
  exchange.settle();
  EvaluationResult result;
  std::vector<double> sums; ///< of each batch, 0 where another rank ran it
  double tokens = 0;
  Batch batch;
  for (int64_t first = 0; first < stream.size(); first += samples) {
    auto turn = int64_t(sums.size()) % communicator.size();
    if (turn == 0 && interrupted())
      return std::nullopt;
    sums.push_back(0);
    if (turn != communicator.rank())
      continue;
    stream.read(first, std::min(samples, stream.size() - first), batch);
    run(*evaluation, batch, /*train=*/false, 0);
    sums.back() = engine.lossSum();
    tokens += double(batch.targetTokens);
  }
  // Each was made by one rank: to add zeros is exact.
  communicator.allReduce(sums.data(), int64_t(sums.size()));
  communicator.allReduce(&tokens, 1);
  double sum = std::accumulate(sums.begin(), sums.end(), 0.0);
  result.samples = stream.size();
  result.tokens = int64_t(tokens);
  result.loss = sum / std::max(tokens, 1.0);
  return result;
}
