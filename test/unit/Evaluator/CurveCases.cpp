//===- CurveCases.cpp - settings of every kind of phase -------------------===//

#include "test/unit/Evaluator/CurveCases.h"

#include "dialect/Dsc/PhaseValues.h"

using namespace dsc;
using namespace dsc::test;

using Wide = __int128;

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

bool CurvePlace::isPast(int64_t step) const {
  Wide here = Wide(n) * m, there = Wide(step) * d;
  return here > there || (here == there && !closes);
}

int64_t CurvePlace::pieceOf(int64_t a, int64_t b) const {
  Wide here = Wide(n) * m * b, piece = Wide(a) * d;
  auto index = int64_t(here / piece);
  return index > 0 && closes && here % piece == 0 ? index - 1 : index;
}

CurvePlace dsc::test::placeOf(llvm::StringRef inclusive, int64_t steps,
                              int64_t step) {
  if (inclusive == "left")
    return {step, steps, steps, false};
  if (inclusive == "right")
    return {step + 1, steps, steps, true};
  if (inclusive == "neither")
    return {step + 1, steps + 1, steps, false};
  if (steps == 1)
    return {1, 1, 1, true};
  return {step, steps - 1, steps, step == steps - 1};
}

void dsc::test::setKeys(mlir::Operation *phase, const CurveKeys &keys) {
  mlir::Builder b(phase->getContext());
  llvm::SmallVector<mlir::NamedAttribute> ownSteps, ownRates;
  auto length = [&](int64_t steps) {
    return LengthAttr::get(b.getContext(), b.getF64FloatAttr(double(steps)),
                           "steps");
  };
  auto amount = [&](double rate) {
    return AmountAttr::get(b.getContext(), b.getF64FloatAttr(rate), false);
  };
  auto setSteps = [&](const std::string &key, const Steps &value) {
    if (!value.isList) {
      phase->setAttr(key, length(value.steps[0]));
      ownSteps.push_back(
          b.getNamedAttr(key, b.getI64IntegerAttr(value.steps[0])));
      return;
    }
    llvm::SmallVector<mlir::Attribute> items;
    for (size_t i = 0; i < value.steps.size(); ++i) {
      items.push_back(length(value.steps[i]));
      if (!value.rates.empty())
        items.back() = b.getArrayAttr({items.back(), amount(value.rates[i])});
    }
    phase->setAttr(key, b.getArrayAttr(items));
    ownSteps.push_back(
        b.getNamedAttr(key, b.getDenseI64ArrayAttr(value.steps)));
    if (!value.rates.empty())
      ownRates.push_back(
          b.getNamedAttr(key, b.getDenseF64ArrayAttr(value.rates)));
  };
  for (const auto &[key, value] : keys) {
    if (auto *number = std::get_if<double>(&value))
      phase->setAttr(key, b.getF64FloatAttr(*number));
    else if (auto *count = std::get_if<int64_t>(&value))
      phase->setAttr(key, b.getI64IntegerAttr(*count));
    else if (auto *text = std::get_if<std::string>(&value))
      phase->setAttr(key, b.getStringAttr(*text));
    else if (auto *numbers = std::get_if<std::vector<double>>(&value))
      phase->setAttr(key, b.getF64ArrayAttr(*numbers));
    else if (auto *steps = std::get_if<Steps>(&value))
      setSteps(key, *steps);
    else if (auto *rate = std::get_if<Rate>(&value)) {
      phase->setAttr(key, amount(rate->rate));
      ownRates.push_back(b.getNamedAttr(key, b.getF64FloatAttr(rate->rate)));
    }
  }
  phase->setAttr("own_steps", b.getDictionaryAttr(ownSteps));
  phase->setAttr("own_rates", b.getDictionaryAttr(ownRates));
}

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

