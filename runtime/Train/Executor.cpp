//===- Executor.cpp -------------------------------------------------------===//

#include "runtime/Train/Executor.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

using namespace dsc;

/// The model computes in the low-precision copies where the plan has them.
static int computeBuffer(const plan::Plan &plan, bool frozen) {
  int copy = findBuffer(plan, frozen ? "frozen_compute" : "compute");
  return copy >= 0 ? copy : findBuffer(plan, frozen ? "frozen" : "param");
}

static std::vector<ParameterBinding> bindParameters(const plan::Plan &plan,
                                                    Device &device) {
  std::vector<ParameterBinding> bindings;
  auto *gradients =
      static_cast<float *>(device.address(findBuffer(plan, "grad")));
  for (const plan::Parameter *parameter : *plan.parameters()) {
    int buffer = computeBuffer(plan, parameter->frozen());
    int64_t width = elementBytes(plan.buffers()->Get(buffer)->dtype());
    ParameterBinding binding;
    binding.data = static_cast<char *>(device.address(buffer)) +
                   parameter->offset() * width;
    if (!parameter->frozen())
      binding.gradient = gradients + parameter->offset();
    bindings.push_back(binding);
  }
  return bindings;
}

static int findScoresUnit(const plan::Graph &graph) {
  for (unsigned i = 0; i < graph.units()->size(); ++i)
    for (const plan::Call *call : *graph.units()->Get(i)->calls())
      for (int32_t result : *call->results())
        if (result == graph.scores())
          return int(i);
  return int(graph.units()->size()) - 1;
}

static int findState(const plan::Plan &plan, std::string_view name) {
  for (unsigned i = 0; plan.state() && i < plan.state()->size(); ++i)
    if (plan.state()->Get(i)->string_view() == name)
      return int(i);
  return -1;
}

Executor::Executor(const plan::Plan &plan, Device &device, Engine &engine)
    : plan(plan), device(device), engine(engine),
      micro(findProgram(plan, "micro")), update(findProgram(plan, "update")),
      evaluation(findProgram(plan, "evaluate")),
      counters(findBuffer(plan, "counters")),
      uniforms(findBuffer(plan, "uniforms")),
      gradients(findBuffer(plan, "grad")),
      learningRate(findUniform(plan, "lr")),
      gradientNorm(findUniform(plan, "grad_norm")),
      finite(findUniform(plan, "finite")),
      scoresUnit(findScoresUnit(*plan.graph())),
      state(findBuffer(plan, "state")), lossSlot(findState(plan, "loss")),
      queue(device.steps()) {
  engine.bind(plan, bindParameters(plan, device));
}

void Executor::setStep(int64_t step) {
  device.upload(counters, kStep * sizeof(int64_t), &step, sizeof(step));
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
    default:
      throw Error(Exit::artifact, "the plan is damaged: program '" +
                                      program.name()->str() +
                                      "' holds what only an update may");
    }
  }
}

double Executor::runMicroBatches(int64_t step,
                                 const std::vector<Batch> &batches) {
  int64_t tokens = 0;
  for (const Batch &batch : batches)
    tokens += batch.targetTokens;
  double seed = 1.0 / double(std::max<int64_t>(tokens, 1)), sum = 0;
  engine.beginStep(step);
  for (const Batch &batch : batches) {
    run(*micro, batch, /*train=*/true, seed);
    sum += engine.lossSum();
  }
  return sum * seed;
}

bool Executor::runUpdate() {
  for (const plan::PlanOp *op : *update->ops()) {
    switch (op->code()) {
    case plan::OpCode::gradients_done:
      engine.finishGradients();
      break;
    case plan::OpCode::launch:
      device.launch(op->index(), op->begin(), op->end());
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
      throw Error(Exit::artifact,
                  "the plan is damaged: an update runs a part of the model");
    }
  }
  return true;
}

void Executor::setLoss(double loss) {
  if (lossSlot >= 0)
    device.upload(state, lossSlot * int64_t(sizeof(loss)), &loss, sizeof(loss));
}

StepResult Executor::resultOf(double loss, bool applied, const double *values,
                              const double *slots) const {
  auto value = [&](int index) {
    return index < 0 ? std::numeric_limits<double>::quiet_NaN() : values[index];
  };
  StepResult result{
      loss, applied, value(learningRate), value(gradientNorm), {}};
  if (plan.state())
    result.state.assign(slots, slots + plan.state()->size());
  return result;
}

StepResult Executor::stepOfHost(int64_t step,
                                const std::vector<Batch> &batches) {
  double loss = runMicroBatches(step, batches);
  bool applied = false;
  if (std::isfinite(loss)) {
    setLoss(loss);
    applied = runUpdate();
  }
  std::vector<double> values(plan.uniforms()->size());
  std::vector<double> slots(plan.state() ? plan.state()->size() : 0);
  device.download(uniforms, 0, values.data(),
                  int64_t(values.size() * sizeof(double)));
  if (!slots.empty())
    device.download(state, 0, slots.data(),
                    int64_t(slots.size() * sizeof(double)));
  return resultOf(loss, applied, values.data(), slots.data());
}

void Executor::submit(int64_t step, const std::vector<Batch> &batches) {
  if (!queue) {
    ready = stepOfHost(step, batches);
    return;
  }
  sendBatches(step, batches);
  for (size_t i = 1; i < batches.size(); ++i)
    queue->run(StepPart::microBatch, [this] { enqueueMicroBatch(); });
  queue->run(StepPart::lastMicroBatch, [this] {
    enqueueMicroBatch();
    enqueueUpdate();
  });
}

StepResult Executor::collect() {
  if (!queue)
    return *std::exchange(ready, std::nullopt);
  StepOutcome record = queue->read();
  return resultOf(record.loss, record.made, record.uniforms, record.state);
}

void Executor::restart() {
  if (queue)
    queue->restart();
}

std::string Executor::firstBadGradient(int64_t step,
                                       const std::vector<Batch> &batches) {
  // Later steps may have left their gradients: those of this one come again.
  if (queue) {
    queue->restart();
    submit(step, batches);
    queue->read();
  }
  std::vector<float> values;
  for (const plan::Parameter *parameter : *plan.parameters()) {
    if (parameter->frozen())
      continue;
    values.resize(parameter->size());
    device.download(gradients, parameter->offset() * sizeof(float),
                    values.data(), values.size() * sizeof(float));
    if (!std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value); }))
      return parameter->name()->str();
  }
  return "";
}

std::optional<EvaluationResult>
Executor::evaluate(SampleStream &stream, int64_t samples,
                   const std::function<bool()> &interrupted) {
  EvaluationResult result;
  double sum = 0;
  Batch batch;
  for (int64_t first = 0; first < stream.size(); first += samples) {
    if (interrupted())
      return std::nullopt;
    stream.read(first, std::min(samples, stream.size() - first), batch);
    run(*evaluation, batch, /*train=*/false, 0);
    sum += engine.lossSum();
    result.tokens += batch.targetTokens;
    result.samples += batch.samples;
  }
  result.loss = sum / double(std::max<int64_t>(result.tokens, 1));
  return result;
}

void Executor::runToScores(const Batch &batch) {
  engine.beginBatch(batch, /*train=*/false);
  for (int unit = 0; unit <= scoresUnit; ++unit)
    engine.forward(unit);
}
