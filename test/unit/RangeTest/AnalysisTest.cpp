//===- AnalysisTest.cpp - range tests whose answer is known ---------------===//

#include "runtime/RangeTest/Analysis.h"
#include "runtime/Base/Random.h"
#include "runtime/RangeTest/Report.h"
#include "runtime/RangeTest/Smoothing.h"
#include "runtime/RangeTest/Suggestions.h"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

using namespace dsc;

static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// An exponential ramp from 1e-6 to 10 with a loss that is a function of
/// log10(LR), and noise of that standard deviation on it.
static RangeSeries ramp(int64_t steps, const std::function<double(double)> &f,
                        double noise = 0) {
  RandomStream random(7, "noise");
  RangeSeries series;
  series.steps = steps;
  for (int64_t i = 0; i < steps; ++i) {
    double power = -6 + 7 * double(i + 1) / double(steps);
    series.lr.push_back(std::pow(10.0, power));
    series.loss.push_back(f(power) + noise * random.normal(0, uint64_t(i)));
  }
  return series;
}

/// 3 up to 1e-4, down to 1 at 1e-2, and 3 for each decade up from there.
static double bend(double power) {
  if (power < -4)
    return 3;
  return power < -2 ? 3 - (power + 4) : 1 + 3 * (power + 2);
}

#define EXPECT_WITHIN(factor, value, truth)                                    \
  EXPECT_LT(value, (truth) * (factor));                                        \
  EXPECT_GT(value, (truth) / (factor))

TEST(RangeTest, FlatFallRise) {
  for (int64_t steps : {60, 100, 300, 1000, 5000}) {
    RangeAnalysis found = analyseRangeTest(ramp(steps, bend));
    EXPECT_EQ(found.verdict, RangeVerdict::wideEnough);
    EXPECT_WITHIN(2, found.best.lr, 1e-2) << steps;
    EXPECT_WITHIN(1.8, found.onset.lr, 1e-2) << steps;
    EXPECT_GE(found.onset.lr, found.best.lr);
    EXPECT_WITHIN(3, found.valley.lr, 1e-3) << steps;
    EXPECT_GT(found.steep.lr, 1e-4);
    EXPECT_LT(found.steep.lr, 1e-2);
    EXPECT_DOUBLE_EQ(found.minimumTenth, found.best.lr / 10);
    ASSERT_TRUE(found.proposal);
    EXPECT_DOUBLE_EQ(found.proposal->peak, 0.9 * found.onset.lr);
    EXPECT_DOUBLE_EQ(found.proposal->floor, 0.5 * found.best.lr);
  }
}

/// A floor between fall and rise: the loss is best on it, the onset at its end.
TEST(RangeTest, OnsetAtTheEndOfAFloor) {
  RangeAnalysis found = analyseRangeTest(ramp(500, [](double power) {
    return power < -2 ? bend(power) : power < -1 ? 1 : 1 + 4 * (power + 1);
  }));
  EXPECT_WITHIN(2.5, found.onset.lr, 1e-1);
  EXPECT_GE(found.best.lr, 1e-2);
}

TEST(RangeTest, Noise) {
  for (int64_t steps : {200, 500, 1000}) {
    RangeAnalysis found = analyseRangeTest(ramp(steps, bend, 0.15));
    EXPECT_EQ(found.verdict, RangeVerdict::wideEnough);
    EXPECT_WITHIN(2.5, found.best.lr, 1e-2) << steps;
    EXPECT_WITHIN(2.5, found.onset.lr, 1e-2) << steps;
    EXPECT_GT(found.sigma, 0.15 * LossSmoother(steps).noise() / 3);
    EXPECT_LT(found.sigma, 0.15 * LossSmoother(steps).noise() * 3);
    EXPECT_GT(found.steep.lr, 1e-4);
    EXPECT_LT(found.steep.lr, 1e-2);
  }
}

