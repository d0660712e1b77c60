//===- WarmupDecay.cpp - WarmupDecayLR ------------------------------------===//

#include "dialect/Dsc/DeepSpeed/Warmup.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

using Predicate = arith::CmpIPredicate;

namespace {
struct WarmupDecay {
  explicit WarmupDecay(Operation *table)
      : params(table), warmup(params), fall(params, warmup),
        low(params.number("warmup_min_lr")),
        high(params.number("warmup_max_lr")) {}

  Params params;
  Warmup warmup;
  Fall fall;
  double low, high;
};
} // namespace

StringRef DeepSpeedWarmupDecayOp::getKindName() { return "WarmupDecayLR"; }

LogicalResult DeepSpeedWarmupDecayOp::checkSchedule() {
  WarmupDecay own(*this);
  Findings findings(own.params);
  if (own.params.isBefore(0, 15, 3))
    requirePeak(own.params, findings,
                "the first step of a release before 0.15.3 runs at");
  else
    findings.checkNoPeak("'warmup_max_lr'");
  findings.checkOrder("warmup_min_lr", own.low, "warmup_max_lr", own.high,
                      "lower the learning rate first and raise it later");
  own.warmup.check(own.params, findings);
  own.fall.check(own.params, findings,
                 std::max(own.fall.total, own.warmup.steps) + 1,
                 "the minimum " + show(own.low));
  return findings.result();
}

ScheduleTracks DeepSpeedWarmupDecayOp::emitTracks(Scalar &s, Value step) {
  WarmupDecay own(*this);
  Value rising = mix(s, own.low, own.high, own.warmup.emit(s, step));
  // max(0, T - k + 1) of max(1, T - W).
  Value left = s.addI(s.subI(s.i64(own.fall.total), step), s.i64(1));
  Value none = s.i64(0);
  left = s.select(s.compare(Predicate::slt, left, none), none, left);
  Value whole = s.f64(static_cast<double>(own.fall.steps));
  Weights weights{s.divide(s.toF64(s.subI(s.i64(own.fall.steps), left)), whole),
                  s.divide(s.toF64(left), whole)};
  Value falling = mix(s, own.low, own.high, weights);
  Value lr = s.select(own.warmup.isPast(s, step), falling, rising);
  return {selectFirst(s, step, firstRate(s, own.params, own.low), lr), {}};
}

SmallVector<ScheduleSpan> DeepSpeedWarmupDecayOp::listSpans() {
  WarmupDecay own(*this);
  return {{"warmup", 0},
          {"decay", own.warmup.steps + 1},
          {"floor", std::max(own.fall.total, own.warmup.steps) + 1}};
}

SmallVector<ScheduleQuirk> DeepSpeedWarmupDecayOp::listQuirks() {
  WarmupDecay own(*this);
  return own.warmup.listQuirks(own.params, own.low, own.high);
}

std::string DeepSpeedWarmupDecayOp::describeNative() {
  WarmupDecay own(*this);
  if (own.low == own.high || own.params.steps <= own.warmup.steps)
    return own.warmup.describeCut(own.params, own.low, own.high);
  auto phases = own.fall.native(own.params, "linear", own.high, own.low);
  phases.insert(phases.begin(), own.warmup.native(own.low));
  return writeNative(own.high, phases);
}
