//===- Given.cpp - curves as the recipe draws them ------------------------===//

#include "test/unit/Curves/Formulas.h"

using namespace dsc;
using namespace dsc::test;
using namespace dsc::test::curves;

static Real points(const CurveKeys &keys, const CurvePlace &p,
                   const CurveEnds &ends) {
  const Steps &all = std::get<Steps>(keys.at("points"));
  auto how = std::get<std::string>(keys.at("interpolation"));
  int64_t begin = 0;
  Real value = ends.from;
  for (size_t i = 0; i < all.steps.size(); ++i) {
    if (!p.isPast(all.steps[i])) {
      Real x = (p.t() - whole(begin)) / whole(all.steps[i] - begin);
      Real w = how == "constant" ? Real(1)
               : how == "linear" ? Real(1) - x
                                 : halfWave(x);
      return between({value, Real(all.rates[i])}, w);
    }
    begin = all.steps[i];
    value = Real(all.rates[i]);
  }
  return value;
}

static Real rangeTest(const CurveKeys &keys, const CurvePlace &p,
                      const CurveEnds &ends) {
  auto ramp = std::get<std::string>(keys.at("ramp"));
  if (ramp == "exponential")
    return ends.from * pow(ends.to / ends.from, p.x());
  if (!keys.count("interval"))
    return between(ends, p.rest());
  int64_t interval = steps(keys, "interval");
  Real intervals = p.t() / whole(interval);
  if (ramp == "staircase")
    intervals = whole(p.pieceOf(interval));
  if (keys.count("rate"))
    return ends.from * (Real(1) + Real(number(keys, "rate")) * intervals);
  return between(ends, Real(1) - intervals * whole(interval) / whole(p.n));
}

static void addPoints(Cases &all) {
  for (const char *how : {"constant", "linear", "cosine"}) {
    all.push_back(own(makeCase(
        "piecewise", how,
        [=](int64_t n) -> CurveKeys {
          return {
              {"points", places(n, {10, 40, 41, 80}, {1e-3, 3e-3, 1e-9, 0.0})},
              {"interpolation", std::string(how)}};
        },
        points)));
    all.back().leastSteps = 4;
    all.back().continuous = false; // one of the pieces is steep
    all.back().ulps = how == std::string("cosine") ? 6 : 4;
  }
}

static void addRangeTests(Cases &all) {
  auto add = [&](const char *name, std::function<CurveKeys(int64_t)> keys) {
    all.push_back(makeCase("range_test", name, keys, rangeTest));
    all.back().risesOnly = true;
    return &all.back();
  };
  add("exponential", fixed({{"ramp", std::string("exponential")}}))
      ->positiveEnds = true;
  add("linear", fixed({{"ramp", std::string("linear")}}));
  auto *stairs = add("staircase", [](int64_t n) -> CurveKeys {
    return {{"ramp", std::string("staircase")}, {"interval", part(n, 8)}};
  });
  stairs->continuous = stairs->endsAtTo = false;
  for (const char *ramp : {"linear", "staircase"}) {
    auto *test =
        add((std::string(ramp) + "_rate").c_str(), [=](int64_t n) -> CurveKeys {
          return {{"ramp", std::string(ramp)},
                  {"interval", part(n, 8)},
                  {"rate", 1.7}};
        });
    *test = own(*test);
    test->continuous = false;
  }
}

/// A formula is as exact as its author lets it be: 1 - t rounds t first.
static void addFormula(Cases &all) {
  all.push_back(own(
      makeCase("expr", "",
               fixed({{"formula",
                       std::string("floor + (peak - floor) * (1 - t) ^ 2")},
                      {"peak_value", 2e-3},
                      {"floor_value", 1e-5}}),
               [](const CurveKeys &, const CurvePlace &p, const CurveEnds &) {
                 return Real(1e-5) +
                        (Real(2e-3) - Real(1e-5)) * p.rest() * p.rest();
               }),
      false));
  all.back().ulps = 64;
}

void curves::addGiven(Cases &all) {
  addPoints(all);
  addRangeTests(all);
  addFormula(all);
}