namespace {
template <class Function> Real apply(Function function, const Real &x) {
  Real result;
  function(result.get(), x.get(), MPFR_RNDN);
  return result;
}
Real exp(const Real &x) { return apply(mpfr_exp, x); }
Real log(const Real &x) { return apply(mpfr_log, x); }
Real sqrt(const Real &x) { return apply(mpfr_sqrt, x); }
Real tanh(const Real &x) { return apply(mpfr_tanh, x); }
Real pow(const Real &x, const Real &y) {
  Real result;
  mpfr_pow(result.get(), x.get(), y.get(), MPFR_RNDN);
  return result;
}
Real pi() {
  Real result;
  mpfr_const_pi(result.get(), MPFR_RNDN);
  return result;
}
bool isBelow(const Real &a, const Real &b) {
  return mpfr_less_p(a.get(), b.get());
}
Real smaller(const Real &a, const Real &b) { return isBelow(a, b) ? a : b; }
Real whole(int64_t value) { return Real(double(value)); }

double number(const CurveKeys &keys, const char *key) {
  return std::get<double>(keys.at(key));
}
int64_t count(const CurveKeys &keys, const char *key) {
  return std::get<int64_t>(keys.at(key));
}
int64_t steps(const CurveKeys &keys, const char *key) {
  return std::get<Steps>(keys.at(key)).steps[0];
}
double rate(const CurveKeys &keys, const char *key) {
  return std::get<Rate>(keys.at(key)).rate;
}

/// to + (from - to) w, where w falls from 1 to 0.
Real between(const CurveEnds &ends, const Real &w) {
  return ends.to + (ends.from - ends.to) * w;
}
/// (1 + cos(pi x)) / 2
Real halfWave(const Real &x) {
  Real angle = pi() * x;
  return (Real(1) + apply(mpfr_cos, angle)) / Real(2);
}

/// Of a curve that is a weight of x alone.
Exact weight(std::function<Real(const CurveKeys &, const Real &)> w) {
  return [=](const CurveKeys &keys, const CurvePlace &p,
             const CurveEnds &ends) { return between(ends, w(keys, p.x())); };
}

Real cosineWave(const CurveKeys &keys, const Real &x) {
  double waves = keys.count("cycles") ? number(keys, "cycles") : 0.5;
  Real wave = halfWave(Real(2 * waves) * x);
  return keys.count("exponent") ? pow(wave, Real(number(keys, "exponent")))
                                : wave;
}

Real restarts(const CurveKeys &keys, const CurvePlace &p,
              const CurveEnds &ends) {
  int64_t cycles = count(keys, "cycles");
  int64_t index = p.pieceOf(p.n, cycles);
  return between(ends, halfWave(whole(cycles) * p.x() - whole(index)));
}

/// Cycle by cycle, as one would by hand.
Real sgdr(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &ends) {
  double growth = number(keys, "growth");
  Real decay(number(keys, "decay")), start = ends.from;
  if (keys.count("cycles") && growth == 1) {
    int64_t cycles = count(keys, "cycles"), index = p.pieceOf(p.n, cycles);
    start = start * pow(decay, whole(index));
    Real passed = whole(cycles) * p.x() - whole(index);
    return between({start, ends.to}, halfWave(passed));
  }
  if (growth == 1) {
    int64_t length = steps(keys, "first"), index = p.pieceOf(length);
    Real passed = p.t() / whole(length) - whole(index);
    start = start * pow(decay, whole(index));
    return between({start, ends.to}, halfWave(passed));
  }
  Real length(1), all(0);
  if (keys.count("cycles")) {
    for (int64_t i = 0; i < count(keys, "cycles"); ++i)
      all = all + pow(Real(growth), whole(i));
    length = whole(p.n) / all;
  } else {
    length = whole(steps(keys, "first"));
  }
  int64_t begin = 0, index = 0;
  Real reached(0);
  for (;; ++index) {
    reached = reached + length * pow(Real(growth), whole(index));
    auto end = int64_t(std::floor((reached + Real(0.5)).toDouble()));
    bool isLast = keys.count("cycles") && index + 1 == count(keys, "cycles");
    if (isLast || !p.isPast(end)) {
      Real passed = (p.t() - whole(begin)) / whole(end - begin);
      return between({start * pow(decay, whole(index)), ends.to},
                     halfWave(passed));
    }
    begin = end;
  }
}

Real polynomial(const CurveKeys &keys, const CurvePlace &p,
                const CurveEnds &ends) {
  Real rest = p.rest();
  if (keys.count("k_decay"))
    rest = Real(1) - pow(p.x(), Real(number(keys, "k_decay")));
  return between(ends, pow(rest, Real(number(keys, "power"))));
}

Real exponentialFall(const Real &x, const Real &rate) {
  Real last = exp(Real(0) - rate);
  return (exp(Real(0) - rate * x) - last) / (Real(1) - last);
}

Real exponential(const CurveKeys &keys, const CurvePlace &p,
                 const CurveEnds &ends) {
  if (!keys.count("gamma"))
    return ends.from * pow(ends.to / ends.from, p.x());
  Real every(keys.count("every") ? double(steps(keys, "every")) : 1.0);
  return ends.from * pow(Real(number(keys, "gamma")), p.t() / every);
}

Real stairs(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &ends) {
  int64_t index = keys.count("count") ? p.pieceOf(p.n, count(keys, "count"))
                                      : p.pieceOf(steps(keys, "every"));
  return ends.from * pow(Real(number(keys, "gamma")), whole(index));
}

Real milestones(const CurveKeys &keys, const CurvePlace &p,
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

Real points(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &ends) {
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

Real inverseSqrt(const CurveKeys &keys, const CurvePlace &p,
                 const CurveEnds &ends) {
  return ends.from / sqrt(Real(1) + p.t() / whole(steps(keys, "timescale")));
}

Real noam(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &) {
  Real warmup = whole(steps(keys, "warmup")), t = p.t();
  Real rise = t * pow(warmup, Real(-1.5));
  Real scale = Real(rate(keys, "base")) / sqrt(whole(count(keys, "width")));
  return mpfr_zero_p(t.get()) ? Real(0)
                              : scale * smaller(rise, Real(1) / sqrt(t));
}

Real noamHold(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &) {
  Real base(rate(keys, "base")), warmup = whole(steps(keys, "warmup"));
  Real hold = keys.count("hold") ? whole(steps(keys, "hold")) : Real(0);
  if (!isBelow(warmup, p.t()))
    return base * p.t() / warmup;
  if (!isBelow(warmup + hold, p.t()))
    return base;
  return base * pow(warmup / (p.t() - hold), Real(number(keys, "power")));
}

Real powerLaw(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &) {
  Real base(rate(keys, "base")), exponent(number(keys, "exponent"));
  Real counted = Real(number(keys, "unit")) * p.t();
  if (mpfr_zero_p(counted.get()))
    return number(keys, "exponent") < 0 ? base : Real(0);
  return smaller(base, Real(number(keys, "factor")) * pow(counted, exponent));
}

Real t5(const CurveKeys &keys, const CurvePlace &p, const CurveEnds &) {
  Real hold = whole(steps(keys, "hold"));
  return Real(1) / sqrt(isBelow(hold, p.t()) ? p.t() : hold);
}

/// (1 - tanh z) / 2; the subtraction needs more digits than it has at -300.
Real tanhWeight(const CurveKeys &keys, const Real &x) {
  Real z = Real(number(keys, "lower")) * (Real(1) - x) +
           Real(number(keys, "upper")) * x;
  return (Real(1) - tanh(z)) / Real(2);
}

/// The share of the way up that cycles of up + down steps have at a place.
Real triangle(const CurveKeys &keys, const CurvePlace &p, int64_t &cycle) {
  int64_t half = std::max<int64_t>(p.n / 2, 1);
  int64_t up = keys.count("up") ? steps(keys, "up") : half;
  int64_t down = keys.count("down") ? steps(keys, "down")
                 : keys.count("up") ? up
                                    : std::max<int64_t>(p.n - half, 1);
  cycle = p.pieceOf(up + down);
  Real j = p.t() - whole(cycle) * whole(up + down);
  if (!isBelow(whole(up), j))
    return j / whole(up);
  return (whole(up + down) - j) / whole(down);
}

Exact triangular(
    std::function<Real(const CurveKeys &, const CurvePlace &, int64_t cycle)>
        scale) {
  return [=](const CurveKeys &keys, const CurvePlace &p,
             const CurveEnds &ends) {
    int64_t cycle = 0;
    Real height = triangle(keys, p, cycle);
    return ends.from + (ends.to - ends.from) * height * scale(keys, p, cycle);
  };
}

Real rangeTest(const CurveKeys &keys, const CurvePlace &p,
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

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

std::function<CurveKeys(int64_t)> fixed(const CurveKeys &keys) {
  return [=](int64_t) { return keys; };
}
Steps part(int64_t n, int64_t divisor) {
  return {{std::max<int64_t>(n / divisor, 1)}};
}
/// Places at shares of the phase, in rising order also where it is short.
Steps places(int64_t n, std::vector<int64_t> percents,
             std::vector<double> rates = {}) {
  Steps result{{}, std::move(rates), true};
  int64_t before = 0;
  for (int64_t percent : percents)
    result.steps.push_back(before = std::max(n / 100 * percent, before + 1));
  return result;
}

CurveCase makeCase(const char *kind, const char *setting,
                   std::function<CurveKeys(int64_t)> keys, Exact exact) {
  CurveCase made;
  made.kind = kind;
  made.name = std::string(kind) + (*setting ? "_" : "") + setting;
  made.keys = std::move(keys);
  made.exact = std::move(exact);
  return made;
}

/// A curve that follows `from` alone, or nothing.
CurveCase own(CurveCase made, bool startsAtFrom = true) {
  made.endsAtTo = made.bounded = made.monotonic = false;
  made.startsAtFrom = startsAtFrom;
  made.continuous &= startsAtFrom;
  return made;
}
CurveCase jumping(CurveCase made) {
  made.continuous = made.monotonic = false;
  return made;
}
CurveCase cosineKin(CurveCase made) {
  made.ulps = 6;
  return made;
}

void addSimple(std::vector<CurveCase> &all) {
  all.push_back(makeCase("constant", "", fixed({}),
                         [](const CurveKeys &, const CurvePlace &,
                            const CurveEnds &ends) { return ends.from; }));
  all.back().endsAtTo = false;
  all.push_back(makeCase(
      "linear", "", fixed({}),
      weight([](const CurveKeys &, const Real &x) { return Real(1) - x; })));
  all.push_back(makeCase(
      "log", "", fixed({}),
      [](const CurveKeys &, const CurvePlace &p, const CurveEnds &ends) {
        Real whole = log(Real(1) + Real(double(p.n)));
        return between(ends, Real(1) - log(Real(1) + p.t()) / whole);
      }));
  all.back().continuous = false; // its first step is 1 / ln(n) long
  all.push_back(makeCase("one_minus_sqrt", "", fixed({}),
                         weight([](const CurveKeys &, const Real &x) {
                           return Real(1) - sqrt(x);
                         })));
  all.push_back(makeCase("one_minus_square", "", fixed({}),
                         weight([](const CurveKeys &, const Real &x) {
                           return Real(1) - x * x;
                         })));
  all.push_back(makeCase("sqrt", "", fixed({}),
                         weight([](const CurveKeys &, const Real &x) {
                           return sqrt(Real(1) - x);
                         })));
  all.push_back(makeCase("exponential_cooldown", "", fixed({}),
                         weight([](const CurveKeys &, const Real &x) {
                           return Real(2) * pow(Real(0.5), x) - Real(1);
                         })));
  for (double rate : {1.0, 0.001, 30.0})
    all.push_back(
        makeCase("exponential_to_floor", std::to_string(int(rate)).c_str(),
                 fixed({{"rate", rate}}),
                 weight([](const CurveKeys &keys, const Real &x) {
                   return exponentialFall(x, Real(number(keys, "rate")));
                 })));
  all.push_back(makeCase("rex", "", fixed({}),
                         weight([](const CurveKeys &, const Real &x) {
                           return (Real(1) - x) / (Real(1) - x / Real(2));
                         })));
  all.push_back(makeCase("rex_axolotl", "", fixed({}),
                         weight([](const CurveKeys &, const Real &x) {
                           Real z = Real(1) - x;
                           return Real(10) * z / (Real(1) + Real(9) * z);
                         })));
  for (auto [lower, upper] : {std::pair(-7.0, 3.0), {-2.0, 2.5}, {0.0, 25.0}}) {
    all.push_back(makeCase("tanh", (std::to_string(int(upper))).c_str(),
                           fixed({{"lower", lower}, {"upper", upper}}),
                           weight(tanhWeight)));
    all.back().startsAtFrom = all.back().endsAtTo = false;
  }
  for (double power : {1.0, 2.0, 0.5, 3.7, 20.0})
    all.push_back(makeCase("polynomial",
                           std::to_string(int(10 * power)).c_str(),
                           fixed({{"power", power}}), polynomial));
  for (auto [power, k] : {std::pair(1.0, 2.0), {2.5, 0.7}, {4.0, 3.0}})
    all.push_back(
        makeCase("polynomial", ("k" + std::to_string(int(10 * k))).c_str(),
                 fixed({{"power", power}, {"k_decay", k}}), polynomial));
}

void addCosines(std::vector<CurveCase> &all) {
  auto cosine = weight(cosineWave);
  all.push_back(cosineKin(makeCase("cosine", "", fixed({}), cosine)));
  for (double exponent : {0.5, 2.0, 8.0})
    all.push_back(cosineKin(makeCase(
        "cosine", ("power" + std::to_string(int(10 * exponent))).c_str(),
        fixed({{"exponent", exponent}}), cosine)));
  for (double cycles : {0.4375, 1.5, 2.0, 100.25}) {
    all.push_back(cosineKin(makeCase(
        "cosine", ("cycles" + std::to_string(int(100 * cycles))).c_str(),
        fixed({{"cycles", cycles}}), cosine)));
    all.back().endsAtTo = cycles == 1.5;
    all.back().monotonic = cycles < 0.5;
    all.back().continuous = cycles < 10;
  }
  all.push_back(
      cosineKin(makeCase("cosine", "cycles_power",
                         fixed({{"cycles", 3.5}, {"exponent", 1.5}}), cosine)));
  all.back().monotonic = false;
  for (int64_t cycles : {1, 3, 64})
    all.push_back(cosineKin(
        jumping(makeCase("cosine_restarts", std::to_string(cycles).c_str(),
                         fixed({{"cycles", cycles}}), restarts))));
  auto addSgdr = [&](const char *name, std::function<CurveKeys(int64_t)> keys) {
    all.push_back(cosineKin(jumping(makeCase("sgdr", name, keys, sgdr))));
    all.back().endsAtTo = false;
    all.back().bounded = false; // a decayed start may lie below `to`
  };
  addSgdr("first", [](int64_t n) -> CurveKeys {
    return {{"first", part(n, 7)}, {"growth", 1.0}, {"decay", 1.0}};
  });
  addSgdr("decay", [](int64_t n) -> CurveKeys {
    return {{"first", part(n, 50)}, {"growth", 1.0}, {"decay", 0.9}};
  });
  addSgdr("doubling", [](int64_t n) -> CurveKeys {
    return {{"first", part(n, 30)}, {"growth", 2.0}, {"decay", 0.5}};
  });
  addSgdr("growing", [](int64_t n) -> CurveKeys {
    return {{"first", part(n, 60)}, {"growth", 1.25}, {"decay", 1.0}};
  });
  addSgdr("cycles",
          fixed({{"cycles", int64_t(5)}, {"growth", 1.0}, {"decay", 0.8}}));
  addSgdr("cycles_doubling",
          fixed({{"cycles", int64_t(4)}, {"growth", 2.0}, {"decay", 1.0}}));
  all.back().leastSteps = 15;
}

void addSteps(std::vector<CurveCase> &all) {
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

void addPowers(std::vector<CurveCase> &all) {
  all.push_back(own(makeCase(
      "inverse_sqrt", "",
      [](int64_t n) -> CurveKeys { return {{"timescale", part(n, 20)}}; },
      inverseSqrt)));
  all.push_back(own(makeCase("inverse_sqrt", "short",
                             fixed({{"timescale", Steps{{1}}}}), inverseSqrt)));
  all.back().continuous = false; // steep at the start
  auto addOwn = [&](const char *kind, const char *name,
                    std::function<CurveKeys(int64_t)> keys, Exact exact) {
    all.push_back(own(makeCase(kind, name, keys, exact), false));
  };
  addOwn(
      "noam", "",
      [](int64_t n) -> CurveKeys {
        return {{"base", Rate{2.0}},
                {"width", int64_t(512)},
                {"warmup", part(n, 10)}};
      },
      noam);
  addOwn(
      "noam_hold", "",
      [](int64_t n) -> CurveKeys {
        return {{"base", Rate{3e-3}},
                {"warmup", part(n, 10)},
                {"hold", part(n, 5)},
                {"power", 0.5}};
      },
      noamHold);
  addOwn(
      "noam_hold", "without_hold",
      [](int64_t n) -> CurveKeys {
        return {{"base", Rate{1.0}}, {"warmup", part(n, 1000)}, {"power", 3.3}};
      },
      noamHold);
  addOwn(
      "t5", "", [](int64_t n) -> CurveKeys { return {{"hold", part(n, 10)}}; },
      t5);
  addOwn("power", "",
         fixed({{"base", Rate{0.02}},
                {"factor", 4.6},
                {"exponent", -0.51},
                {"unit", 4e6}}),
         powerLaw);
  addOwn("power", "rising",
         fixed({{"base", Rate{0.9}},
                {"factor", 0.1},
                {"exponent", 0.3},
                {"unit", 1.0}}),
         powerLaw);
}

/// A formula is as exact as its author lets it be: 1 - t rounds t first.
void addFormula(std::vector<CurveCase> &all) {
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

void addCycles(std::vector<CurveCase> &all) {
  auto addCycle = [&](const char *kind, const char *name,
                      std::function<CurveKeys(int64_t)> keys, Exact exact) {
    all.push_back(makeCase(kind, name, keys, exact));
    all.back().endsAtTo = all.back().monotonic = false;
    all.back().continuous = false; // as steep as its cycles are short
  };
  auto plain = triangular(
      [](const CurveKeys &, const CurvePlace &, int64_t) { return Real(1); });
  auto halving =
      triangular([](const CurveKeys &, const CurvePlace &, int64_t cycle) {
        return pow(Real(2), Real(-double(cycle)));
      });
  auto falling =
      triangular([](const CurveKeys &keys, const CurvePlace &p, int64_t) {
        return pow(Real(number(keys, "gamma")), p.t());
      });
  auto parts = [](int64_t n) -> CurveKeys {
    return {{"up", part(n, 13)}, {"down", part(n, 5)}};
  };
  auto many = [](int64_t) -> CurveKeys { return {{"up", Steps{{3}}}}; };
  addCycle("triangular", "", fixed({}), plain);
  all.back().continuous = true;
  addCycle("triangular", "parts", parts, plain);
  addCycle("triangular", "many", many, plain);
  addCycle("triangular2", "", fixed({}), halving);
  addCycle("triangular2", "many", many, halving);
  addCycle("triangular2", "parts", parts, halving);
  addCycle(
      "exp_range", "",
      [](int64_t n) -> CurveKeys {
        return {{"up", part(n, 9)}, {"gamma", 1 - 3.0 / double(n + 3)}};
      },
      falling);
  addCycle(
      "exp_range", "fast",
      [](int64_t) -> CurveKeys {
        return {{"up", Steps{{4}}}, {"gamma", 0.99}};
      },
      falling);
}

void addRangeTests(std::vector<CurveCase> &all) {
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
} // namespace

const std::vector<CurveCase> &dsc::test::curveCases() {
  static const std::vector<CurveCase> cases = [] {
    std::vector<CurveCase> all;
    addSimple(all);
    addCosines(all);
    addSteps(all);
    addPowers(all);
    addCycles(all);
    addFormula(all);
    addRangeTests(all);
    return all;
  }();
  return cases;
}

const Exact *dsc::test::findExact(llvm::StringRef kind) {
  for (const CurveCase &curve : curveCases())
    if (curve.kind == kind)
      return &curve.exact;
  return nullptr;
}

static std::vector<double> pointRates(mlir::Operation *phase,
                                      llvm::StringRef key) {
  auto rates = ratesOf(phase, key);
  return {rates.begin(), rates.end()};
}

CurveKeys dsc::test::readKeys(mlir::Operation *phase) {
  CurveKeys keys;
  for (const KeyInfo &key :
       findTableOfOp(phase->getName().getStringRef())->keys) {
    mlir::Attribute value = phase->getAttr(key.attribute);
    if (auto number = llvm::dyn_cast_or_null<mlir::FloatAttr>(value))
      keys[key.name.str()] = number.getValueAsDouble();
    else if (auto count = llvm::dyn_cast_or_null<mlir::IntegerAttr>(value))
      keys[key.name.str()] = count.getInt();
    else if (auto text = llvm::dyn_cast_or_null<mlir::StringAttr>(value))
      keys[key.name.str()] = text.str();
    else if (!value || key.name == "length" || key.name == "from" ||
             key.name == "to" || key.type == "track")
      continue;
    else if (key.type == "numbers")
      for (auto item :
           llvm::cast<mlir::ArrayAttr>(value).getAsRange<mlir::FloatAttr>()) {
        auto &all = keys[key.name.str()];
        if (!std::holds_alternative<std::vector<double>>(all))
          all = std::vector<double>();
        std::get<std::vector<double>>(all).push_back(item.getValueAsDouble());
      }
    else if (key.type == "length")
      keys[key.name.str()] = Steps{{stepsOf(phase, key.name)}};
    else if (key.type == "amount")
      keys[key.name.str()] = Rate{rateOf(phase, key.name)};
    else if (key.type == "lengths" || key.type == "points")
      keys[key.name.str()] =
          Steps{stepsListOf(phase, key.name).vec(),
                key.type == "points" ? pointRates(phase, key.name)
                                     : std::vector<double>(),
                true};
  }
  return keys;
}
