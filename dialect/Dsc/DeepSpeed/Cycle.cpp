//===- Cycle.cpp - the cycle and decay of DeepSpeed's OneCycle ------------===//

#include "dialect/Dsc/DeepSpeed/Cycle.h"

#include "runtime/Base/Limits.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

using FloatPredicate = arith::CmpFPredicate;
using IntegerPredicate = arith::CmpIPredicate;

static constexpr auto mostSteps = static_cast<double>(kMostSteps);

Cycle::Cycle(const Params &params)
    : minLr(params.number("cycle_min_lr")),
      maxLr(params.number("cycle_max_lr")),
      minMomentum(params.number("cycle_min_mom")),
      maxMomentum(params.number("cycle_max_mom")),
      rise{params.number("cycle_first_step_size"),
           params.count("cycle_first_stair_count")},
      fall{params.number("cycle_second_step_size", rise.steps),
           params.has("cycle_second_stair_count")
               ? params.count("cycle_second_stair_count")
               : rise.stairs},
      total(rise.steps + fall.steps), lrRate(params.number("decay_lr_rate")),
      momentumRate(params.number("decay_mom_rate")),
      momentum(params.flag("cycle_momentum") && params.hasBetas) {
  decayStep = params.number("decay_step_size", rise.steps);
  // Stairs were ignored until then.
  if (params.isBefore(0, 19, 3))
    rise.stairs = fall.stairs = 0;
  // DeepSpeed looks at the step before, so that the first step past the cycle
  // lies at the start of another. ceil and fmod are exact.
  lastCycleStep = static_cast<int64_t>(std::ceil(std::min(total, mostSteps)));
  lastCyclePoint = std::fmod(static_cast<double>(lastCycleStep), total);
}

//===----------------------------------------------------------------------===//
// The curve
//===----------------------------------------------------------------------===//

Weights Cycle::emitHalf(Scalar &s, const HalfCycle &half, Value passed,
                        Value left) const {
  Value whole = s.f64(half.steps);
  if (half.stairs == 0)
    return {s.divide(left, whole), s.divide(passed, whole)};
  Value stairs = s.f64(static_cast<double>(half.stairs));
  Value reached =
      s.toF64(s.toI64(s.div(s.mul(passed, stairs), whole), 0, half.stairs));
  return {s.divide(s.sub(stairs, reached), stairs), s.divide(reached, stairs)};
}

Weights Cycle::emitCycle(Scalar &s, Value k) const {
  Value isInside = s.compare(IntegerPredicate::slt, k, s.i64(lastCycleStep));
  Value at = s.select(isInside, s.toF64(k), s.f64(lastCyclePoint));
  Value top = s.f64(rise.steps), end = s.f64(total);
  Weights rising = emitHalf(s, rise, at, s.sub(top, at));
  if (fall.steps == 0)
    return rising;
  Weights falling = emitHalf(s, fall, s.sub(end, at), s.sub(at, top));
  Value isRising = s.compare(FloatPredicate::OLE, at, top);
  auto choose = [&](DoubleDouble a, DoubleDouble b) {
    return DoubleDouble{s.select(isRising, a.high, b.high),
                        s.select(isRising, a.low, b.low)};
  };
  return {choose(rising.low, falling.low), choose(rising.high, falling.high)};
}

DoubleDouble Cycle::emitDecay(Scalar &s, Value k, double rate) const {
  Value since = s.sub(s.toF64(k), s.f64(total));
  DoubleDouble growth = s.divide(s.multiply({s.f64(rate), {}}, {since, {}}),
                                 {s.f64(decayStep), {}});
  return s.add({s.f64(1), {}}, growth);
}

ScheduleTracks Cycle::emit(Scalar &s, Value k) const {
  Weights weights = emitCycle(s, k);
  Value isDecay = s.compare(IntegerPredicate::sgt, k, s.i64(lastCycleStep));
  Value decayed = s.f64(minLr);
  if (decays(lrRate))
    decayed = s.divide({decayed, {}}, emitDecay(s, k, lrRate)).high;
  ScheduleTracks tracks;
  tracks.lr = s.select(isDecay, decayed, mix(s, minLr, maxLr, weights));
  if (!momentum)
    return tracks;
  Value grown = s.f64(maxMomentum);
  if (decays(momentumRate))
    grown = s.multiply({grown, {}}, emitDecay(s, k, momentumRate)).high;
  Weights against{weights.high, weights.low};
  tracks.momentum =
      s.select(isDecay, grown, mix(s, minMomentum, maxMomentum, against));
  return tracks;
}

