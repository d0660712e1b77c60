//===- WarmupTypes.cpp - WarmupLR, WarmupDecayLR, WarmupCosineLR ----------===//

#include "dialect/Dsc/DeepSpeed/Warmup.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

using Predicate = arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// What the three share
//===----------------------------------------------------------------------===//

/// Whether step k is past the warm-up.
static Value isPast(Scalar &s, Value k, const Warmup &warmup) {
  return s.compare(Predicate::sgt, k, s.i64(warmup.steps));
}

static Value firstValue(Scalar &s, const Params &params, double otherwise) {
  return s.f64(startsAtPeak(params) ? *params.peak : otherwise);
}

/// A total that is another than the run's. Step `down` is the first one that
/// runs at what `after` says.
static void checkTotal(const Params &params, const Warmup &warmup,
                       Findings &findings, int64_t down, const Twine &after) {
  int64_t total = params.count("total_num_steps");
  if (total < warmup.steps)
    findings.warn("total_num_steps",
                  "'total_num_steps' " + Twine(total) +
                      " is less than the warm-up of " + Twine(warmup.steps) +
                      " steps: the learning rate falls to its minimum at once",
                  "lengthen it, or shorten the warm-up");
  if (!params.steps || params.steps == total)
    return;
  findings.warn(
      "total_num_steps",
      "'total_num_steps' is " + Twine(total) + ", but the run is " +
          Twine(params.steps) + " steps: " +
          (params.steps <= down
               ? Twine("it ends before the learning rate is down")
               : "the steps from " + Twine(down) + " on run at " + after),
      "write total_num_steps = " + Twine(params.steps));
}

/// The fall and what follows it, up to the end of the run; empty where the run
/// ends in a fall of which a part is no phase.
static SmallVector<NativePhase> nativeFall(const Params &params,
                                           const Warmup &warmup, StringRef kind,
                                           double high, double floor) {
  int64_t total = params.count("total_num_steps");
  if (total <= warmup.steps)
    return {{"floor", "constant", "\"rest\"", show(floor), "", ""}};
  if (high == floor)
    return {{"hold", "constant", "\"rest\"", "", "", ""}};
  if (params.steps < total && kind == "linear") {
    double share = static_cast<double>(params.steps - warmup.steps) /
                   static_cast<double>(total - warmup.steps);
    return {{"decay", "linear", "\"rest\"", "",
             show(between(high, floor, share)), ""}};
  }
  if (params.steps < total)
    return {};
  std::string length =
      params.steps == total ? "\"rest\"" : stepsText(total - warmup.steps);
  SmallVector<NativePhase> phases{
      {"decay", kind.str(), length, "", show(floor), ""}};
  if (params.steps > total)
    phases.push_back({"floor", "constant", "\"rest\"", "", "", ""});
  return phases;
}

static void requirePeak(const Params &params, Findings &findings,
                        const Twine &need) {
  if (!params.peak)
    findings.refuseSchedule("", "[schedule] has no 'peak', which " + need,
                            "write peak = 3e-4: it is the optimizer's "
                            "learning rate in DeepSpeed");
}

//===----------------------------------------------------------------------===//
// WarmupLR
//===----------------------------------------------------------------------===//

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
  Value lr = s.select(isPast(s, step, own.warmup), s.f64(own.high), rising);
  return {selectFirst(s, step, firstValue(s, own.params, own.low), lr), {}};
}

SmallVector<ScheduleSpan> DeepSpeedWarmupOp::listSpans() {
  return {{"warmup", 0}, {"hold", Warmup(Params(*this)).steps + 1}};
}

