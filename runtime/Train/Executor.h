//===- Executor.h - runs a plan's programs ----------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_EXECUTOR_H
#define DSC_RUNTIME_TRAIN_EXECUTOR_H

#include "runtime/Data/Dataset.h"
#include "runtime/Engine/BatchLayout.h"
#include "runtime/Train/Exchange.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// What a step came to.
struct StepResult {
  double loss = 0; ///< mean over the step's target tokens
  bool applied = false;
  double learningRate = 0;
  double gradientNorm = 0; ///< NaN where the plan computes none
  ScheduleState state;     ///< of the schedule, as the update left it
  bool stopAsked = false;  ///< of any rank, when the step was made
};

/// The mean loss over an evaluation's target tokens.
struct EvaluationResult {
  double loss = 0;
  int64_t tokens = 0;
  int64_t samples = 0;
};

/// This rank's share of a step.
struct StepBatches {
  std::vector<Batch> micro; ///< in the order of the samples
  int64_t targetTokens = 0; ///< of all ranks
  bool stopAsked = false;   ///< of this rank
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
  int64_t depth() const { return queue ? queue->depth() : 1; }

  /// Makes one update from all micro-batches of `step`, which are weighed by
  /// their target tokens; none when the loss or a gradient is not finite, or
  /// when a step before it, still to be collected, was not made.
  void submit(int64_t step, const StepBatches &batches);

  /// What the oldest step came to.
  StepResult collect();

  /// After a step that was not made: drops those submitted after it. The next
  /// one is made.
  void restart();

  /// The first parameter whose gradient is not finite, or "". `step` and its
  /// batches are those of the step that was not made. A collective call.
  std::string firstBadGradient(int64_t step, const StepBatches &batches);

  /// Runs all of `stream` in batches of `samples`, which ranks take in turn;
  /// nothing when `interrupted` says so between two of them, to all ranks
  /// alike. A collective call.
  std::optional<EvaluationResult>
  evaluate(SampleStream &stream, int64_t samples,
           const std::function<bool()> &interrupted);

  /// Waits for what other ranks still send.
  void settle() { exchange.settle(); }
  std::optional<ExchangeTimes> exchangeTimes() const {
    return exchange.times();
  }

private:
  void run(const plan::Program &program, const Batch &batch, bool train,
           double seed);
  void runMicroBatches(int64_t step, const StepBatches &batches);
  bool runUpdate(const StepBatches &batches);
  bool isGradientFinite(const plan::Parameter &parameter);
  StepResult stepOfHost(int64_t step, const StepBatches &batches);
  void shareLoss(const StepBatches &batches);
  int64_t firstToRefuse(bool recorded);
  void clear(int buffer);
  double uniform(int index);
  StepResult resultOf(double loss, bool applied, const double *uniforms,
                      const double *state) const;

  // DeviceStep.cpp
  void openQueue(const Batch &batch, int64_t count);
  void sendBatches(int64_t step, const StepBatches &batches);
  void enqueueMicroBatch(const plan::Program &program);
  void enqueueUpdate();
  void shareLossOnDevice();
  void clearOnDevice(int buffer);

  const plan::Plan &plan;
  Device &device;
  Engine &engine;
  Communicator &communicator;
  Exchange exchange;
  const plan::Program *micro;
  const plan::Program *lastMicro;
  const plan::Program *update;
  const plan::Program *evaluation;
  int counters, uniforms, gradients;
  int learningRate, gradientNorm, finite; ///< slots of `uniforms`
  int state;                              ///< buffer; -1: it does not react
  int lossSlot;                           ///< of `state`, or -1

  std::vector<double> losses; ///< sums of this rank's micro-batches
  double loss = 0;            ///< of the step, mean over its target tokens
  bool stopAsked = false;     ///< of any rank

  StepQueue *queue;                ///< null: steps are the host's
  DeviceBatch deviceBatch;         ///< of the queue, once it is open
  std::optional<StepResult> ready; ///< of the host's step
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXECUTOR_H
