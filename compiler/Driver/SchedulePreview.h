//===- SchedulePreview.h - a schedule as a table of steps -------*- C++ -*-===//
//
// What `dsc plot` and `dsc plan` show: the lowered @tracks function itself,
// evaluated on the host, beside the names and spans of the phases.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_SCHEDULEPREVIEW_H
#define DSC_COMPILER_DRIVER_SCHEDULEPREVIEW_H

#include "compiler/Target/Evaluator.h"

#include "dialect/Dsc/DscDialect.h"

#include <optional>
#include <string>
#include <vector>

namespace dsc {

struct PhaseSpan {
  std::string name, kind;
  int64_t begin = 0, end = 0; ///< steps, [begin, end)
};

class SchedulePreview {
public:
  /// Lowers the resolved phases of `recipe` and compiles them for the host.
  /// Fails after a diagnostic.
  static mlir::FailureOr<SchedulePreview> create(RecipeOp recipe);

  int64_t steps() const { return phases.empty() ? 0 : phases.back().end; }
  const std::vector<PhaseSpan> &getPhases() const { return phases; }

  /// What the schedule may make of a run, a sentence each. The preview shows it
  /// with nothing of this triggered.
  const std::vector<std::string> &getReactions() const { return reactions; }

  /// What the batch multiplies every learning rate with; nullopt where the
  /// recipe does not ask for it.
  std::optional<double> getBatchScale() const { return batchScale; }

  /// lr first, then momentum and weight_decay where a phase names them.
  const std::vector<std::string> &getTracks() const { return tracks; }

  const PhaseSpan &phaseAt(int64_t step) const;

  /// All tracks at `step`, in the order of getTracks().
  void at(int64_t step, std::vector<double> &values);
  double lrAt(int64_t step);

private:
  explicit SchedulePreview(Evaluator evaluator)
      : evaluator(std::move(evaluator)) {}

  Evaluator evaluator;
  std::vector<PhaseSpan> phases;
  std::vector<std::string> tracks, reactions;
  std::optional<double> batchScale;
  std::vector<double> scratch; ///< everything that @tracks returns
};

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_SCHEDULEPREVIEW_H
