//===- CatalogueTests.cpp - every kind of phase against MPFR --------------===//
//
// One suite over the whole catalogue: the design's bounds on accuracy for runs
// of one step to 1e9, where a curve starts and ends, and what it promises
// between. `Long*` looks at every step of a million.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/PhaseValues.h"
#include "test/unit/Curves/CurveCases.h"
#include "test/unit/Evaluator/Phases.h"

#include <rapidcheck.h>

#include <cstdlib>
#include <set>

using namespace dsc;
using namespace dsc::test;

namespace {
constexpr llvm::StringLiteral inclusives[] = {"left", "right", "both",
                                              "neither"};
constexpr TrackEnds falling{3e-3, 3e-9}, rising{0, 1e-3}, warming{1e-9, 2e-3},
    close{1e-3, 1.0000001e-3}, toZero{1, 0};

/// Ends that a kind can run between.
std::vector<TrackEnds> endsFor(const CurveCase &curve) {
  if (curve.risesOnly)
    return {warming, close};
  if (curve.positiveEnds)
    return {falling, warming, close};
  return {falling, rising, warming, close, toZero};
}

/// One phase of a case, compiled, beside its reference.
class CurveRun {
public:
  CurveRun(const CurveCase &curve, llvm::StringRef inclusive, int64_t steps,
           TrackEnds ends)
      : curve(curve), inclusive(inclusive), steps(steps),
        keys(curve.keys(steps)), ends{ends.from, ends.to} {
    op = schedule.add(curve.kind, steps, ends, inclusive);
    setKeys(op, keys);
    evaluator.emplace(schedule.compile());
  }

  double at(int64_t step) { return valuesAt(*evaluator, step)[0]; }
  Real exactAt(const CurvePlace &place) {
    return curve.exact(keys, place, ends);
  }
  CurvePlace place(int64_t step) { return placeOf(inclusive, steps, step); }

  void check(int64_t step) {
    if (testing::Test::HasFatalFailure())
      return;
    CurvePlace here = place(step);
    Real truth = exactAt(here);
    double found = at(step);
    double apart = ulpsApart(found, truth);
    worst = std::max(worst, apart);
    ASSERT_LE(apart, curve.ulps)
        << curve.name << ", " << inclusive.str() << ", step " << step << " of "
        << steps << ", from " << ends.from.toDouble() << " to "
        << ends.to.toDouble() << ": found " << found << ", true value "
        << truth.toDouble();
    ASSERT_LE(ulpsApart(static_cast<float>(found), truth, 24, -149), 1)
        << curve.name << ", step " << step << " of " << steps;
  }

  /// Both ends, points as near to them as to the middle, and some on edges.
  void checkSome(int atEnds, int between) {
    Points points(steps);
    for (int i = 0; i < atEnds && i < steps; ++i)
      for (int64_t step : {int64_t(i), steps - 1 - i})
        check(step);
    for (int i = 0; i < between; ++i) {
      auto far = static_cast<int64_t>(points.anyBetween(1, double(steps))) - 1;
      check(far);
      check(steps - 1 - far);
      check(static_cast<int64_t>(points.bits() % steps));
    }
    for (int64_t parts : {2, 3, 5, 7, 8, 9, 10, 13, 20, 40, 50, 64, 100})
      for (int64_t i = 1; i < std::min<int64_t>(parts, 12); ++i)
        for (int64_t by : {-2, -1, 0, 1})
          if (int64_t step = steps / parts * i + by; step >= 0 && step < steps)
            check(step);
  }
  void checkAll() {
    for (int64_t step = 0; step < steps; ++step)
      check(step);
  }

  /// At x = 0 or 1, as the resolve passes find it.
  std::optional<double> end(CurveEnd which) {
    return getCurveEnd(llvm::cast<PhaseInterface>(op), which, steps,
                       ends.from.toDouble(), ends.to.toDouble());
  }
  double getWorst() const { return worst; }

private:
  const CurveCase &curve;
  llvm::StringRef inclusive;
  int64_t steps;
  CurveKeys keys;
  CurveEnds ends;
  TestSchedule schedule;
  mlir::Operation *op;
  std::optional<Evaluator> evaluator;
  double worst = 0;
};

class Curve : public testing::TestWithParam<CurveCase> {
protected:
  template <class Check>
  void forAll(std::initializer_list<int64_t> lengths, Check check) {
    for (int64_t steps : lengths) {
      if (steps < GetParam().leastSteps)
        continue;
      for (llvm::StringRef inclusive : inclusives)
        for (TrackEnds ends : endsFor(GetParam())) {
          CurveRun run(GetParam(), inclusive, GetParam().fit(steps), ends);
          check(run);
          worst = std::max(worst, run.getWorst());
          if (HasFatalFailure())
            return;
        }
    }
    RecordProperty("worst ulp", std::to_string(worst));
  }
  double worst = 0;
};
using LongCurve = Curve;

std::string nameOf(const testing::TestParamInfo<CurveCase> &info) {
  return info.param.name;
}
} // namespace