/// The loss falls until it is no number: the last one that was is the onset.
TEST(RangeTest, NanTail) {
  RangeSeries series = ramp(200, [](double power) { return 1 - power; });
  for (size_t i = 150; i < 200; ++i)
    series.loss[i] = i % 2 ? kNan : INFINITY;
  RangeAnalysis found = analyseRangeTest(series);
  EXPECT_TRUE(found.diverged);
  EXPECT_EQ(found.verdict, RangeVerdict::wideEnough);
  EXPECT_EQ(found.smoothed.size(), 150u);
  EXPECT_EQ(found.onset.lr, series.lr[149]);
  EXPECT_EQ(found.best.index, 149u);
}

TEST(RangeTest, MonotoneFallEndsTooLow) {
  RangeAnalysis found =
      analyseRangeTest(ramp(200, [](double power) { return 1 - power; }));
  EXPECT_FALSE(found.diverged);
  EXPECT_EQ(found.verdict, RangeVerdict::endsTooLow);
  EXPECT_FALSE(found.proposal);
  EXPECT_GT(found.best.lr, 1);
}

TEST(RangeTest, DivergenceAtOnce) {
  // From the first step on.
  RangeSeries series = ramp(200, [](double) { return kNan; });
  RangeAnalysis found = analyseRangeTest(series);
  EXPECT_TRUE(found.diverged && found.smoothed.empty());
  EXPECT_EQ(found.verdict, RangeVerdict::tooFewPoints);
  // Among the steps that nothing is read from.
  series = ramp(200, [](double power) { return power < -5.7 ? 1 : kNan; });
  found = analyseRangeTest(series);
  EXPECT_EQ(found.verdict, RangeVerdict::tooFewPoints);
  // A loss that only rises.
  found = analyseRangeTest(ramp(200, [](double power) { return 7 + power; }));
  EXPECT_EQ(found.verdict, RangeVerdict::startsTooHigh);
  EXPECT_FALSE(found.proposal);
}

/// What comes after the end of a test does not change what it says: a run that
/// goes on gives the answer of one that was stopped.
TEST(RangeTest, TheEndIsTheEnd) {
  RangeSeries whole = ramp(300, [](double power) {
    return power < 0 ? bend(power) : bend(power) + 100 * power;
  });
  RangeAnalysis found = analyseRangeTest(whole);
  ASSERT_TRUE(found.diverged);
  RangeSeries stopped = whole;
  stopped.lr.resize(found.smoothed.size());
  stopped.loss.resize(found.smoothed.size());
  RangeAnalysis again = analyseRangeTest(stopped);
  EXPECT_EQ(again.smoothed, found.smoothed);
  EXPECT_EQ(again.onset.lr, found.onset.lr);
  ASSERT_TRUE(found.proposal && again.proposal);
  EXPECT_EQ(again.proposal->peak, found.proposal->peak);
}

/// The steepest fall at 1e-5, the lowest loss at 0.1: nothing is proposed.
TEST(RangeTest, SuggestionsThatDisagree) {
  RangeAnalysis found = analyseRangeTest(ramp(500, [](double power) {
    double cliff = power < -5 ? 9 : power < -4.8 ? 9 - 20 * (power + 5) : 5;
    return power < -1 ? cliff - 0.5 * (power + 1) : 5 + 40 * (power + 1);
  }));
  EXPECT_EQ(found.verdict, RangeVerdict::wideEnough);
  EXPECT_GT(found.spread, kWidestSpread);
  EXPECT_FALSE(found.proposal);
}

/// The rule has no room where the LR was higher at the best loss than at the
/// onset: in a ramp downwards.
TEST(RangeTest, FallBack) {
  RangeSeries series;
  series.steps = 200;
  for (int i = 0; i < 200; ++i) {
    series.lr.push_back(std::pow(10.0, -i / 5.0));
    series.loss.push_back(i < 100 ? 3 - i * 0.02 : 1 + (i - 100) * 0.05);
  }
  RangeAnalysis found = analyseRangeTest(series);
  EXPECT_TRUE(found.fellBack);
  EXPECT_EQ(found.cycleMax, found.best.lr);
  EXPECT_EQ(found.cycleMin, found.best.lr / 10);
}

