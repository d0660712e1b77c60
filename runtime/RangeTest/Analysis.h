//===- Analysis.h - what a learning-rate range test says --------*- C++ -*-===//
//
// A range test trains while the LR rises and looks at the loss: it is flat,
// falls, and rises again. Pure functions of (LR, loss) from which `dsc lr-find`
// makes its proposal and `dsc report` reads a run that holds a ramp: the same
// numbers give the same answer in both. Sources of the suggestions: fastai's
// learner.lr_find (valley, steep, slide, minimum / 10); L. N. Smith, arXiv
// 1506.01186 and 1803.09820, for the idea of a cycle between two rates.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_RANGETEST_ANALYSIS_H
#define DSC_RUNTIME_RANGETEST_ANALYSIS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace dsc {

/// One test: at point i the loss of the step that was made at lr[i]. A loss
/// that is no number ends it.
struct RangeSeries {
  std::vector<double> lr, loss;
  int64_t steps = 0; ///< of the whole ramp, made or not
};

/// Whether the ramp showed what it was made for.
enum class RangeVerdict {
  wideEnough,
  tooFewPoints,  ///< it diverged, or ended, before anything could be read
  startsTooHigh, ///< the loss never fell
  endsTooLow     ///< the loss never rose for good
};

struct RangeMark {
  size_t index = 0; ///< of `smoothed`
  double lr = 0;
};

struct RangeProposal {
  double peak = 0;  ///< cycle_max
  double floor = 0; ///< cycle_min
};

/// Suggestions further apart than this leave nothing to propose.
inline constexpr double kWidestSpread = 10;

struct RangeAnalysis {
  /// The smoothed loss, up to where the test ended.
  std::vector<double> smoothed;
  /// At each of these points the LR that the average stands for: that of its
  /// mean age. An average lags; the LR of its last loss would put every mark
  /// too high, by half a decade where 300 steps cross six.
  std::vector<double> lr;
  size_t ignored = 0;    ///< points at the start that nothing is read from
  bool diverged = false; ///< the test ended by itself before its last step
  RangeVerdict verdict = RangeVerdict::tooFewPoints;

  // All that follows is 0 for tooFewPoints.
  RangeMark best;  ///< lowest smoothed loss
  RangeMark onset; ///< from here on the smoothed loss stays above best + margin
  double sigma = 0;  ///< of the average, by the losses just before `best`
  double margin = 0; ///< the larger of 3 sigma and 0.1 % of the fall to `best`
  RangeMark valley, steep, slide;
  double minimumTenth = 0; ///< best.lr / 10
  /// Largest by smallest of valley, steep and minimumTenth.
  double spread = 0;
  double cycleMin = 0; ///< 50 % of the LR at `best`
  double cycleMax = 0; ///< 90 % of the LR at `onset`
  /// The rule left no room between the two: the LR at `best`, and a tenth of
  /// it, are taken in its place.
  bool fellBack = false;

  /// Set when the ramp was wide enough and the suggestions agree.
  std::optional<RangeProposal> proposal;
};

/// Any series is taken, of any length and with any numbers in it; points after
/// an LR that is not positive and finite do not count.
RangeAnalysis analyseRangeTest(const RangeSeries &series);

/// One quantity over the tests of several seeds.
struct RangeSpread {
  double median = 0, low = 0, high = 0;
};
RangeSpread spreadOf(std::vector<double> values);

/// The medians of several tests' proposals; none unless more than half of them
/// have one.
std::optional<RangeProposal>
combineProposals(const std::vector<RangeAnalysis> &tests);

} // namespace dsc

#endif // DSC_RUNTIME_RANGETEST_ANALYSIS_H
