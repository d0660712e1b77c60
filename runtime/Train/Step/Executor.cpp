//===- Executor.cpp -------------------------------------------------------===//

#include "runtime/Train/Step/Executor.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Collectives/Messages.h"
#include "runtime/Train/Model/Parameters.h"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace dsc;

Executor::Executor(const plan::Plan &plan, Device &device, Engine &engine,
                   Communicator &communicator, DeviceCommunicator *exchanging)
    : plan(plan), device(device), engine(engine), communicator(communicator),
      exchange(plan, device, communicator, exchanging),
      onHost(plan, device, engine, exchange), steps(&onHost) {
  if (device.steps())
    steps = &onDevice.emplace(plan, device, engine, exchange);
  if (exchanging) {
    device.steps()->watch(
        [exchanging](auto waited) { exchanging->check(waited); });
    device.steps()->agree(
        [this](bool recorded) { return firstToRefuse(recorded); });
  }
  engine.bind(plan, bindParameters(plan, device, [this](const auto &parameter) {
                return exchange.gradientOf(parameter);
              }));
}

void Executor::setStep(int64_t step) {
  device.upload(findBuffer(plan, "counters"), kStep * sizeof(int64_t), &step,
                sizeof(step));
}

/// Or -1. A collective call of the host, while nothing is under way.
int64_t Executor::firstToRefuse(bool recorded) {
  double first = recorded ? communicator.size() : communicator.rank();
  std::vector<double> all = gatherAll(communicator, {&first, 1});
  first = *std::min_element(all.begin(), all.end());
  return first < communicator.size() ? int64_t(first) : -1;
}

bool Executor::isGradientFinite(const plan::Parameter &parameter) {
  int gradients = findBuffer(plan, "grad");
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
  steps->remake(step, batches);
  settle();
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
  settle();
  const plan::Program &program = *findProgram(plan, "evaluate");
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
    sums.back() = onHost.evaluate(program, batch);
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
