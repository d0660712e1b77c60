//===- StepRunner.h - the ops of a program, one after another ---*- C++ -*-===//
//
// There is one way through a plan's programs: each op waits for what other
// lanes owe to it, and is made. Most are the same wherever a step is made. What
// differs is said by HostStep.h, where an op is done when it was made, and by
// DeviceStep.h, where a device is told of it.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_STEP_STEPRUNNER_H
#define DSC_RUNTIME_TRAIN_STEP_STEPRUNNER_H

#include "runtime/Device/Device.h"
#include "runtime/Engine/Engine.h"
#include "runtime/Train/Exchange/Exchange.h"

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

/// This rank's share of a step.
struct StepBatches {
  std::vector<Batch> micro; ///< in the order of the samples
  int64_t targetTokens = 0; ///< of all ranks
  bool stopAsked = false;   ///< of this rank

  /// What the gradient of a sum of losses is multiplied by.
  double seed() const {
    return 1.0 / double(targetTokens > 0 ? targetTokens : 1);
  }
};

class StepRunner {
public:
  /// All outlive it.
  StepRunner(const plan::Plan &plan, Device &device, Engine &engine,
             Exchange &exchange);
  virtual ~StepRunner() = default;

  // As Executor.h says.
  virtual int64_t depth() const { return 1; }
  virtual void submit(int64_t step, const StepBatches &batches) = 0;
  virtual StepResult collect() = 0;
  virtual void restart() {}

  /// Makes the gradients of a step that was not made once more, where those of
  /// later steps may have taken their place.
  virtual void remake(int64_t step, const StepBatches &batches) {}

  /// Between steps: waits for what other ranks still send.
  virtual void settle() = 0;

protected:
  /// Makes all ops of a program but those that it leaves(). False where one of
  /// them has ended it.
  bool run(const plan::Program &program);
  bool make(const plan::PlanOp &op, const plan::Program &program);

  StepResult resultOf(double loss, bool applied, const double *uniforms,
                      const double *state) const;

  const plan::Plan &plan;
  Device &device;
  Engine &engine;
  Exchange &exchange;
  const plan::Program &micro, &lastMicro, &update;
  double seed = 0; ///< of backward; a device's batch has its own
  int lossSlot;    ///< of buffer `state`; -1: nobody observes it

private:
  virtual bool leaves(const plan::PlanOp &op) const { return false; }
  virtual void announce(const plan::PlanOp &op, const plan::Program &program) {}
  virtual void loadBatch() = 0;
  /// False where the update is not made, because of a number that is none.
  virtual bool shareLoss() = 0;
  virtual bool guard() = 0;
  virtual void clear(int buffer) = 0;
  virtual void advance() = 0;

  int learningRate, gradientNorm; ///< uniforms
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_STEP_STEPRUNNER_H
