//===- Reactions.h - the schedule's state during a run ----------*- C++ -*-===//
//
// A schedule that reacts keeps its state in a buffer of the plan, and the
// finish kernel makes the next one. The host writes the metrics that it knows
// into their slots, takes the state after each update to tell what was decided,
// and keeps it in checkpoints by the names of its slots.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_REACTIONS_H
#define DSC_RUNTIME_TRAIN_REACTIONS_H

#include "runtime/Artifact/Kernels.h"
#include "runtime/Device/Device.h"
#include "runtime/Train/Checkpoint/Manifest.h"

namespace dsc {

/// Does nothing where the schedule reacts to nothing.
class Reactions {
public:
  /// The plan and the device outlive it.
  Reactions(const plan::Plan &plan, Device &device);

  /// The state after the last update, as the host read it.
  const ScheduleState &state() const { return last; }
  NamedValues namedState() const;

  /// The state of a checkpoint. Slots that it does not name begin anew, and the
  /// evaluations made before then are no news.
  void restore(const NamedValues &values,
               const std::vector<EvaluationState> &evaluations);

  /// What the coming updates will observe.
  void setEvaluation(const EvaluationState &evaluation);

  /// Takes the state that a step left. Returns what it decided.
  std::vector<const plan::Reaction *> take(const ScheduleState &state);

  /// The metric at a decision, and all slots that it keeps, by their own names.
  double valueOf(const plan::Reaction &reaction) const {
    return last[size_t(reaction.value())];
  }
  NamedValues stateOf(const plan::Reaction &reaction) const;

  /// The phase that a step lies in, as far as was decided.
  const plan::Phase &phaseOf(int64_t step, const KernelTable &kernels) const;

private:
  std::string nameOf(int slot) const;
  int find(const std::string &name) const;
  void set(int slot, double value);

  const plan::Plan &plan;
  Device &device;
  int buffer;
  int positionTrack = -1;
  ScheduleState last;
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_REACTIONS_H