TEST(RangeTest, SeveralSeeds) {
  RangeAnalysis none, low, high;
  low.proposal = {1e-3, 1e-4};
  high.proposal = {4e-3, 4e-4};
  EXPECT_FALSE(combineProposals({}));
  EXPECT_FALSE(combineProposals({none, low}));
  EXPECT_DOUBLE_EQ(combineProposals({none, low, high})->peak, 2e-3);
  EXPECT_EQ(combineProposals({low, high, high})->floor, 4e-4);
  RangeSpread spread = spreadOf({3, 1, 2});
  EXPECT_EQ(spread.low, 1);
  EXPECT_EQ(spread.median, 2);
  EXPECT_EQ(spread.high, 3);
}

//===----------------------------------------------------------------------===//
// The average
//===----------------------------------------------------------------------===//

/// Of a loss that is its own step the average is that step less its age: so an
/// average stands for the LR of its mean age.
RC_GTEST_PROP(LossSmootherTest, AgeIsWhatAnAverageLags, ()) {
  auto steps = *rc::gen::inRange<int64_t>(1, 20000);
  LossSmoother smoother(steps);
  for (int i = 0; i < 500; ++i) {
    double average = smoother.add(i);
    RC_ASSERT(std::abs(average + smoother.age() - i) < 1e-6);
  }
}

TEST(LossSmootherTest, FirstLossIsTheFirstAverage) {
  LossSmoother smoother(100);
  EXPECT_DOUBLE_EQ(smoother.add(3), 3);
  EXPECT_DOUBLE_EQ(smoother.age(), 0);
}

/// beta 0.98 weighs over 99 steps; a test of 1,000 comes to it and stays there.
TEST(LossSmootherTest, SpanIsATenth) {
  auto noise = [](double beta) { return std::sqrt((1 - beta) / (1 + beta)); };
  EXPECT_DOUBLE_EQ(LossSmoother(100).noise(), noise(1 - 2 / 11.0));
  EXPECT_DOUBLE_EQ(LossSmoother(1000).noise(), noise(0.98));
  EXPECT_DOUBLE_EQ(LossSmoother(1000000).noise(), noise(0.98));
}

TEST(DivergenceRuleTest, FourTimesTheBest) {
  DivergenceRule rule(10);
  EXPECT_FALSE(rule.ends(8)); // the first tenth sets no best
  for (int i = 0; i < 50; ++i)
    EXPECT_FALSE(rule.ends(1));
  EXPECT_FALSE(rule.ends(3));
  EXPECT_TRUE(rule.ends(1000));
  EXPECT_TRUE(DivergenceRule(10).ends(kNan));
  // Four times nothing is nothing: no loss ends a test whose best is 0.
  DivergenceRule zero(10);
  for (double loss : {0.0, 0.0, 0.0, 1.0})
    EXPECT_FALSE(zero.ends(loss));
}

//===----------------------------------------------------------------------===//
// Suggestions
//===----------------------------------------------------------------------===//

/// As it is usually written, in the square of the number of points.
static size_t slowValley(const std::vector<double> &losses) {
  std::vector<size_t> longest(losses.size(), 1);
  size_t end = 0;
  for (size_t i = 1; i < losses.size(); ++i) {
    for (size_t j = 0; j < i; ++j)
      if (losses[i] < losses[j])
        longest[i] = std::max(longest[i], longest[j] + 1);
    if (longest[i] > longest[end])
      end = i;
  }
  size_t length = std::min(longest[end], end);
  return end - length + length / 3 + length / 6;
}

