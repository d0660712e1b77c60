//===- WarmupCosine.cpp - WarmupCosineLR ----------------------------------===//

#include "dialect/Dsc/DeepSpeed/Warmup.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

using Predicate = arith::CmpIPredicate;

namespace {
struct WarmupCosine {
  explicit WarmupCosine(Operation *table)
      : params(table), warmup(params), fall(params, warmup),
        peak(params.peak.value_or(0)), start(params.number("warmup_min_ratio")),
        floor(params.number("cos_min_ratio")) {}

  Params params;
  Warmup warmup;
  Fall fall;
  double peak, start, floor;
};
} // namespace

StringRef DeepSpeedWarmupCosineOp::getKindName() { return "WarmupCosineLR"; }

LogicalResult DeepSpeedWarmupCosineOp::checkSchedule() {
  WarmupCosine own(*this);
  Findings findings(own.params);
  requirePeak(own.params, findings, "\"WarmupCosineLR\" rises to");
  if (own.start > 1)
    findings.refuse("warmup_min_ratio",
                    "'warmup_min_ratio' " + show(own.start) +
                        " is above 1: DeepSpeed would start above the peak and "
                        "lower the learning rate through the warm-up",
                    "it is a share of the peak, such as 0.1");
  if (own.floor > 1)
    findings.refuse("cos_min_ratio",
                    "'cos_min_ratio' " + show(own.floor) +
                        " is above 1: DeepSpeed would raise the learning rate "
                        "after the warm-up",
                    "it is a share of the peak, such as 0.1");
  own.warmup.check(own.params, findings);
  own.fall.check(own.params, findings, own.warmup.steps + own.fall.steps,
                 own.params.isBefore(0, 19, 3)
                     ? Twine("a learning rate that rises again")
                     : "the floor " + show(own.floor) + " of the peak");
  return findings.result();
}

/// Before release 0.19.3 the wave went on past its end.
static Value foldWave(Scalar &s, Value numerator, int64_t decay) {
  Value period = s.i64(2 * decay);
  Value turns =
      s.toI64(s.div(s.toF64(numerator), s.toF64(period)), 0, int64_t(1) << 53);
  Value inPeriod = s.subI(numerator, s.mulI(turns, period));
  Value isFalling = s.compare(Predicate::sle, inPeriod, s.i64(decay));
  return s.select(isFalling, inPeriod, s.subI(period, inPeriod));
}

ScheduleTracks DeepSpeedWarmupCosineOp::emitTracks(Scalar &s, Value step) {
  WarmupCosine own(*this);
  DoubleDouble peak{s.f64(own.peak), {}};
  auto scaled = [&](double low, const Weights &weights) {
    return s.multiply(peak, mixDoubleDouble(s, low, 1, weights)).high;
  };
  Value rising = scaled(own.start, own.warmup.emit(s, step));
  Value past = own.warmup.isPast(s, step);
  Value since = s.select(past, s.subI(step, s.i64(own.warmup.steps)), s.i64(0));
  Value end = s.i64(own.fall.steps);
  Value numerator =
      own.params.isBefore(0, 19, 3)
          ? foldWave(s, since, own.fall.steps)
          : s.select(s.compare(Predicate::sgt, since, end), end, since);
  Value falling = scaled(own.floor, emitHalfWave(s, numerator, own.fall.steps));
  Value lr = s.select(past, falling, rising);
  return {selectFirst(s, step, firstRate(s, own.params, 0), lr), {}};
}

SmallVector<ScheduleSpan> DeepSpeedWarmupCosineOp::listSpans() {
  WarmupCosine own(*this);
  return {{"warmup", 0},
          {"cosine", own.warmup.steps + 1},
          {"floor", own.warmup.steps + own.fall.steps + 1}};
}

SmallVector<ScheduleQuirk> DeepSpeedWarmupCosineOp::listQuirks() {
  WarmupCosine own(*this);
  SmallVector<ScheduleQuirk> quirks;
  if (startsAtPeak(own.params))
    quirks.push_back({"Q2", "step 0 runs at the peak " + show(own.peak) +
                                ": so before release 0.15.3"});
  else
    quirks.push_back(
        {"Q2", "step 0 runs at 0 and changes nothing; warmup_min_ratio " +
                   show(own.start) + " holds from step 1"});
  if (!own.warmup.logarithmic)
    quirks.push_back(
        {"Q7", "the linear warm-up ends at " +
                   std::to_string(own.warmup.steps - 1) + "/" +
                   std::to_string(own.warmup.steps) +
                   " of its way, and the cosine starts one step down: no step "
                   "runs at the peak"});
  own.warmup.addQuirks(own.params, quirks);
  return quirks;
}

std::string DeepSpeedWarmupCosineOp::describeNative() {
  WarmupCosine own(*this);
  double start = own.start * own.peak;
  if (own.params.steps <= own.warmup.steps)
    return own.warmup.describeCut(own.params, start, own.peak);
  auto phases =
      own.fall.native(own.params, "cosine", own.peak, own.floor * own.peak);
  if (phases.empty())
    return explainNoNative("the run ends in the cosine, whose phase would end "
                           "with it");
  NativePhase rise = own.warmup.native(start);
  if (start == own.peak)
    rise = {"warmup", "constant", rise.length, "", "", ""};
  phases.insert(phases.begin(), rise);
  return writeNative(own.peak, phases);
}
