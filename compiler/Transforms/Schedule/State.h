//===- State.h - the state of a schedule that reacts ------------*- C++ -*-===//
//
// A block of named f64 slots, all 0 before the first step, so that a preview
// with nothing triggered is the schedule with zeros. @observe makes the next
// block from the last one and the metrics; @tracks reads it. A schedule that
// reacts to nothing has no slots.
//
// The metrics that the host knows have slots too, which it writes: `loss`, and
// for each evaluation `eval/NAME/loss` and how often it ran, `eval/NAME/count`.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_STATE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_STATE_H

#include "compiler/Transforms/Schedule/LowerSchedule.h"

namespace dsc {

/// The slots of a schedule, by name.
class StateLayout {
public:
  StateLayout(llvm::ArrayRef<ResolvedPhase> phases,
              const ScheduleReactions &reactions,
              llvm::ArrayRef<llvm::StringRef> tracks);

  bool empty() const { return names.empty(); }
  size_t size() const { return names.size(); }
  llvm::ArrayRef<std::string> getNames() const { return names; }

  /// -1 where there is no such slot.
  int64_t find(const llvm::Twine &name) const;

private:
  void add(const llvm::Twine &name);
  void addMetric(llvm::StringRef metric);
  void addDecision(const std::string &prefix);

  std::vector<std::string> names;
};

/// Values of the slots inside a function.
class StateValues {
public:
  StateValues(const StateLayout &layout, mlir::ValueRange values)
      : layout(layout), values(values.begin(), values.end()) {}

  mlir::Value get(const llvm::Twine &name) const {
    return values[layout.find(name)];
  }
  void set(const llvm::Twine &name, mlir::Value value) {
    values[layout.find(name)] = value;
  }
  llvm::ArrayRef<mlir::Value> getAll() const { return values; }

private:
  const StateLayout &layout;
  llvm::SmallVector<mlir::Value> values;
};

/// What the run makes of a phase's place, in i64 steps; null where it is as
/// planned.
struct AdaptedSpan {
  mlir::Value shift; ///< by how much it begins early
  mlir::Value steps; ///< what its curve runs over, at least 1
  mlir::Value end;
  mlir::Value uncut; ///< the end without the phase's own `until`
};

/// What @tracks takes from the state.
class ScheduleState {
public:
  ScheduleState(llvm::ArrayRef<ResolvedPhase> phases,
                const ScheduleReactions &reactions, const StateValues &values)
      : phases(phases), reactions(reactions), values(values) {}

  /// The spans of all phases.
  llvm::SmallVector<AdaptedSpan> spans(mlir::OpBuilder &builder) const;

  /// What phase `index` leaves in a track that was to end at `planned`; null
  /// where it cannot differ from that.
  mlir::Value leave(Scalar &s, size_t index, llvm::StringRef track,
                    mlir::Value planned) const;

  /// The LR after a plateau's reductions, and then after a spike.
  mlir::Value reduce(Scalar &s, mlir::Value lr) const;
  mlir::Value backOff(Scalar &s, mlir::Value step, mlir::Value lr) const;

private:
  llvm::ArrayRef<ResolvedPhase> phases;
  const ScheduleReactions &reactions;
  const StateValues &values;
};

/// The factor that a spike at step `at` leaves: `scale` there, 1 again
/// `recover` steps later.
mlir::Value emitRecovery(Scalar &s, mlir::Value step, mlir::Value at,
                         mlir::Value scale, int64_t recover);

/// What the names of the slots begin with that a phase's `until` keeps.
std::string untilSlots(const ResolvedPhase &phase);

/// "eval/NAME/" of the metric "eval/NAME/loss"; "" for the others.
llvm::StringRef evaluationOf(llvm::StringRef metric);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_STATE_H
