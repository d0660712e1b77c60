//===- Harness.cpp - an engine with its memory ----------------------------===//
//
// See Harness.h.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Engine/Harness.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <stdexcept>

using namespace dsc;
using namespace dsc::test;

std::unique_ptr<Engine> test::openTorchEngine() {
  std::string message;
  std::unique_ptr<Engine> engine(dscEngineOpen(kEngineAbi, "cpu", &message));
  if (!engine)
    throw std::runtime_error(message);
  return engine;
}

float test::noise(uint64_t index) {
  uint64_t x = (index + 1) * 0x9E3779B97F4A7C15ull;
  x ^= x >> 29;
  x *= 0xBF58476D1CE4E5B9ull;
  x ^= x >> 32;
  return float(int64_t(x >> 40) - (1 << 23)) / float(1 << 23);
}

Harness::Harness(TestPlan thePlan, float scale) : plan(std::move(thePlan)) {
  bool isMixed =
      plan.get().training()->precision() == plan::Precision::bf16_mixed;
  uint64_t counter = 0;
  for (const ParameterSpec &spec : plan.parameters) {
    std::vector<float> numbers(spec.size());
    for (float &number : numbers)
      number = scale * noise(counter++);
    std::vector<uint16_t> copy(isMixed ? numbers.size() : 0);
    for (size_t i = 0; i < copy.size(); ++i)
      copy[i] = uint16_t((std::bit_cast<uint32_t>(numbers[i]) + 0x8000u) >> 16);
    data.push_back(std::move(numbers));
    narrow.push_back(std::move(copy));
    gradients.emplace_back(spec.size(), 12345.0f);
  }
  std::vector<ParameterBinding> bindings;
  for (size_t i = 0; i < data.size(); ++i) {
    void *memory = isMixed ? static_cast<void *>(narrow[i].data())
                           : static_cast<void *>(data[i].data());
    bool isFrozen = plan.parameters[i].frozen;
    bindings.push_back({memory, isFrozen ? nullptr : gradients[i].data()});
  }
  engine = openTorchEngine();
  engine->bind(plan.get(), bindings);
}

double Harness::forward(const Batch &batch, bool train) {
  engine->beginBatch(batch, train);
  int units = int(plan.get().graph()->units()->size());
  for (int unit = 0; unit < units; ++unit)
    engine->forward(unit);
  return engine->lossSum();
}

double Harness::train(const Batch &batch, int64_t tokens) {
  double loss = forward(batch, true);
  for (int unit = int(plan.get().graph()->units()->size()); unit-- > 0;)
    engine->backward(unit, 1.0 / double(tokens));
  return loss;
}

double Harness::step(const std::vector<Batch> &batches) {
  int64_t tokens = 0;
  for (const Batch &batch : batches)
    tokens += batch.targetTokens;
  engine->beginStep(0);
  double sum = 0;
  for (const Batch &batch : batches)
    sum += train(batch, tokens);
  std::vector<int32_t> all(data.size());
  std::iota(all.begin(), all.end(), 0);
  engine->finishGradients(all);
  return sum / double(tokens);
}

std::vector<at::Tensor> Harness::leaves() const {
  std::vector<at::Tensor> result;
  for (size_t i = 0; i < data.size(); ++i) {
    auto *memory = const_cast<float *>(data[i].data());
    result.push_back(
        at::from_blob(memory, plan.parameters[i].shape, at::kFloat).clone());
    result.back().requires_grad_(true);
  }
  return result;
}

Batch test::tokenBatch(const GptSize &size, int64_t samples, int64_t length,
                       int64_t first) {
  Batch batch;
  batch.samples = samples;
  batch.length = length;
  batch.firstSample = first;
  auto token = [&](int64_t sample, int64_t position) {
    float number = noise(uint64_t(sample) * 7919 + uint64_t(position) + 1000);
    return int64_t((number + 1) / 2 * float(size.vocabulary));
  };
  for (int64_t sample = first; sample < first + samples; ++sample)
    for (int64_t position = 0; position < length; ++position) {
      bool ignored = position % 5 == 4;
      batch.inputs.push_back(token(sample, position));
      batch.targets.push_back(ignored ? kIgnoredTarget
                                      : token(sample, position + 1));
      batch.targetTokens += !ignored;
    }
  return batch;
}

Batch test::rowBatch(int64_t samples, int64_t first) {
  Batch batch;
  batch.samples = batch.targetTokens = samples;
  batch.firstSample = first;
  for (int64_t sample = first; sample < first + samples; ++sample) {
    for (int64_t column = 0; column < 8; ++column)
      batch.features.push_back(noise(uint64_t(sample * 8 + column + 500)));
    batch.targets.push_back(sample % 3);
  }
  return batch;
}

double test::distance(const std::vector<float> &found, const float *expected) {
  double worst = 0, largest = 0;
  for (size_t i = 0; i < found.size(); ++i) {
    if (!std::isfinite(found[i]))
      return INFINITY;
    worst = std::max(worst, double(std::abs(found[i] - expected[i])));
    largest = std::max(largest, double(std::abs(expected[i])));
  }
  return largest > 0 ? worst / largest : worst;
}
