//===- Cycles.cpp - curves that go away from a value and back -------------===//

#include "test/unit/Curves/Formulas.h"

using namespace dsc;
using namespace dsc::test;
using namespace dsc::test::curves;

static Real restarts(const CurveKeys &keys, const CurvePlace &p,
                     const CurveEnds &ends) {
  int64_t cycles = count(keys, "cycles");
  int64_t index = p.pieceOf(p.n, cycles);
  return between(ends, halfWave(whole(cycles) * p.x() - whole(index)));
}

/// Cycle by cycle, as one would by hand.
static Real sgdr(const CurveKeys &keys, const CurvePlace &p,
                 const CurveEnds &ends) {
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

/// The share of the way up that cycles of up + down steps have at a place.
static Real triangle(const CurveKeys &keys, const CurvePlace &p,
                     int64_t &cycle) {
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

static Exact triangular(
    std::function<Real(const CurveKeys &, const CurvePlace &, int64_t cycle)>
        scale) {
  return [=](const CurveKeys &keys, const CurvePlace &p,
             const CurveEnds &ends) {
    int64_t cycle = 0;
    Real height = triangle(keys, p, cycle);
    return ends.from + (ends.to - ends.from) * height * scale(keys, p, cycle);
  };
}

static Real jaggedRestarts(const CurveKeys &keys, const CurvePlace &p,
                           const CurveEnds &) {
  int64_t every = steps(keys, "every"), cycle = p.pieceOf(every);
  Real since = p.t() - whole(cycle) * whole(every), height(1);
  if (cycle > 0)
    height = smaller(height, since / whole(steps(keys, "warmup")));
  if (keys.count("anneal"))
    height =
        smaller(height, (whole(every) - since) / whole(steps(keys, "anneal")));
  return between({Real(rate(keys, "top")), Real(rate(keys, "bottom"))}, height);
}

/// By the order's own definition, from two sizes up.
static int64_t fractalOrder(int64_t index, int64_t sizes) {
  if (sizes == 1)
    return 0;
  int64_t size = fractalOrder(index / 2, sizes / 2);
  return index % 2 ? sizes - 1 - size : size;
}

static Real chebyshev(const CurveKeys &keys, const CurvePlace &p,
                      const CurveEnds &ends) {
  bool counted = keys.count("count");
  int64_t sizes = counted ? count(keys, "count") : p.n;
  int64_t index = counted ? p.pieceOf(p.n, sizes) : p.pieceOf(1);
  Real angle = Real(2) * whole(fractalOrder(index, sizes)) + Real(1);
  Real ofFrom = halfWave(angle / whole(2 * sizes));
  Real node = ofFrom / ends.from + (Real(1) - ofFrom) / ends.to;
  return Real(1) / node;
}

static void addWaves(Cases &all) {
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

static void addTriangles(Cases &all) {
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

static void addRestarts(Cases &all) {
  auto add = [&](const char *name, std::function<CurveKeys(int64_t)> keys) {
    all.push_back(
        own(makeCase("jagged_restarts", name, keys, jaggedRestarts), false));
    all.back().leastSteps = 40;
  };
  add("", [](int64_t n) -> CurveKeys {
    return {{"every", part(n, 7)},
            {"warmup", part(n, 20)},
            {"top", Rate{1.0}},
            {"bottom", Rate{1e-3}}};
  });
  add("anneal", [](int64_t n) -> CurveKeys {
    return {{"every", part(n, 5)},
            {"warmup", part(n, 13)},
            {"anneal", part(n, 11)},
            {"top", Rate{3e-3}},
            {"bottom", Rate{0.0}}};
  });
  add("all", fixed({{"every", Steps{{8}}},
                    {"warmup", Steps{{5}}},
                    {"anneal", Steps{{3}}},
                    {"top", Rate{1.0}},
                    {"bottom", Rate{0.1}}}));
}

static void addChebyshev(Cases &all) {
  auto add = [&](const char *name, const CurveKeys &keys) {
    all.push_back(cosineKin(
        jumping(makeCase("chebyshev", name, fixed(keys), chebyshev))));
    all.back().positiveEnds = true;
    all.back().startsAtFrom = all.back().endsAtTo = false;
  };
  add("", {});
  all.back().powerOfTwo = true;
  for (int64_t count : {1, 8, 4096})
    add(std::to_string(count).c_str(), {{"count", count}});
}

void curves::addCycles(Cases &all) {
  addWaves(all);
  addTriangles(all);
  addRestarts(all);
  addChebyshev(all);
}
