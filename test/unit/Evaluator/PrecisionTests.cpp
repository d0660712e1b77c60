//===- PrecisionTests.cpp - schedules against MPFR ------------------------===//
//
// The promise: at most 1 ulp after rounding to f32; in f64 at most 4, cosine at
// most 6, also where the value falls by six orders of magnitude or to 0, and
// for runs of up to 1e9 steps. `Long*` looks at every step in every
// combination.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Evaluator/Phases.h"
#include "test/unit/Scalar/Reference.h"

#include <array>

using namespace dsc;
using namespace dsc::test;

namespace {
using Ends = std::array<TrackEnds, 3>;
constexpr Ends falling{{{3e-3, 3e-9}, {0.95, 0.85}, {0.1, 0}}};
constexpr Ends rising{{{0, 1e-3}, {0.85, 0.95}, {6e-10, 6e-4}}};
constexpr Ends close{{{1e-3, 1.0000001e-3}, {0.9, 0.90001}, {6e-4, 6e-5}}};
constexpr Ends allEnds[] = {falling, rising, close};
constexpr llvm::StringLiteral kinds[] = {"linear", "log", "cosine",
                                         "exponential"};
constexpr llvm::StringLiteral inclusives[] = {"left", "right", "both",
                                              "neither"};

/// The true value of a phase at m / d, which can be stepped on.
class TrueCurve {
public:
  TrueCurve(llvm::StringRef kind, int64_t steps, int64_t denominator,
            const Ends &ends)
      : kind(kind), steps(steps), d(denominator), ends(ends) {
    Real pi, angle;
    mpfr_const_pi(pi.get(), MPFR_RNDN);
    angle = pi / Real(2.0 * denominator);
    mpfr_sin_cos(sineStep.get(), cosineStep.get(), angle.get(), MPFR_RNDN);
    mpfr_log1p(logWhole.get(), Real(steps).get(), MPFR_RNDN);
    for (size_t i = 0; i < ends.size(); ++i)
      factors[i] = power(i, 1);
  }

  void seek(int64_t numerator) {
    m = numerator;
    Real angle;
    mpfr_const_pi(angle.get(), MPFR_RNDN);
    angle = angle * Real(m) / Real(2.0 * d);
    mpfr_sin_cos(sine.get(), cosine.get(), angle.get(), MPFR_RNDN);
    if (kind == "exponential")
      for (size_t i = 0; i < ends.size(); ++i)
        powers[i] = power(i, m);
    findWeight();
  }

  /// The next numerator, by recurrences: 200 bits are enough for 1e6 of them.
  void advance() {
    ++m;
    if (kind == "exponential")
      for (size_t i = 0; i < ends.size(); ++i)
        powers[i] = powers[i] * factors[i];
    if (kind == "cosine") {
      Real turned = sine * cosineStep + cosine * sineStep;
      cosine = cosine * cosineStep - sine * sineStep;
      sine = turned;
    }
    findWeight();
  }

  Real value(size_t track) const {
    Real from(ends[track].from), to(ends[track].to);
    if (kind == "exponential")
      return from * powers[track];
    if (kind == "cosine")
      return from * cosine * cosine + to * sine * sine;
    return from + (to - from) * weight;
  }

private:
  Real power(size_t track, int64_t numerator) const {
    Real result = Real(ends[track].to) / Real(ends[track].from);
    Real exponent = Real(numerator) / Real(d);
    mpfr_pow(result.get(), result.get(), exponent.get(), MPFR_RNDN);
    return result;
  }
  void findWeight() {
    if (kind == "linear")
      weight = Real(m) / Real(d);
    if (kind != "log")
      return;
    weight = Real(steps) * Real(m) / Real(d) + Real(1);
    mpfr_log(weight.get(), weight.get(), MPFR_RNDN);
    weight = weight / logWhole;
  }

