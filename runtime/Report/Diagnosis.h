//===- Diagnosis.h - what a run's curves say --------------------*- C++ -*-===//
//
// Pure functions of a series: each looks for one trouble and names the keys of
// the recipe that change it. Thresholds are relative to the run itself, so that
// they hold for any loss; what they are is said where they stand.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_REPORT_DIAGNOSIS_H
#define DSC_RUNTIME_REPORT_DIAGNOSIS_H

#include "runtime/Report/RunSeries.h"

namespace dsc {

/// A key of the recipe and what to make of it.
struct Remedy {
  std::string key, change;
};

struct Diagnosis {
  std::string title; ///< "the loss oscillates early"
  std::string seen;  ///< with numbers
  std::vector<Remedy> remedies;
};

using Finding = std::optional<Diagnosis>;

/// The loss goes up and down in the first fifth far more than later on.
Finding findOscillation(const RunSeries &run);

/// The loss, of training or held out, rises again after its best.
Finding findWorsening(const RunSeries &run);

/// A quarter of the updates after the first tenth, or more, are scaled to less
/// than half by optimizer.clip_norm.
Finding findClipping(const RunSeries &run);

/// Single losses far above those before them.
Finding findSpikes(const RunSeries &run);

/// The schedule backed off again and again.
Finding findBackOffs(const RunSeries &run);

/// The LR sits at its lowest for more than a fifth of the run.
Finding findEarlyFloor(const RunSeries &run);

/// The run ended, or skipped updates, for numbers that were not finite.
Finding findDivergence(const RunSeries &run);

/// Runs that are compared ran on different machines.
Finding findOtherHardware(const std::vector<RunSeries> &runs);

/// All that is found in one run; nothing in a range test.
std::vector<Diagnosis> diagnose(const RunSeries &run);

} // namespace dsc

#endif // DSC_RUNTIME_REPORT_DIAGNOSIS_H