SmallVector<ScheduleSpan> Cycle::listSpans(int64_t offset) const {
  auto topStep = static_cast<int64_t>(std::min(rise.steps, mostSteps));
  return {{"rise", offset},
          {"fall", offset + std::min(topStep, lastCycleStep) + 1},
          {"decay", offset + lastCycleStep + 1}};
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

double Cycle::decayAt(double rate, int64_t k) const {
  return 1 + rate * ((static_cast<double>(k) - total) / decayStep);
}

/// The first step of (low, last] of which `holds` is true; it is of `last`, and
/// once true it stays so.
static int64_t firstStep(int64_t low, int64_t last,
                         llvm::function_ref<bool(int64_t)> holds) {
  while (low + 1 < last) {
    int64_t middle = low + (last - low) / 2;
    (holds(middle) ? last : low) = middle;
  }
  return last;
}

void Cycle::checkMomentum(const Params &params, Findings &findings,
                          int64_t last) const {
  for (StringRef key : {"cycle_min_mom", "cycle_max_mom"})
    if (double value = params.number(key); value >= 1)
      return findings.refuse(
          key,
          "'" + key + "' is " + show(value) +
              ", expected a number below 1: DeepSpeed would train with it, and "
              "an average that never forgets grows without end",
          "such as 0.9");
  findings.checkOrder("cycle_min_mom", minMomentum, "cycle_max_mom",
                      maxMomentum,
                      "raise beta1 with the learning rate, and lower it with "
                      "it");
  auto leaves = [&](int64_t k) {
    double value = maxMomentum * decayAt(momentumRate, k);
    return value >= 1 || value < 0;
  };
  if (!decays(momentumRate) || last <= lastCycleStep || !leaves(last))
    return;
  int64_t step = firstStep(lastCycleStep, last, leaves);
  findings.refuse("decay_mom_rate",
                  "beta1 comes to " +
                      show(maxMomentum * decayAt(momentumRate, step)) +
                      " at step " + Twine(step) +
                      " of the cycle, expected a number from 0 up to, not "
                      "including, 1: DeepSpeed would go on with it",
                  "leave 'decay_mom_rate' out");
}

void Cycle::checkDecay(const Params &params, Findings &findings,
                       int64_t last) const {
  for (StringRef key : {"decay_lr_rate", "decay_mom_rate"})
    if (decayStep == 0 && params.number(key) != 0)
      findings.warn(key,
                    "'" + key +
                        "' has no effect without 'decay_step_size': "
                        "DeepSpeed ignores it in silence",
                    "write decay_step_size = " + show(rise.steps));
  auto ends = [&](int64_t k) { return !(decayAt(lrRate, k) > 0); };
  if (!decays(lrRate) || last <= lastCycleStep || !ends(last))
    return;
  int64_t step = firstStep(lastCycleStep, last, ends);
  findings.refuse("decay_lr_rate",
                  "the divisor of the decay is no longer positive at step " +
                      Twine(step) +
                      " of the cycle: DeepSpeed would go on with a learning "
                      "rate that is infinite or below 0",
                  "write a positive rate and step size");
}

void Cycle::check(const Params &params, Findings &findings,
                  int64_t offset) const {
  findings.checkOrder("cycle_min_lr", minLr, "cycle_max_lr", maxLr,
                      "run the cycle upside down: fall to " + show(maxLr) +
                          " first, then rise");
  if (!(total <= mostSteps))
    findings.refuse("cycle_first_step_size",
                    "the cycle comes to " + show(total) +
                        " steps, expected at most " + show(mostSteps));
  int64_t last = params.steps - 1 - offset;
  if (momentum)
    checkMomentum(params, findings, last);
  else if (params.flag("cycle_momentum") &&
           (params.isWritten("cycle_momentum") ||
            params.isWritten("cycle_min_mom") ||
            params.isWritten("cycle_max_mom")))
    findings.warn(params.isWritten("cycle_momentum")  ? "cycle_momentum"
                  : params.isWritten("cycle_min_mom") ? "cycle_min_mom"
                                                      : "cycle_max_mom",
                  "momentum is not cycled: DeepSpeed cycles only beta1, which "
                  "this optimizer does not have",
                  "write cycle_momentum = false");
  checkDecay(params, findings, last);
  if (params.steps && last < lastCycleStep - 1)
    findings.warn("cycle_first_step_size",
                  "the run of " + Twine(params.steps) +
                      " steps ends in the cycle, which takes " +
                      Twine(offset + lastCycleStep),
                  "shorten the cycle, or lengthen the run");
}

//===----------------------------------------------------------------------===//
// What to know of it
//===----------------------------------------------------------------------===//

void Cycle::addQuirks(const Params &params,
                      llvm::SmallVectorImpl<ScheduleQuirk> &quirks) const {
  if (momentum && decays(momentumRate))
    quirks.push_back({"Q5", "decay_mom_rate " + show(momentumRate) +
                                " moves beta1 without a bound after the "
                                "cycle"});
  if (params.flag("cycle_momentum") && !momentum)
    quirks.push_back(
        {"Q6", "the optimizer has no betas: its momentum is not cycled"});
  for (StringRef key : {"decay_lr_rate", "decay_mom_rate"})
    if (decayStep == 0 && params.number(key) != 0)
      quirks.push_back(
          {"Q10", key.str() + " has no effect: decay_step_size is 0"});
  if (fall.stairs != 0 && fall.steps != 0)
    quirks.push_back({"Q11", "stairs are floors: the value falls by a whole "
                             "stair right after the top"});
}

static bool isWhole(double steps) { return steps == std::floor(steps); }

static std::vector<std::string> stairLines(const HalfCycle &half) {
  if (!half.stairs)
    return {};
  return {"stairs = " + std::to_string(half.stairs)};
}

std::string Cycle::whyNoNative(int64_t stepsLeft) const {
  if (!isWhole(rise.steps) || !isWhole(fall.steps))
    return "half of the cycle is no whole number of steps";
  if (fall.steps == 0)
    return "the cycle falls in no step at all";
  if (minLr == maxLr)
    return "the learning rate does not move in the cycle";
  bool isCut = static_cast<double>(stepsLeft) < total;
  return isCut && (rise.stairs || fall.stairs)
             ? "the run ends in the cycle, whose stairs would end with it"
             : "";
}

SmallVector<NativePhase> Cycle::native(int64_t stepsLeft) const {
  auto track = [&](double from, double to) {
    if (!momentum)
      return std::string();
    if (minMomentum == maxMomentum)
      return show(from);
    return "{ from = " + show(from) + ", to = " + show(to) + " }";
  };
  // A straight line that is cut is one still.
  auto left = static_cast<double>(stepsLeft);
  auto lengthOf = [&](const HalfCycle &half, double share) {
    return share < 1 ? "\"rest\"" : stepsText(static_cast<int64_t>(half.steps));
  };
  double up = left / rise.steps;
  SmallVector<NativePhase> phases{
      {"rise", "linear", lengthOf(rise, up), show(minLr),
       show(between(minLr, maxLr, up)),
       track(maxMomentum, between(maxMomentum, minMomentum, up)),
       stairLines(rise)}};
  if (up <= 1)
    return phases;
  double down = (left - rise.steps) / fall.steps;
  phases.push_back({"fall", "linear", lengthOf(fall, down), "",
                    show(between(maxLr, minLr, down)),
                    track(minMomentum, between(minMomentum, maxMomentum, down)),
                    stairLines(fall)});
  if (down <= 1)
    return phases;
  NativePhase tail{"decay", "constant", "\"rest\"", "", "", ""};
  if (decays(lrRate) && minLr != 0) {
    tail.kind = "expr";
    tail.more = {"formula = \"start / (1 + " + show(lrRate) + " * (k + 1) / " +
                 show(decayStep) + ")\""};
  }
  phases.push_back(tail);
  return phases;
}
