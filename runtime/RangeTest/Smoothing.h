//===- Smoothing.h - a range test's loss without noise ----------*- C++ -*-===//
//
// A batch's loss jumps about; what a range test is read from is its
// exponential moving average, corrected for its start. The same average says
// when a test that runs has seen enough.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_RANGETEST_SMOOTHING_H
#define DSC_RUNTIME_RANGETEST_SMOOTHING_H

#include <cstdint>
#include <limits>

namespace dsc {

/// Steps at the start of a test of `steps` whose losses nothing is read from:
/// the average knows too few yet.
inline int64_t ignoredSteps(int64_t steps) { return steps / 10; }

/// The bias-corrected average of a test of `steps` steps. Its span is a tenth
/// of the test, 2 / (1 - beta) - 1 = steps / 10, up to the customary beta of
/// 0.98, which it reaches at 1,000 steps: at 100 steps that beta would average
/// over half the test and find every mark too late.
class LossSmoother {
public:
  explicit LossSmoother(int64_t steps);

  /// The average after one more finite loss.
  double add(double loss);

  /// How many steps ago, on the mean, were the losses that the average is of:
  /// it speaks of the LR of then, not of now.
  double age() const { return weight > 0 ? agedWeight / weight : 0; }

  /// Standard deviation of the average for losses of 1, far from its start.
  double noise() const;

private:
  double beta;
  double sum = 0, weight = 0, agedWeight = 0;
};

/// Ends a test whose average is above four times its best, or whose loss is
/// not finite: nothing is learnt beyond.
class DivergenceRule {
public:
  explicit DivergenceRule(int64_t steps)
      : smoother(steps), ignored(ignoredSteps(steps)) {}

  /// True when the test ends with this loss. `smoothed` stands for it until the
  /// next call; it is no number where the loss is none.
  bool ends(double loss);

  double smoothed() const { return average; }

  const LossSmoother &getSmoother() const { return smoother; }

private:
  LossSmoother smoother;
  int64_t ignored, count = 0;
  double best = std::numeric_limits<double>::infinity();
  double average = 0;
};

} // namespace dsc

#endif // DSC_RUNTIME_RANGETEST_SMOOTHING_H
