//===- ExactDeepSpeed.cpp -------------------------------------------------===//

#include "test/unit/Conformance/ExactDeepSpeed.h"

#include "dialect/Dsc/DeepSpeed/Params.h"

using namespace dsc;
using namespace dsc::test;

using deepspeed::Params;
using Curve = std::function<Real(int64_t)>;

static Real real(int64_t value) { return Real(static_cast<double>(value)); }

static Real logOf(int64_t value) {
  Real result;
  mpfr_log_ui(result.get(), value, MPFR_RNDN);
  return result;
}

static Real mixed(const Real &low, const Real &high, const Real &share) {
  return low * (Real(1) - share) + high * share;
}

static Real floorOf(const Real &x) {
  Real result;
  mpfr_floor(result.get(), x.get());
  return result;
}

/// (1 + cos(pi m / n)) / 2, exactly 0 at the end.
static Real halfWave(int64_t m, int64_t n) {
  if (m == n)
    return Real(0);
  Real pi, cosine;
  mpfr_const_pi(pi.get(), MPFR_RNDN);
  mpfr_cos(cosine.get(), (pi * real(m) / real(2 * n)).get(), MPFR_RNDN);
  return cosine * cosine;
}

static Curve rangeTest(const Params &params) {
  Real low = params.number("lr_range_test_min_lr"),
       rate = params.number("lr_range_test_step_rate");
  int64_t size = params.count("lr_range_test_step_size");
  bool staircase = params.flag("lr_range_test_staircase");
  return [=](int64_t k) {
    Real interval = staircase ? real(k / size) : real(k) / real(size);
    return low * (Real(1) + rate * interval);
  };
}

/// Between two values up to step W, where `after` goes on.
static Curve warmup(const Params &params, double low, double high,
                    Curve after) {
  int64_t steps = std::max<int64_t>(2, params.count("warmup_num_steps"));
  bool linear = params.text("warmup_type") == "linear";
  return [=](int64_t k) {
    if (k > steps)
      return after(k - steps);
    if (k < 2)
      return Real(low);
    Real share = linear ? real(k - 1) / real(steps) : logOf(k) / logOf(steps);
    return mixed(low, high, share);
  };
}

static int64_t stepsOfFall(const Params &params) {
  int64_t warmup = std::max<int64_t>(2, params.count("warmup_num_steps"));
  return std::max<int64_t>(1, params.count("total_num_steps") - warmup);
}

static Curve warmupOnly(const Params &params) {
  double high = params.number("warmup_max_lr", params.peak.value_or(0));
  return warmup(params, params.number("warmup_min_lr"), high,
                [=](int64_t) { return Real(high); });
}

static Curve warmupDecay(const Params &params) {
  double low = params.number("warmup_min_lr"),
         high = params.number("warmup_max_lr");
  int64_t fall = stepsOfFall(params);
  return warmup(params, low, high, [=](int64_t since) {
    int64_t left = std::max<int64_t>(0, fall - since + 1);
    return mixed(low, high, real(left) / real(fall));
  });
}

static Curve warmupCosine(const Params &params) {
  Real peak = *params.peak;
  double floor = params.number("cos_min_ratio");
  int64_t fall = stepsOfFall(params);
  Curve shares =
      warmup(params, params.number("warmup_min_ratio"), 1, [=](int64_t since) {
        return mixed(floor, 1, halfWave(std::min(since, fall), fall));
      });
  return [=](int64_t k) { return k == 0 ? Real(0) : peak * shares(k); };
}

/// How far one half of the cycle has come, on a stair where it has any.
static Real stairOf(const Real &share, int64_t stairs) {
  return stairs ? floorOf(share * real(stairs)) / real(stairs) : share;
}

static Curve cycle(const Params &params) {
  double low = params.number("cycle_min_lr"),
         high = params.number("cycle_max_lr"),
         up = params.number("cycle_first_step_size"),
         down = params.number("cycle_second_step_size", up),
         unit = params.number("decay_step_size", up);
  Real rate = params.number("decay_lr_rate");
  int64_t stairs = params.count("cycle_first_stair_count"),
          later = params.has("cycle_second_stair_count")
                      ? params.count("cycle_second_stair_count")
                      : stairs;
  double total = up + down;
  // A step past the end of the cycle is its first only if the one before it is
  // past the end too.
  double last = std::ceil(total);
  return [=](int64_t k) {
    auto at = static_cast<double>(k);
    if (at > last) {
      Real decay = unit == 0 ? Real(0) : rate * Real(at - total) / Real(unit);
      return Real(low) / (Real(1) + decay);
    }
    double place = at < last ? at : std::fmod(last, total);
    Real share = place <= up || down == 0
                     ? stairOf(Real(place) / Real(up), stairs)
                     : stairOf(Real(total - place) / Real(down), later);
    return mixed(low, high, share);
  };
}

static Curve warmupOneCycle(const Params &params) {
  Curve whole = cycle(params);
  return warmup(params, params.number("warmup_min_lr"),
                params.number("warmup_max_lr"),
                [=](int64_t since) { return whole(since - 1); });
}

Curve dsc::test::exactDeepSpeed(ScheduleKindInterface kind) {
  Params params(kind);
  if (params.isBefore(0, 19, 3))
    return nullptr;
  const std::pair<llvm::StringRef, Curve (*)(const Params &)> curves[] = {
      {"LRRangeTest", rangeTest},       {"OneCycle", cycle},
      {"WarmupLR", warmupOnly},         {"WarmupDecayLR", warmupDecay},
      {"WarmupCosineLR", warmupCosine}, {"WarmupOneCycle", warmupOneCycle}};
  for (auto [name, make] : curves)
    if (name == kind.getKindName())
      return make(params);
  return nullptr;
}
