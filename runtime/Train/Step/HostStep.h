//===- HostStep.h - a step that the host makes ------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_STEP_HOSTSTEP_H
#define DSC_RUNTIME_TRAIN_STEP_HOSTSTEP_H

#include "runtime/Train/Step/StepRunner.h"

#include <optional>

namespace dsc {

/// A step is done when it has been submitted. Evaluations are the host's
/// wherever steps are made.
class HostStep final : public StepRunner {
public:
  HostStep(const plan::Plan &plan, Device &device, Engine &engine,
           Exchange &exchange);

  void submit(int64_t step, const StepBatches &batches) override;
  StepResult collect() override;
  void settle() override { exchange.settle(); }

  /// The sum of the losses of a batch's target tokens.
  double evaluate(const plan::Program &program, const Batch &batch);

private:
  void loadBatch() override { engine.beginBatch(*batch, training); }
  bool shareLoss() override;
  bool guard() override { return uniform(finite) != 0; }
  void clear(int buffer) override;
  void advance() override;

  void runMicroBatches(int64_t step);
  double uniform(int index) const;

  int counters, uniforms, state; ///< buffers; state -1: it does not react
  int finite;                    ///< a uniform

  const StepBatches *batches = nullptr; ///< of the step
  const Batch *batch = nullptr;         ///< that is run
  bool training = false;
  std::vector<double> losses; ///< sums of this rank's micro-batches
  double loss = 0;            ///< of the step, mean over its target tokens
  bool stopAsked = false;     ///< of any rank
  std::optional<StepResult> ready;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_STEP_HOSTSTEP_H
