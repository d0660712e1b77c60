//===- Between.cpp - curves from one value to another ---------------------===//

#include "test/unit/Curves/Formulas.h"

using namespace dsc;
using namespace dsc::test;
using namespace dsc::test::curves;

static Real cosineWave(const CurveKeys &keys, const Real &x) {
  double waves = keys.count("cycles") ? number(keys, "cycles") : 0.5;
  Real wave = halfWave(Real(2 * waves) * x);
  return keys.count("exponent") ? pow(wave, Real(number(keys, "exponent")))
                                : wave;
}

static Real polynomial(const CurveKeys &keys, const CurvePlace &p,
                       const CurveEnds &ends) {
  Real rest = p.rest();
  if (keys.count("k_decay"))
    rest = Real(1) - pow(p.x(), Real(number(keys, "k_decay")));
  return between(ends, pow(rest, Real(number(keys, "power"))));
}

static Real exponentialFall(const Real &x, const Real &rate) {
  Real last = exp(Real(0) - rate);
  return (exp(Real(0) - rate * x) - last) / (Real(1) - last);
}

/// (1 - tanh z) / 2; the subtraction needs more digits than it has at -300.
static Real tanhWeight(const CurveKeys &keys, const Real &x) {
  Real z = Real(number(keys, "lower")) * (Real(1) - x) +
           Real(number(keys, "upper")) * x;
  return (Real(1) - tanh(z)) / Real(2);
}

/// A kind without keys of its own.
static void add(Cases &all, const char *kind, Real (*w)(const Real &x)) {
  all.push_back(
      makeCase(kind, "", fixed({}),
               weight([=](const CurveKeys &, const Real &x) { return w(x); })));
}

static void addPlain(Cases &all) {
  all.push_back(makeCase("constant", "", fixed({}),
                         [](const CurveKeys &, const CurvePlace &,
                            const CurveEnds &ends) { return ends.from; }));
  all.back().endsAtTo = false;
  all.push_back(makeCase(
      "log", "", fixed({}),
      [](const CurveKeys &, const CurvePlace &p, const CurveEnds &ends) {
        Real whole = log(Real(1) + Real(double(p.n)));
        return between(ends, Real(1) - log(Real(1) + p.t()) / whole);
      }));
  all.back().continuous = false; // its first step is 1 / ln(n) long
  add(all, "linear", [](const Real &x) { return Real(1) - x; });
  add(all, "one_minus_sqrt", [](const Real &x) { return Real(1) - sqrt(x); });
  add(all, "one_minus_square", [](const Real &x) { return Real(1) - x * x; });
  add(all, "sqrt", [](const Real &x) { return sqrt(Real(1) - x); });
  add(all, "exponential_cooldown",
      [](const Real &x) { return Real(2) * pow(Real(0.5), x) - Real(1); });
  add(all, "rex",
      [](const Real &x) { return (Real(1) - x) / (Real(1) - x / Real(2)); });
  add(all, "rex_axolotl", [](const Real &x) {
    Real z = Real(1) - x;
    return Real(10) * z / (Real(1) + Real(9) * z);
  });
}

static void addShaped(Cases &all) {
  for (double rate : {1.0, 0.001, 30.0})
    all.push_back(
        makeCase("exponential_to_floor", std::to_string(int(rate)).c_str(),
                 fixed({{"rate", rate}}),
                 weight([](const CurveKeys &keys, const Real &x) {
                   return exponentialFall(x, Real(number(keys, "rate")));
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

static void addCosines(Cases &all) {
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
}

void curves::addBetween(Cases &all) {
  addPlain(all);
  addShaped(all);
  addCosines(all);
}
