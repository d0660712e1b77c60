//===- Synthetic.cpp - gradients from a counter ---------------------------===//
//
// Everything but the model can be tested without LibTorch. A gradient is a
// random number of (the batch's contents, step, element) plus a small multiple
// of the parameter, so a run that sees other data, or resumes with another
// state, ends in other bytes. $DSC_SYNTHETIC_NAN_STEP = K or K-L makes a
// gradient of the global batches K to L a NaN, $DSC_SYNTHETIC_SPIKE_STEP their
// loss ten times what it would be.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Synthetic.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Base/BFloat16.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Random.h"
#include "runtime/Engine/ThreadPool.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

using namespace dsc;

namespace {

/// FNV-1a over whole words.
uint64_t mix(uint64_t hash, uint64_t word) {
  return (hash ^ word) * 1099511628211ull;
}

uint64_t hashOf(const Batch &batch) {
  uint64_t hash = 14695981039346656037ull;
  for (int64_t value : batch.inputs)
    hash = mix(hash, uint64_t(value));
  for (float value : batch.features)
    hash = mix(hash, std::bit_cast<uint32_t>(value));
  for (int64_t value : batch.targets)
    hash = mix(hash, uint64_t(value));
  return hash ^ hash >> 29;
}

/// A word of a stream as a number in [-1, 1).
float centred(uint32_t word) { return float(int32_t(word)) * 0x1p-31f; }

class SyntheticEngine : public Engine {
public:
  SyntheticEngine();
  std::string describe() const override {
    return "synthetic (gradients from a counter, no model)";
  }
  void bind(const plan::Plan &plan,
            std::span<const ParameterBinding> parameters) override;
  void beginStep(int64_t step) override;
  void beginBatch(const Batch &batch, bool train) override;
  void forward(int32_t unit) override;
  void backward(int32_t unit, double seed) override;
  void finishGradients(std::span<const int32_t> parameters) override;
  double lossSum() override { return loss; }
  void readScores(int64_t sample, int64_t position,
                  std::vector<float> &out) override;
  void parallelFor(int64_t count, const RangeFunction &body) override {
    pool.run(count, body);
  }
  int threads() const override { return pool.size(); }

private:
  float valueOf(int parameter, int64_t element) const;
  void addGradient(int parameter, float scale);
  /// Whether the batch is one of a range of global batches.
  bool isIn(std::pair<int64_t, int64_t> range) const;
  double noise(uint64_t index) const;

  ThreadPool pool;
  const plan::Plan *plan = nullptr;
  std::vector<ParameterBinding> bindings;
  std::vector<bool> written; ///< per parameter, in this step
  bool halfWidth = false;    ///< parameters are bf16
  int64_t step = 0;
  const Batch *batch = nullptr;
  bool training = false;
  RandomStream stream{0, "synthetic"};
  double loss = 0;
  std::pair<int64_t, int64_t> nans, spikes; ///< first and last global batch
};

} // namespace

/// "K" or "K-L" of the environment; an empty range without it.
static std::pair<int64_t, int64_t> readRange(const char *variable) {
  const char *text = std::getenv(variable);
  long long begin, end;
  int count = text ? std::sscanf(text, "%lld-%lld", &begin, &end) : 0;
  if (count < 1)
    return {0, -1};
  return {begin, count == 2 ? end : begin};
}

SyntheticEngine::SyntheticEngine()
    : nans(readRange("DSC_SYNTHETIC_NAN_STEP")),
      spikes(readRange("DSC_SYNTHETIC_SPIKE_STEP")) {}

void SyntheticEngine::bind(const plan::Plan &newPlan,
                           std::span<const ParameterBinding> parameters) {
  plan = &newPlan;
  bindings.assign(parameters.begin(), parameters.end());
  written.assign(bindings.size(), false);
  halfWidth = plan->training()->precision() != plan::Precision::f32;
}

void SyntheticEngine::beginStep(int64_t newStep) {
  step = newStep;
  written.assign(bindings.size(), false);
}

