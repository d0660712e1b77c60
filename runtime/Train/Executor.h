//===- Executor.h - runs a plan's programs ----------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_EXECUTOR_H
#define DSC_RUNTIME_TRAIN_EXECUTOR_H

#include "runtime/Data/Dataset.h"
#include "runtime/Device/Device.h"
#include "runtime/Engine/Engine.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// What an update left in the uniforms.
struct UpdateResult {
  bool applied = false;
  double learningRate = 0;
  double gradientNorm = 0; ///< NaN where the plan computes none
};

/// The mean loss over an evaluation's target tokens.
struct EvaluationResult {
  double loss = 0;
  int64_t tokens = 0;
  int64_t samples = 0;
};

/// Runs `micro`, `update` and `evaluate` op by op. The step counter lives on
/// the device; everything else of a run's state is its caller's.
class Executor {
public:
  /// Binds the engine to the device's buffers. All three outlive the executor.
  Executor(const plan::Plan &plan, Device &device, Engine &engine);

  void setStep(int64_t step);

  /// One forward and backward over all micro-batches of `step`; they are
  /// weighed by their target tokens. Returns the mean loss.
  double runMicroBatches(int64_t step, const std::vector<Batch> &batches);

  UpdateResult runUpdate();

  /// The first parameter whose gradient is not finite, or "".
  std::string firstBadGradient();

  /// Runs all of `stream` in batches of `samples`; nothing when `interrupted`
  /// says so between two of them.
  std::optional<EvaluationResult>
  evaluate(SampleStream &stream, int64_t samples,
           const std::function<bool()> &interrupted);

  /// Forward up to the scores, for sampling. `batch` outlives the reading.
  void runToScores(const Batch &batch);

private:
  void run(const plan::Program &program, const Batch &batch, bool train,
           double seed);
  double uniform(int index);

  const plan::Plan &plan;
  Device &device;
  Engine &engine;
  const plan::Program *micro;
  const plan::Program *update;
  const plan::Program *evaluation;
  int counters, uniforms, gradients;
  int learningRate, gradientNorm, finite; ///< slots of `uniforms`
  int scoresUnit = 0;                     ///< the unit that makes the scores
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXECUTOR_H
