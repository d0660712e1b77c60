//===- Laws.cpp - curves of the steps made --------------------------------===//

#include "test/unit/Curves/Formulas.h"

using namespace dsc;
using namespace dsc::test;
using namespace dsc::test::curves;

static Real inverseSqrt(const CurveKeys &keys, const CurvePlace &p,
                        const CurveEnds &ends) {
  return ends.from / sqrt(Real(1) + p.t() / whole(steps(keys, "timescale")));
}

static Real noam(const CurveKeys &keys, const CurvePlace &p,
                 const CurveEnds &) {
  Real warmup = whole(steps(keys, "warmup")), t = p.t();
  Real rise = t * pow(warmup, Real(-1.5));
  Real scale = Real(rate(keys, "base")) / sqrt(whole(count(keys, "width")));
  return mpfr_zero_p(t.get()) ? Real(0)
                              : scale * smaller(rise, Real(1) / sqrt(t));
}

static Real noamHold(const CurveKeys &keys, const CurvePlace &p,
                     const CurveEnds &) {
  Real base(rate(keys, "base")), warmup = whole(steps(keys, "warmup"));
  Real hold = keys.count("hold") ? whole(steps(keys, "hold")) : Real(0);
  if (!isBelow(warmup, p.t()))
    return base * p.t() / warmup;
  if (!isBelow(warmup + hold, p.t()))
    return base;
  return base * pow(warmup / (p.t() - hold), Real(number(keys, "power")));
}

static Real powerLaw(const CurveKeys &keys, const CurvePlace &p,
                     const CurveEnds &) {
  Real base(rate(keys, "base")), exponent(number(keys, "exponent"));
  Real counted = Real(number(keys, "unit")) * p.t();
  if (mpfr_zero_p(counted.get()))
    return number(keys, "exponent") < 0 ? base : Real(0);
  return smaller(base, Real(number(keys, "factor")) * pow(counted, exponent));
}

static Real t5(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &) {
  Real hold = whole(steps(keys, "hold"));
  return Real(1) / sqrt(isBelow(hold, p.t()) ? p.t() : hold);
}

static void addOwn(Cases &all, const char *kind, const char *name,
                   std::function<CurveKeys(int64_t)> keys, Exact exact) {
  all.push_back(own(makeCase(kind, name, keys, exact), false));
}

static void addNoams(Cases &all) {
  addOwn(
      all, "noam", "",
      [](int64_t n) -> CurveKeys {
        return {{"base", Rate{2.0}},
                {"width", int64_t(512)},
                {"warmup", part(n, 10)}};
      },
      noam);
  addOwn(
      all, "noam_hold", "",
      [](int64_t n) -> CurveKeys {
        return {{"base", Rate{3e-3}},
                {"warmup", part(n, 10)},
                {"hold", part(n, 5)},
                {"power", 0.5}};
      },
      noamHold);
  addOwn(
      all, "noam_hold", "without_hold",
      [](int64_t n) -> CurveKeys {
        return {{"base", Rate{1.0}}, {"warmup", part(n, 1000)}, {"power", 3.3}};
      },
      noamHold);
}

void curves::addLaws(Cases &all) {
  all.push_back(own(makeCase(
      "inverse_sqrt", "",
      [](int64_t n) -> CurveKeys { return {{"timescale", part(n, 20)}}; },
      inverseSqrt)));
  all.push_back(own(makeCase("inverse_sqrt", "short",
                             fixed({{"timescale", Steps{{1}}}}), inverseSqrt)));
  all.back().continuous = false; // steep at the start
  addNoams(all);
  addOwn(
      all, "t5", "",
      [](int64_t n) -> CurveKeys { return {{"hold", part(n, 10)}}; }, t5);
  addOwn(all, "power", "",
         fixed({{"base", Rate{0.02}},
                {"factor", 4.6},
                {"exponent", -0.51},
                {"unit", 4e6}}),
         powerLaw);
  addOwn(all, "power", "rising",
         fixed({{"base", Rate{0.9}},
                {"factor", 0.1},
                {"exponent", 0.3},
                {"unit", 1.0}}),
         powerLaw);
}