void SyntheticEngine::beginBatch(const Batch &newBatch, bool train) {
  batch = &newBatch;
  training = train;
  stream =
      RandomStream(plan->training()->seed() ^ hashOf(newBatch), "synthetic");
}

float SyntheticEngine::valueOf(int parameter, int64_t element) const {
  const void *data = bindings[parameter].data;
  return halfWidth ? fromBFloat16(static_cast<const uint16_t *>(data)[element])
                   : static_cast<const float *>(data)[element];
}

double SyntheticEngine::noise(uint64_t index) const {
  return stream.uniform(training ? uint64_t(step) + 1 : 0, index);
}

void SyntheticEngine::forward(int32_t unit) {
  if (unit + 1 != int32_t(plan->graph()->units()->size()))
    return;
  // Falls with the step while training; an evaluation depends on the weights.
  double mean = 2 + 3 / (1 + double(step) / 50) + 0.1 * noise(0);
  if (training && isIn(spikes))
    mean *= 10;
  if (!training) {
    mean = 2 + 0.1 * noise(0);
    for (unsigned i = 0; i < bindings.size(); ++i)
      mean += std::abs(valueOf(int(i), 0)) / double(bindings.size());
  }
  loss = mean * double(batch->targetTokens);
}

bool SyntheticEngine::isIn(std::pair<int64_t, int64_t> range) const {
  int64_t global = batch->firstSample / plan->training()->batch();
  return global >= range.first && global <= range.second;
}

void SyntheticEngine::addGradient(int parameter, float scale) {
  float *gradient = bindings[parameter].gradient;
  int64_t size = plan->parameters()->Get(parameter)->size();
  bool add = written[parameter];
  written[parameter] = true;
  // Four elements a word group, split at whole groups.
  pool.run((size + 3) / 4, [&](int64_t begin, int64_t end) {
    for (int64_t group = begin; group < end; ++group) {
      auto words = stream.words(uint64_t(step) + 1,
                                uint64_t(parameter) << 40 | uint64_t(group));
      for (int64_t i = group * 4; i < std::min(size, group * 4 + 4); ++i) {
        float value =
            scale * (centred(words[i % 4]) + 0.125f * valueOf(parameter, i));
        gradient[i] = add ? gradient[i] + value : value;
      }
    }
  });
}

void SyntheticEngine::backward(int32_t unit, double seed) {
  float scale = float(seed * double(batch->targetTokens));
  for (int32_t parameter : *plan->graph()->units()->Get(unit)->parameters())
    if (bindings[parameter].gradient)
      addGradient(parameter, scale);
  if (unit != 0 || !isIn(nans))
    return;
  for (unsigned i = unsigned(bindings.size()); i-- > 0;) {
    if (bindings[i].gradient) {
      bindings[i].gradient[0] = std::numeric_limits<float>::quiet_NaN();
      return;
    }
  }
}

void SyntheticEngine::finishGradients(std::span<const int32_t> parameters) {
  for (int32_t i : parameters)
    if (bindings[i].gradient && !written[i])
      std::fill_n(bindings[i].gradient, plan->parameters()->Get(i)->size(),
                  0.0f);
}

void SyntheticEngine::readScores(int64_t sample, int64_t position,
                                 std::vector<float> &out) {
  // Of the tokens before, and of all parameters in turn.
  out.resize(std::max<int64_t>(1, plan->data()->vocabulary()));
  for (size_t i = 0; i < out.size(); ++i) {
    auto parameter = int(i % bindings.size());
    int64_t size = plan->parameters()->Get(unsigned(parameter))->size();
    out[i] = float(4 * noise(uint64_t(sample) << 48 | uint64_t(position) << 24 |
                             uint64_t(i + 1))) +
             16 * valueOf(parameter, int64_t(i) % size);
  }
}

std::unique_ptr<Engine> dsc::openSyntheticEngine() {
  return std::make_unique<SyntheticEngine>();
}