namespace dsc::test {
void PrintTo(const CurveCase &curve, std::ostream *out) { *out << curve.name; }
} // namespace dsc::test

INSTANTIATE_TEST_SUITE_P(Kinds, Curve, testing::ValuesIn(curveCases()), nameOf);
INSTANTIATE_TEST_SUITE_P(Kinds, LongCurve, testing::ValuesIn(curveCases()),
                         nameOf);

TEST(Catalogue, EveryKindHasASetting) {
  std::set<std::string> tested;
  for (const CurveCase &curve : curveCases())
    tested.insert(curve.kind);
  getContext(); // loads the dialect
  for (const TableInfo &table : getTables()) {
    auto name = mlir::RegisteredOperationName::lookup(table.op, &getContext());
    if (!name || !name->hasInterface<PhaseInterface>())
      continue;
    EXPECT_TRUE(tested.count(table.kind.str()))
        << table.kind.str() << " is in no setting of test/unit/Curves";
  }
}

TEST_P(Curve, IsExactAtEveryStepOfShortRuns) {
  forAll({1, 2, 3, 4, 7, 30, 101}, [](CurveRun &run) { run.checkAll(); });
}

TEST_P(Curve, IsExactInAMillionSteps) {
  forAll({1000000}, [](CurveRun &run) { run.checkSome(20, 30); });
}

TEST_P(Curve, IsExactInABillionSteps) {
  forAll({1000000000, 999999937}, [](CurveRun &run) { run.checkSome(20, 30); });
}

TEST_P(Curve, EndsWhereItSays) {
  forAll({1, 2, 5, 100, 12345, 1000000000}, [&](CurveRun &run) {
    const CurveCase &curve = GetParam();
    for (CurveEnd which : {CurveEnd::start, CurveEnd::finish}) {
      std::optional<double> found = run.end(which);
      ASSERT_TRUE(found) << curve.name << " does not fold";
      CurvePlace place = run.place(0);
      place.d = place.n;
      place.m = which == CurveEnd::start ? 0 : place.n;
      place.closes = which == CurveEnd::finish;
      EXPECT_LE(ulpsApart(*found, run.exactAt(place)), curve.ulps)
          << curve.name;
    }
  });
}

TEST_P(LongCurve, IsExactAtEveryStepOfAMillion) {
  if (!std::getenv("DSC_LONG_TESTS"))
    GTEST_SKIP() << "takes minutes: set DSC_LONG_TESTS";
  forAll({1000000}, [](CurveRun &run) { run.checkAll(); });
}

//===----------------------------------------------------------------------===//
// What curves promise
//===----------------------------------------------------------------------===//

