//===- WarmupOnly.cpp - WarmupLR ------------------------------------------===//

#include "dialect/Dsc/DeepSpeed/Warmup.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

namespace {
struct WarmupOnly {
  explicit WarmupOnly(Operation *table)
      : params(table), warmup(params), low(params.number("warmup_min_lr")),
        high(params.number("warmup_max_lr", inherited())) {}

  /// Releases differ in what holds without warmup_max_lr.
  double inherited() const {
    return params.isBefore(0, 17, 2) ? 0.001 : params.peak.value_or(low);
  }

  Params params;
  Warmup warmup;
  double low, high;
};
} // namespace

StringRef DeepSpeedWarmupOp::getKindName() { return "WarmupLR"; }

LogicalResult DeepSpeedWarmupOp::checkSchedule() {
  WarmupOnly own(*this);
  Findings findings(own.params);
  bool explicitMax = own.params.has("warmup_max_lr");
  if (own.params.isBefore(0, 15, 3))
    requirePeak(own.params, findings,
                "the first step of a release before 0.15.3 runs at");
  else if (explicitMax || own.params.isBefore(0, 17, 2))
    findings.checkNoPeak("'warmup_max_lr'");
  else
    requirePeak(own.params, findings,
                "\"WarmupLR\" without 'warmup_max_lr' rises to");
  if (explicitMax || own.params.peak)
    findings.checkOrder("warmup_min_lr", own.low,
                        explicitMax ? "warmup_max_lr" : "peak", own.high,
                        "lower the learning rate through the warm-up");
  own.warmup.check(own.params, findings);
  return findings.result();
}

ScheduleTracks DeepSpeedWarmupOp::emitTracks(Scalar &s, Value step) {
  WarmupOnly own(*this);
  Value rising = mix(s, own.low, own.high, own.warmup.emit(s, step));
  Value lr = s.select(own.warmup.isPast(s, step), s.f64(own.high), rising);
  return {selectFirst(s, step, firstRate(s, own.params, own.low), lr), {}};
}

SmallVector<ScheduleSpan> DeepSpeedWarmupOp::listSpans() {
  return {{"warmup", 0}, {"hold", Warmup(Params(*this)).steps + 1}};
}

SmallVector<ScheduleQuirk> DeepSpeedWarmupOp::listQuirks() {
  WarmupOnly own(*this);
  return own.warmup.listQuirks(own.params, own.low, own.high);
}

std::string DeepSpeedWarmupOp::describeNative() {
  WarmupOnly own(*this);
  NativePhase hold{"hold", "constant", "\"rest\"", "", "", ""};
  if (own.low == own.high)
    return writeNative(own.high, {hold});
  if (own.params.steps <= own.warmup.steps)
    return own.warmup.describeCut(own.params, own.low, own.high);
  return writeNative(own.high, {own.warmup.native(own.low), hold});
}