SmallVector<ScheduleQuirk> DeepSpeedWarmupOp::listQuirks() {
  WarmupOnly own(*this);
  SmallVector<ScheduleQuirk> quirks;
  own.warmup.addFirstSteps(own.params, own.low, own.high, quirks);
  own.warmup.addQuirks(own.params, quirks);
  return quirks;
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

//===----------------------------------------------------------------------===//
// WarmupDecayLR
//===----------------------------------------------------------------------===//

namespace {
struct WarmupDecay {
  explicit WarmupDecay(Operation *table)
      : params(table), warmup(params), low(params.number("warmup_min_lr")),
        high(params.number("warmup_max_lr")),
        total(params.count("total_num_steps")),
        decay(std::max<int64_t>(1, total - warmup.steps)) {}

  Params params;
  Warmup warmup;
  double low, high;
  int64_t total, decay;
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
  checkTotal(own.params, own.warmup, findings,
             std::max(own.total, own.warmup.steps) + 1,
             "the minimum " + show(own.low));
  return findings.result();
}

ScheduleTracks DeepSpeedWarmupDecayOp::emitTracks(Scalar &s, Value step) {
  WarmupDecay own(*this);
  Value rising = mix(s, own.low, own.high, own.warmup.emit(s, step));
  // max(0, T - k + 1) of max(1, T - W).
  Value left = s.addI(s.subI(s.i64(own.total), step), s.i64(1));
  Value none = s.i64(0);
  left = s.select(s.compare(Predicate::slt, left, none), none, left);
  Value whole = s.f64(static_cast<double>(own.decay));
  Weights weights{s.divide(s.toF64(s.subI(s.i64(own.decay), left)), whole),
                  s.divide(s.toF64(left), whole)};
  Value falling = mix(s, own.low, own.high, weights);
  Value lr = s.select(isPast(s, step, own.warmup), falling, rising);
  return {selectFirst(s, step, firstValue(s, own.params, own.low), lr), {}};
}

SmallVector<ScheduleSpan> DeepSpeedWarmupDecayOp::listSpans() {
  WarmupDecay own(*this);
  return {{"warmup", 0},
          {"decay", own.warmup.steps + 1},
          {"floor", std::max(own.total, own.warmup.steps) + 1}};
}

SmallVector<ScheduleQuirk> DeepSpeedWarmupDecayOp::listQuirks() {
  WarmupDecay own(*this);
  SmallVector<ScheduleQuirk> quirks;
  own.warmup.addFirstSteps(own.params, own.low, own.high, quirks);
  own.warmup.addQuirks(own.params, quirks);
  return quirks;
}

std::string DeepSpeedWarmupDecayOp::describeNative() {
  WarmupDecay own(*this);
  if (own.low == own.high || own.params.steps <= own.warmup.steps)
    return own.warmup.describeCut(own.params, own.low, own.high);
  auto phases = nativeFall(own.params, own.warmup, "linear", own.high, own.low);
  phases.insert(phases.begin(), own.warmup.native(own.low));
  return writeNative(own.high, phases);
}

//===----------------------------------------------------------------------===//
// WarmupCosineLR
//===----------------------------------------------------------------------===//

namespace {
struct WarmupCosine {
  explicit WarmupCosine(Operation *table)
      : params(table), warmup(params), peak(params.peak.value_or(0)),
        start(params.number("warmup_min_ratio")),
        floor(params.number("cos_min_ratio")),
        total(params.count("total_num_steps")),
        decay(std::max<int64_t>(1, total - warmup.steps)) {}

  Params params;
  Warmup warmup;
  double peak, start, floor;
  int64_t total, decay;
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
  checkTotal(own.params, own.warmup, findings, own.warmup.steps + own.decay,
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
  Value past = isPast(s, step, own.warmup);
  Value since = s.select(past, s.subI(step, s.i64(own.warmup.steps)), s.i64(0));
  Value end = s.i64(own.decay);
  Value numerator =
      own.params.isBefore(0, 19, 3)
          ? foldWave(s, since, own.decay)
          : s.select(s.compare(Predicate::sgt, since, end), end, since);
  Value falling = scaled(own.floor, emitHalfWave(s, numerator, own.decay));
  Value lr = s.select(past, falling, rising);
  return {selectFirst(s, step, firstValue(s, own.params, 0), lr), {}};
}

SmallVector<ScheduleSpan> DeepSpeedWarmupCosineOp::listSpans() {
  WarmupCosine own(*this);
  return {{"warmup", 0},
          {"cosine", own.warmup.steps + 1},
          {"floor", own.warmup.steps + own.decay + 1}};
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
  auto phases = nativeFall(own.params, own.warmup, "cosine", own.peak,
                           own.floor * own.peak);
  if (phases.empty())
    return explainNoNative("the run ends in the cosine, whose phase would end "
                           "with it");
  NativePhase rise = own.warmup.native(start);
  if (start == own.peak)
    rise = {"warmup", "constant", rise.length, "", "", ""};
  phases.insert(phases.begin(), rise);
  return writeNative(own.peak, phases);
}
