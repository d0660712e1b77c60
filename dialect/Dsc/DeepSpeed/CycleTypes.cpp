//===- CycleTypes.cpp - OneCycle, and WarmupOneCycle ----------------------===//

#include "dialect/Dsc/DeepSpeed/Cycle.h"
#include "dialect/Dsc/DeepSpeed/Warmup.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

using Predicate = arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// OneCycle
//===----------------------------------------------------------------------===//

StringRef DeepSpeedOneCycleOp::getKindName() { return "OneCycle"; }

LogicalResult DeepSpeedOneCycleOp::checkSchedule() {
  Params params(*this);
  Findings findings(params);
  findings.checkNoPeak("'cycle_max_lr'");
  Cycle(params).check(params, findings, 0);
  return findings.result();
}

ScheduleTracks DeepSpeedOneCycleOp::emitTracks(Scalar &s, Value step) {
  Cycle cycle{Params(*this)};
  ScheduleTracks tracks = cycle.emit(s, step);
  // The constructor writes the minimum of both.
  if (tracks.momentum)
    tracks.momentum =
        selectFirst(s, step, s.f64(cycle.minMomentum), tracks.momentum);
  return tracks;
}

SmallVector<ScheduleSpan> DeepSpeedOneCycleOp::listSpans() {
  return Cycle(Params(*this)).listSpans(0);
}

SmallVector<ScheduleQuirk> DeepSpeedOneCycleOp::listQuirks() {
  Params params(*this);
  Cycle cycle(params);
  SmallVector<ScheduleQuirk> quirks;
  if (cycle.movesMomentum())
    quirks.push_back({"Q3", "beta1 of step 0 is cycle_min_mom " +
                                show(cycle.minMomentum) +
                                ", though the learning rate is at its "
                                "minimum; step 1 is near cycle_max_mom"});
  if (cycle.cyclesMomentum() && params.beta2)
    quirks.push_back(
        {"Q4", *params.beta2 == 0.99
                   ? "beta2 is 0.99, to which DeepSpeed sets it"
                   : "DeepSpeed sets beta2 to 0.99; this recipe has " +
                         show(*params.beta2) + " in [optimizer]"});
  cycle.addQuirks(params, quirks);
  return quirks;
}

std::string DeepSpeedOneCycleOp::describeNative() {
  Params params(*this);
  Cycle cycle(params);
  if (std::string reason = cycle.whyNoNative(params.steps); !reason.empty())
    return explainNoNative(reason);
  return (cycle.movesMomentum() ? remarkOnBetas(params) : "") +
         writeNative({}, cycle.native(params.steps));
}

//===----------------------------------------------------------------------===//
// WarmupOneCycle
//===----------------------------------------------------------------------===//

namespace {
struct WarmupOneCycle {
  explicit WarmupOneCycle(Operation *table)
      : params(table), warmup(params), cycle(params),
        low(params.number("warmup_min_lr")),
        high(params.number("warmup_max_lr")), offset(warmup.steps + 1) {}

  Params params;
  Warmup warmup;
  Cycle cycle;
  double low, high;
  int64_t offset; ///< the first step of the cycle
};
} // namespace

StringRef DeepSpeedWarmupOneCycleOp::getKindName() { return "WarmupOneCycle"; }

LogicalResult DeepSpeedWarmupOneCycleOp::checkSchedule() {
  WarmupOneCycle own(*this);
  Findings findings(own.params);
  findings.checkNoPeak("'warmup_max_lr' and 'cycle_max_lr'");
  findings.checkOrder("warmup_min_lr", own.low, "warmup_max_lr", own.high,
                      "lower the learning rate through the warm-up, as "
                      "WarmupLR does");
  own.warmup.check(own.params, findings);
  if (own.high != own.cycle.minLr)
    findings.warn("cycle_min_lr",
                  "the learning rate jumps at step " + Twine(own.offset) +
                      ": the warm-up ends at warmup_max_lr " + show(own.high) +
                      ", the cycle starts from " + show(own.cycle.minLr),
                  "write cycle_min_lr = " + show(own.high) +
                      ", or another warmup_max_lr");
  if (!own.params.steps || own.params.steps > own.warmup.steps)
    own.cycle.check(own.params, findings, own.offset);
  return findings.result();
}

ScheduleTracks DeepSpeedWarmupOneCycleOp::emitTracks(Scalar &s, Value step) {
  WarmupOneCycle own(*this);
  Value isWarmup = s.compare(Predicate::slt, step, s.i64(own.offset));
  Value local = s.select(isWarmup, s.i64(0), s.subI(step, s.i64(own.offset)));
  Value rising =
      selectFirst(s, step, s.f64(own.low),
                  mix(s, own.low, own.high, own.warmup.emit(s, step)));
  ScheduleTracks tracks = own.cycle.emit(s, local);
  tracks.lr = s.select(isWarmup, rising, tracks.lr);
  return tracks;
}

SmallVector<ScheduleSpan> DeepSpeedWarmupOneCycleOp::listSpans() {
  WarmupOneCycle own(*this);
  SmallVector<ScheduleSpan> spans = own.cycle.listSpans(own.offset);
  spans.insert(spans.begin(), ScheduleSpan{"warmup", 0});
  return spans;
}

SmallVector<ScheduleQuirk> DeepSpeedWarmupOneCycleOp::listQuirks() {
  WarmupOneCycle own(*this);
  SmallVector<ScheduleQuirk> quirks =
      own.warmup.listQuirks(own.params, own.low, own.high);
  own.cycle.addQuirks(own.params, quirks);
  return quirks;
}

std::string DeepSpeedWarmupOneCycleOp::describeNative() {
  WarmupOneCycle own(*this);
  int64_t left = own.params.steps - own.warmup.steps;
  if (left <= 0)
    return own.warmup.describeCut(own.params, own.low, own.high);
  if (std::string reason = own.cycle.whyNoNative(left); !reason.empty())
    return explainNoNative(reason);
  auto phases = own.cycle.native(left);
  NativePhase warmup = own.warmup.native(own.low);
  if (own.low == own.high)
    warmup.kind = "constant";
  else
    warmup.to = show(own.high);
  phases.insert(phases.begin(), warmup);
  return (own.cycle.movesMomentum() ? remarkOnBetas(own.params) : "") +
         writeNative({}, phases);
}
