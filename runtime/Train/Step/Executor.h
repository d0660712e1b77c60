//===- Executor.h - runs a plan's programs ----------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_STEP_EXECUTOR_H
#define DSC_RUNTIME_TRAIN_STEP_EXECUTOR_H

#include "runtime/Data/Dataset.h"
#include "runtime/Train/Step/DeviceStep.h"
#include "runtime/Train/Step/HostStep.h"

#include <functional>
#include <optional>
#include <string>

namespace dsc {

/// The mean loss over an evaluation's target tokens.
struct EvaluationResult {
  double loss = 0;
  int64_t tokens = 0;
  int64_t samples = 0;
};

/// Runs `micro`, `last_micro`, `update` and `evaluate`. The step counter lives
/// on the device; everything else of a run's state is its caller's. A step is
/// submitted and collected: where the device makes steps by itself several may
/// be under way, else one, which is done when it has been submitted.
class Executor {
public:
  /// Binds the engine to the device's buffers. All outlive the executor.
  /// `onDevice` is that of a device that has steps, where there are several
  /// ranks.
  Executor(const plan::Plan &plan, Device &device, Engine &engine,
           Communicator &communicator, DeviceCommunicator *onDevice);

  void setStep(int64_t step);

  /// Steps that may be submitted before the oldest is collected.
  int64_t depth() const { return steps->depth(); }

  /// Makes one update from all micro-batches of `step`, which are weighed by
  /// their target tokens; none when the loss or a gradient is not finite, or
  /// when a step before it, still to be collected, was not made.
  void submit(int64_t step, const StepBatches &batches) {
    steps->submit(step, batches);
  }

  /// What the oldest step came to.
  StepResult collect() { return steps->collect(); }

  /// After a step that was not made: drops those submitted after it. The next
  /// one is made.
  void restart() { steps->restart(); }

  /// The first parameter whose gradient is not finite, or "". `step` and its
  /// batches are those of the step that was not made. A collective call.
  std::string firstBadGradient(int64_t step, const StepBatches &batches);

  /// Runs all of `stream` in batches of `samples`, which ranks take in turn;
  /// nothing when `interrupted` says so between two of them, to all ranks
  /// alike. A collective call.
  std::optional<EvaluationResult>
  evaluate(SampleStream &stream, int64_t samples,
           const std::function<bool()> &interrupted);

  /// Waits for what other ranks still send. A collective call, while no step is
  /// under way.
  void settle() { steps->settle(); }
  std::optional<ExchangeTimes> exchangeTimes() const {
    return exchange.times();
  }

private:
  bool isGradientFinite(const plan::Parameter &parameter);
  int64_t firstToRefuse(bool recorded);

  const plan::Plan &plan;
  Device &device;
  Engine &engine;
  Communicator &communicator;
  Exchange exchange;
  HostStep onHost;
  std::optional<DeviceStep> onDevice; ///< where steps are the device's
  StepRunner *steps;                  ///< one of the two
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_STEP_EXECUTOR_H
