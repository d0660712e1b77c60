//===- Formulas.h - what the formulas of curves are written in ------------===//
//
// MPFR as arithmetic, the keys of a case by name, and how a case is put
// together. Each family of kinds is a file of its own, as in ODS.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_CURVES_FORMULAS_H
#define DSC_TEST_UNIT_CURVES_FORMULAS_H

#include "test/unit/Curves/CurveCases.h"

namespace dsc::test::curves {

using Cases = std::vector<CurveCase>;

void addBetween(Cases &all);
void addFactors(Cases &all);
void addLaws(Cases &all);
void addCycles(Cases &all);
void addGiven(Cases &all);

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

template <class Function> Real apply(Function function, const Real &x) {
  Real result;
  function(result.get(), x.get(), MPFR_RNDN);
  return result;
}
inline Real exp(const Real &x) { return apply(mpfr_exp, x); }
inline Real log(const Real &x) { return apply(mpfr_log, x); }
inline Real sqrt(const Real &x) { return apply(mpfr_sqrt, x); }
inline Real tanh(const Real &x) { return apply(mpfr_tanh, x); }
inline Real pow(const Real &x, const Real &y) {
  Real result;
  mpfr_pow(result.get(), x.get(), y.get(), MPFR_RNDN);
  return result;
}
inline Real pi() {
  Real result;
  mpfr_const_pi(result.get(), MPFR_RNDN);
  return result;
}
inline bool isBelow(const Real &a, const Real &b) {
  return mpfr_less_p(a.get(), b.get());
}
inline Real smaller(const Real &a, const Real &b) {
  return isBelow(a, b) ? a : b;
}
inline Real whole(int64_t value) { return Real(double(value)); }

inline double number(const CurveKeys &keys, const char *key) {
  return std::get<double>(keys.at(key));
}
inline int64_t count(const CurveKeys &keys, const char *key) {
  return std::get<int64_t>(keys.at(key));
}
inline int64_t steps(const CurveKeys &keys, const char *key) {
  return std::get<Steps>(keys.at(key)).steps[0];
}
inline double rate(const CurveKeys &keys, const char *key) {
  return std::get<Rate>(keys.at(key)).rate;
}

/// to + (from - to) w, where w falls from 1 to 0.
inline Real between(const CurveEnds &ends, const Real &w) {
  return ends.to + (ends.from - ends.to) * w;
}
/// (1 + cos(pi x)) / 2
inline Real halfWave(const Real &x) {
  Real angle = pi() * x;
  return (Real(1) + apply(mpfr_cos, angle)) / Real(2);
}

/// Of a curve that is a weight of x alone.
inline Exact weight(std::function<Real(const CurveKeys &, const Real &)> w) {
  return [=](const CurveKeys &keys, const CurvePlace &p,
             const CurveEnds &ends) { return between(ends, w(keys, p.x())); };
}

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

inline std::function<CurveKeys(int64_t)> fixed(const CurveKeys &keys) {
  return [=](int64_t) { return keys; };
}
inline Steps part(int64_t n, int64_t divisor) {
  return {{std::max<int64_t>(n / divisor, 1)}};
}
/// Places at shares of the phase, in rising order also where it is short.
inline Steps places(int64_t n, std::vector<int64_t> percents,
                    std::vector<double> rates = {}) {
  Steps result{{}, std::move(rates), true};
  int64_t before = 0;
  for (int64_t percent : percents)
    result.steps.push_back(before = std::max(n / 100 * percent, before + 1));
  return result;
}

inline CurveCase makeCase(const char *kind, const char *setting,
                          std::function<CurveKeys(int64_t)> keys, Exact exact) {
  CurveCase made;
  made.kind = kind;
  made.name = std::string(kind) + (*setting ? "_" : "") + setting;
  made.keys = std::move(keys);
  made.exact = std::move(exact);
  return made;
}

/// A curve that follows `from` alone, or nothing.
inline CurveCase own(CurveCase made, bool startsAtFrom = true) {
  made.endsAtTo = made.bounded = made.monotonic = false;
  made.startsAtFrom = startsAtFrom;
  made.continuous &= startsAtFrom;
  return made;
}
inline CurveCase jumping(CurveCase made) {
  made.continuous = made.monotonic = false;
  return made;
}
inline CurveCase cosineKin(CurveCase made) {
  made.ulps = 6;
  return made;
}

} // namespace dsc::test::curves

#endif // DSC_TEST_UNIT_CURVES_FORMULAS_H
