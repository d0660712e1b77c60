//===- Harness.h - an engine with its memory --------------------*- C++ -*-===//
//
// Does the runtime's part in the engine's tests: owns parameters and gradients,
// makes batches, drives micro-batches and steps.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_ENGINE_HARNESS_H
#define DSC_TEST_UNIT_ENGINE_HARNESS_H

#include "runtime/Engine/Engine.h"
#include "test/unit/Engine/ModelPlans.h"

extern "C" dsc::Engine *dscEngineOpen(int abi, const char *device,
                                      std::string *message);

namespace dsc::test {

std::unique_ptr<Engine> openTorchEngine();

/// Deterministic numbers in [-1, 1).
float noise(uint64_t index);

class Harness {
public:
  /// Parameters are noise times `scale`; gradients start as garbage.
  explicit Harness(TestPlan plan, float scale = 0.3f);

  /// Forward of one micro-batch; returns the loss sum.
  double forward(const Batch &batch, bool train);
  /// Forward and backward; the loss is divided by `tokens`.
  double train(const Batch &batch, int64_t tokens);
  /// A step of these micro-batches; returns the mean loss.
  double step(const std::vector<Batch> &batches);

  /// Parameters as LibTorch leaves over their own memory.
  std::vector<at::Tensor> leaves() const;

  TestPlan plan;
  std::unique_ptr<Engine> engine;
  std::vector<std::vector<float>> data;
  std::vector<std::vector<float>> gradients;

private:
  std::vector<std::vector<uint16_t>> narrow; ///< bf16 copies where it is mixed
};

/// Samples [first, first + samples) of an endless stream of tokens.
Batch tokenBatch(const GptSize &size, int64_t samples, int64_t length,
                 int64_t first = 0);
Batch rowBatch(int64_t samples, int64_t first = 0);

/// The largest difference, relative to the largest reference.
double distance(const std::vector<float> &found, const float *expected);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_ENGINE_HARNESS_H