namespace {
/// A phase as somebody might write it.
struct Sample {
  int64_t steps;
  llvm::StringRef inclusive;
  TrackEnds ends;
};

Sample sampleFor(const CurveCase &curve) {
  Sample sample;
  sample.steps = *rc::gen::inRange<int64_t>(
      std::max<int64_t>(curve.leastSteps, 2), 1'000'000'000);
  sample.steps = curve.fit(sample.steps);
  sample.inclusive = inclusives[*rc::gen::inRange(0, 4)];
  auto rate = [] { return *rc::gen::inRange(1, 1000000) * 1e-8; };
  sample.ends = {rate(), rate()};
  if (curve.risesOnly && sample.ends.from >= sample.ends.to)
    sample.ends.to = 2 * sample.ends.from;
  if (sample.ends.from == sample.ends.to)
    sample.ends.to = sample.ends.from / 2;
  return sample;
}

/// A little more than rounding can do.
double slack(const TrackEnds &ends) {
  return 16 * std::max(ends.from, ends.to) * 0x1p-53;
}
} // namespace

TEST_P(Curve, StaysBetweenItsEnds) {
  if (!GetParam().bounded)
    GTEST_SKIP() << "promises nothing";
  EXPECT_TRUE(rc::check("between from and to", [] {
    Sample sample = sampleFor(GetParam());
    CurveRun run(GetParam(), sample.inclusive, sample.steps, sample.ends);
    double low = std::min(sample.ends.from, sample.ends.to);
    double high = std::max(sample.ends.from, sample.ends.to);
    for (int i = 0; i < 20; ++i) {
      double value = run.at(*rc::gen::inRange<int64_t>(0, sample.steps));
      RC_ASSERT(value >= low - slack(sample.ends));
      RC_ASSERT(value <= high + slack(sample.ends));
    }
  }));
}

TEST_P(Curve, HitsItsEnds) {
  const CurveCase &curve = GetParam();
  if (!curve.startsAtFrom && !curve.endsAtTo)
    GTEST_SKIP() << "promises nothing";
  EXPECT_TRUE(rc::check("exactly from and to", [&curve] {
    Sample sample = sampleFor(curve);
    CurveRun run(curve, "both", sample.steps, sample.ends);
    if (curve.startsAtFrom)
      RC_ASSERT(run.at(0) == sample.ends.from);
    if (curve.endsAtTo)
      RC_ASSERT(run.at(sample.steps - 1) == sample.ends.to);
    if (curve.startsAtFrom)
      RC_ASSERT(*run.end(CurveEnd::start) == sample.ends.from);
    if (curve.endsAtTo)
      RC_ASSERT(*run.end(CurveEnd::finish) == sample.ends.to);
  }));
}

TEST_P(Curve, NeverTurnsBack) {
  if (!GetParam().monotonic)
    GTEST_SKIP() << "promises nothing";
  EXPECT_TRUE(rc::check("one way from from to to", [] {
    Sample sample = sampleFor(GetParam());
    CurveRun run(GetParam(), sample.inclusive, sample.steps, sample.ends);
    double sign = sample.ends.from < sample.ends.to ? 1 : -1;
    for (int i = 0; i < 20; ++i) {
      int64_t a = *rc::gen::inRange<int64_t>(0, sample.steps);
      int64_t b = *rc::gen::inRange<int64_t>(a, sample.steps);
      RC_ASSERT(sign * (run.at(b) - run.at(a)) >= -slack(sample.ends));
    }
  }));
}

TEST_P(Curve, DoesNotJump) {
  if (!GetParam().continuous)
    GTEST_SKIP() << "promises nothing";
  EXPECT_TRUE(rc::check("small steps", [] {
    Sample sample = sampleFor(GetParam());
    sample.steps = sample.steps / 2 + 200000;
    CurveRun run(GetParam(), sample.inclusive, sample.steps, sample.ends);
    // A root is the steepest: sqrt(1/n) in one step. An exponential may be
    // steeper by the ratio of its ends, which is not a jump either.
    double most = 60 * std::max(sample.ends.from, sample.ends.to) /
                  std::sqrt(double(sample.steps));
    for (int i = 0; i < 20; ++i) {
      int64_t step = *rc::gen::element<int64_t>(
          0, sample.steps - 2, *rc::gen::inRange<int64_t>(0, sample.steps - 1));
      RC_ASSERT(std::fabs(run.at(step + 1) - run.at(step)) <= most);
    }
  }));
}

TEST(Catalogue, FewStepsOfTheStairsArePlacedAsLibrariesDo) {
  // floor(k / 3) at the 0-based step k, in both usual forms.
  for (llvm::StringRef inclusive : {"left", "right"}) {
    TestSchedule schedule;
    setKeys(schedule.add("step", 10, {1, 1}, inclusive),
            {{"every", Steps{{3}}}, {"gamma", 0.5}});
    Evaluator lr = schedule.compile();
    for (int64_t k = 0; k < 10; ++k)
      EXPECT_EQ(valuesAt(lr, k)[0], std::ldexp(1, -int(k / 3)))
          << inclusive.str() << " " << k;
  }
}

TEST(Catalogue, ATrackHoldsWhereACycleLeftIt) {
  TestSchedule schedule;
  setKeys(schedule.add("triangular", 8, {1, 2}, "right", TrackEnds{0.95, 0.85}),
          {});
  schedule.add("linear", 4, {1, 0}, "right");
  Evaluator tracks = schedule.compile();
  EXPECT_EQ(valuesAt(tracks, 3)[1], 0.85);
  EXPECT_EQ(valuesAt(tracks, 7)[1], 0.95);
  EXPECT_EQ(valuesAt(tracks, 9)[1], 0.95);
}

TEST(Errors, AKeyWithoutItsSteps) {
  TestSchedule schedule;
  setKeys(schedule.add("inverse_sqrt", 10, {1, 1}), {});
  Messages messages;
  EXPECT_TRUE(failed(schedule.lower()));
  EXPECT_NE(messages.get().find("expected a resolved phase"),
            std::string::npos);
}
