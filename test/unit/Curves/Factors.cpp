//===- Factors.cpp - curves of one factor after the other -----------------===//

#include "test/unit/Curves/Formulas.h"

using namespace dsc;
using namespace dsc::test;
using namespace dsc::test::curves;

static Real exponential(const CurveKeys &keys, const CurvePlace &p,
                        const CurveEnds &ends) {
  if (!keys.count("gamma"))
    return ends.from * pow(ends.to / ends.from, p.x());
  Real every(keys.count("every") ? double(steps(keys, "every")) : 1.0);
  return ends.from * pow(Real(number(keys, "gamma")), p.t() / every);
}

static Real stairs(const CurveKeys &keys, const CurvePlace &p,
                   const CurveEnds &ends) {
  int64_t index = keys.count("count") ? p.pieceOf(p.n, count(keys, "count"))
                                      : p.pieceOf(steps(keys, "every"));
  return ends.from * pow(Real(number(keys, "gamma")), whole(index));
}

static Real milestones(const CurveKeys &keys, const CurvePlace &p,
                       const CurveEnds &ends) {
  const Steps &places = std::get<Steps>(keys.at("milestones"));
  Real value = ends.from;
  for (size_t i = 0; i < places.steps.size(); ++i) {
    double gamma = keys.count("gamma") ? number(keys, "gamma") : 0.1;
    if (keys.count("gammas"))
      gamma = std::get<std::vector<double>>(keys.at("gammas"))[i];
    if (p.isPast(places.steps[i]))
      value = value * Real(gamma);
  }
  return value;
}

void curves::addFactors(Cases &all) {
  all.push_back(makeCase("exponential", "", fixed({}), exponential));
  all.back().positiveEnds = true;
  all.push_back(own(makeCase(
      "exponential", "gamma",
      [](int64_t n) -> CurveKeys {
        return {{"gamma", 0.9}, {"every", part(n, 100)}};
      },
      exponential)));
  all.push_back(own(jumping(makeCase(
      "step", "every",
      [](int64_t n) -> CurveKeys {
        return {{"every", part(n, 9)}, {"gamma", 0.3}};
      },
      stairs))));
  all.push_back(own(jumping(
      makeCase("step", "count", fixed({{"count", int64_t(40)}, {"gamma", 0.9}}),
               stairs))));
  auto addMilestones = [&](const char *name, CurveKeys keys) {
    all.push_back(own(jumping(makeCase(
        "multi_step", name,
        [=](int64_t n) {
          CurveKeys whole = keys;
          whole["milestones"] = places(n, {30, 60, 61, 90});
          return whole;
        },
        milestones))));
    all.back().leastSteps = 5;
  };
  addMilestones("", {});
  addMilestones("gamma", {{"gamma", 0.37}});
  addMilestones("gammas", {{"gammas", std::vector{0.3, 2.5, 0.1, 0.7}}});
}