  llvm::StringRef kind;
  int64_t steps, d, m = 0;
  Ends ends;
  Real sine, cosine, sineStep, cosineStep, weight, logWhole;
  std::array<Real, 3> powers, factors;
};

/// One phase over all of a run, with three tracks.
class PhaseCheck {
public:
  PhaseCheck(llvm::StringRef kind, llvm::StringRef inclusive, int64_t steps,
             Ends chosen)
      : name((kind + ", " + inclusive).str()), steps(steps),
        first(inclusive == "left" || (inclusive == "both" && steps > 1) ? 0
                                                                        : 1),
        denominator(inclusive == "neither"             ? steps + 1
                    : inclusive == "both" && steps > 1 ? steps - 1
                                                       : steps),
        bound(kind == "cosine" ? 6 : 4), ends(positive(kind, chosen)),
        exact(kind, steps, denominator, ends), evaluator([&] {
          TestSchedule schedule;
          schedule.add(kind, steps, ends[0], inclusive, ends[1], ends[2]);
          return schedule.compile();
        }()) {}

  void checkAll() {
    exact.seek(first);
    for (int64_t step = 0; step < steps; ++step) {
      compare(step);
      if (testing::Test::HasFatalFailure())
        return;
      exact.advance();
    }
  }

  /// Both ends and points between, to which both ends are near too.
  void checkSome(int atEnds, int between) {
    Points points(steps);
    for (int i = 0; i < atEnds && i < steps; ++i)
      for (int64_t step : {int64_t(i), steps - 1 - i})
        checkAt(step);
    for (int i = 0; i < between; ++i) {
      auto far = static_cast<int64_t>(points.anyBetween(1, steps)) - 1;
      checkAt(far);
      checkAt(steps - 1 - far);
      checkAt(static_cast<int64_t>(points.bits() % steps));
    }
  }

  double getWorst() const { return worst; }

private:
  /// An exponential has no 0 to come from or go to.
  static Ends positive(llvm::StringRef kind, Ends ends) {
    for (TrackEnds &track : ends)
      if (kind == "exponential")
        track = {track.from ? track.from : 1e-7, track.to ? track.to : 1e-7};
    return ends;
  }

  void checkAt(int64_t step) {
    if (testing::Test::HasFatalFailure())
      return;
    exact.seek(first + step);
    compare(step);
  }

  void compare(int64_t step) {
    std::array<double, 3> found;
    evaluator.evaluate(step, found);
    for (size_t track = 0; track < found.size(); ++track) {
      const TrackEnds &own = ends[track];
      if (first + step == 0 || first + step == denominator) {
        ASSERT_EQ(found[track], first + step == 0 ? own.from : own.to) << name;
        continue;
      }
      Real truth = exact.value(track);
      double apart = ulpsApart(found[track], truth);
      worst = std::max(worst, apart);
      ASSERT_LE(apart, bound) << name << ", step " << step << " of " << steps
                              << ", track " << track;
      ASSERT_LE(ulpsApart(static_cast<float>(found[track]), truth, 24, -149), 1)
          << name << ", step " << step << " of " << steps;
    }
  }

  std::string name;
  int64_t steps, first, denominator;
  double bound, worst = 0;
  Ends ends;
  TrueCurve exact;
  Evaluator evaluator;
};

template <class Check> void forAll(int64_t steps, Check check) {
  for (llvm::StringRef kind : kinds) {
    double worst = 0;
    for (llvm::StringRef inclusive : inclusives)
      for (const Ends &ends : allEnds) {
        PhaseCheck phase(kind, inclusive, steps, ends);
        check(phase);
        worst = std::max(worst, phase.getWorst());
        if (testing::Test::HasFatalFailure())
          return;
      }
    testing::Test::RecordProperty(kind.str(), std::to_string(worst));
  }
}
} // namespace

TEST(Precision, EveryStepOfShortRuns) {
  for (int64_t steps : {1, 2, 3, 4, 7, 100, 999})
    forAll(steps, [](PhaseCheck &phase) { phase.checkAll(); });
}

TEST(Precision, EveryStepOfAMillionThatFallBySixOrders) {
  for (llvm::StringRef kind : kinds)
    PhaseCheck(kind, "right", 1000000, falling).checkAll();
}

TEST(Precision, MillionStepsInEveryForm) {
  forAll(1000000, [](PhaseCheck &phase) { phase.checkSome(300, 500); });
}

TEST(Precision, BillionSteps) {
  forAll(1000000000, [](PhaseCheck &phase) { phase.checkSome(300, 500); });
}

TEST(LongPrecision, EveryStepOfAMillionInEveryForm) {
  forAll(1000000, [](PhaseCheck &phase) { phase.checkAll(); });
}
