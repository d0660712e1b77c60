//===- DeviceStep.h - a step that the device makes by itself ----*- C++ -*-===//
//
// The plan's ops are those of the host's step. None of them reads or writes
// anything of the host, so the device may record them and replay them.
//
// What a step leaves to the next one (Simulation/Order.h) stands at the head of
// every step but the first, since what is recorded is the same in each. So it
// is made once more behind a step that was not made, and where it was settled
// between steps: what is gathered then is whole already, and stays as it is.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_STEP_DEVICESTEP_H
#define DSC_RUNTIME_TRAIN_STEP_DEVICESTEP_H

#include "runtime/Engine/BatchLayout.h"
#include "runtime/Train/Step/StepRunner.h"

namespace dsc {

class DeviceStep final : public StepRunner {
public:
  /// The device has steps.
  DeviceStep(const plan::Plan &plan, Device &device, Engine &engine,
             Exchange &exchange);

  int64_t depth() const override { return queue.depth(); }
  void submit(int64_t step, const StepBatches &batches) override;
  StepResult collect() override;
  void restart() override { queue.restart(); }
  void remake(int64_t step, const StepBatches &batches) override;
  void settle() override;

private:
  bool leaves(const plan::PlanOp &op) const override;
  void announce(const plan::PlanOp &op, const plan::Program &program) override;
  void loadBatch() override;
  bool shareLoss() override;
  bool guard() override;
  void clear(int buffer) override;
  void advance() override { queue.advance(); }

  void open(const Batch &batch, int64_t count);
  void send(int64_t step, const StepBatches &batches);
  void enqueuePart(bool goesOn, bool isLast);
  void beginLeft();

  StepQueue &queue;
  DeviceBatch deviceBatch; ///< of the queue, once it is open
  /// Ops of the update that are begun with the next step.
  std::vector<const plan::PlanOp *> left;
  bool isBegun = false; ///< a step was submitted
  bool owes = false;    ///< what the newest step left was not begun
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_STEP_DEVICESTEP_H