RC_GTEST_PROP(SuggestionsTest, ValleyIsTheMiddleOfTheLongestFall, ()) {
  auto whole = *rc::gen::nonEmpty(
      rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20)));
  std::vector<double> losses(whole.begin(), whole.end());
  RC_ASSERT(findValley(losses) == slowValley(losses));
}

TEST(SuggestionsTest, Slide) {
  // A straight fall up to point 60, flat from there: the window slides left
  // from the end until both its ends have one slope.
  std::vector<double> losses;
  for (int i = 0; i < 100; ++i)
    losses.push_back(i < 60 ? 6 - 0.1 * i : 0.0 + (i >= 90) * (i - 89) * 1.0);
  size_t found = findSlide(losses);
  EXPECT_GT(found, 60u);
  EXPECT_LT(found, 90u);
  // Too short for a window.
  EXPECT_EQ(findSlide(std::vector<double>{3, 2, 1}), 0u);
}

//===----------------------------------------------------------------------===//
// Any series
//===----------------------------------------------------------------------===//

static rc::Gen<double> anyNumber() {
  return rc::gen::oneOf(rc::gen::arbitrary<double>(),
                        rc::gen::element(0.0, -0.0, 1.0, kNan, double(INFINITY),
                                         -double(INFINITY), 1e308, -1e308,
                                         5e-324));
}

RC_GTEST_PROP(AnySeries, IsAnswered, ()) {
  RangeSeries series;
  series.lr = *rc::gen::container<std::vector<double>>(rc::gen::oneOf(
      anyNumber(), rc::gen::element(1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0)));
  series.loss = *rc::gen::container<std::vector<double>>(anyNumber());
  series.steps = *rc::gen::oneOf(rc::gen::inRange<int64_t>(-5, 200),
                                 rc::gen::arbitrary<int64_t>());
  RangeAnalysis found = analyseRangeTest(series);
  RC_ASSERT(found.smoothed.size() == found.lr.size());
  RC_ASSERT(found.smoothed.size() <= series.loss.size());
  RC_ASSERT(!describeRangeTests({found}).empty());
  if (found.proposal) {
    RC_ASSERT(found.proposal->floor > 0);
    RC_ASSERT(found.proposal->peak > found.proposal->floor);
  }
}

static RangeSeries noisySeries() {
  auto seed = *rc::gen::arbitrary<uint64_t>();
  auto steps = *rc::gen::inRange<int64_t>(20, 400);
  RandomStream random(seed, "series");
  RangeSeries series = ramp(steps, bend);
  for (size_t i = 0; i < series.loss.size(); ++i)
    series.loss[i] += 0.5 * random.uniform(1, i);
  return series;
}

RC_GTEST_PROP(AnySeries, MarksScaleWithTheRates, ()) {
  RangeSeries series = noisySeries();
  RangeAnalysis before = analyseRangeTest(series);
  for (double &lr : series.lr)
    lr *= 8;
  RangeAnalysis after = analyseRangeTest(series);
  RC_ASSERT(after.best.lr == 8 * before.best.lr);
  RC_ASSERT(after.onset.lr == 8 * before.onset.lr);
  RC_ASSERT(after.valley.lr == 8 * before.valley.lr);
  RC_ASSERT(after.slide.lr == 8 * before.slide.lr);
}

/// But for `slide`, whose threshold is one of losses.
RC_GTEST_PROP(AnySeries, MarksDoNotDependOnTheLossesUnit, ()) {
  RangeSeries series = noisySeries();
  RangeAnalysis before = analyseRangeTest(series);
  for (double &loss : series.loss)
    loss *= 4;
  RangeAnalysis after = analyseRangeTest(series);
  RC_ASSERT(after.best.lr == before.best.lr);
  RC_ASSERT(after.onset.lr == before.onset.lr);
  RC_ASSERT(after.valley.lr == before.valley.lr);
  RC_ASSERT(after.steep.lr == before.steep.lr);
  RC_ASSERT(after.proposal.has_value() == before.proposal.has_value());
}
