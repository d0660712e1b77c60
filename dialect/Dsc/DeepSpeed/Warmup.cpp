//===- Warmup.cpp - the warm-up of DeepSpeed's Warmup family --------------===//

#include "dialect/Dsc/DeepSpeed/Warmup.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

using Predicate = arith::CmpIPredicate;

Warmup::Warmup(const Params &params)
    : steps(std::max<int64_t>(2, params.count("warmup_num_steps"))),
      logarithmic(params.text("warmup_type") != "linear") {}

static Value clampStep(Scalar &s, Value k, int64_t low, int64_t high) {
  Value first = s.i64(low), last = s.i64(high);
  Value notEarly = s.select(s.compare(Predicate::slt, k, first), first, k);
  return s.select(s.compare(Predicate::sgt, notEarly, last), last, notEarly);
}

Weights Warmup::emit(Scalar &s, Value k) const {
  Value inside = clampStep(s, k, 1, steps);
  Value whole = s.f64(static_cast<double>(steps));
  if (!logarithmic) {
    Value one = s.i64(1);
    return {s.divide(s.toF64(s.addI(s.subI(s.i64(steps), inside), one)), whole),
            s.divide(s.toF64(s.subI(inside, one)), whole)};
  }
  // Rounded where DeepSpeed rounds, whose values would else be a few units in
  // the last place away; the rest, 1 - g, is exact.
  Value inverse = s.div(s.f64(1), s.logDoubleDouble(whole).high);
  Value share = s.mul(inverse, s.logDoubleDouble(s.toF64(inside)).high);
  return {s.twoSum(s.f64(1), s.neg(share)), {share, s.f64(0)}};
}

Value Warmup::isPast(Scalar &s, Value k) const {
  return s.compare(Predicate::sgt, k, s.i64(steps));
}

void Warmup::check(const Params &params, Findings &findings) const {
  StringRef type = params.text("warmup_type");
  if (type != "log" && type != "linear")
    findings.warn("warmup_type",
                  "'warmup_type' is \"" + type.take_front(40) +
                      "\", which DeepSpeed answers with a logarithmic warm-up",
                  "write \"log\" or \"linear\"");
  if (params.steps && params.steps <= steps)
    findings.warn("warmup_num_steps",
                  "the run of " + Twine(params.steps) +
                      " steps ends in the warm-up, which takes " + Twine(steps),
                  "write warmup_num_steps = " +
                      Twine(std::max<int64_t>(1, params.steps / 10)) +
                      ", or lengthen the run");
}

void Warmup::addQuirks(const Params &params,
                       llvm::SmallVectorImpl<ScheduleQuirk> &quirks) const {
  if (params.count("warmup_num_steps") < steps)
    quirks.push_back({"Q8", "warmup_num_steps 1 counts as 2"});
  StringRef type = params.text("warmup_type");
  if (type != "log" && type != "linear")
    quirks.push_back({"Q9", "warmup_type \"" + type.take_front(40).str() +
                                "\" is not known: the warm-up is logarithmic"});
}

SmallVector<ScheduleQuirk> Warmup::listQuirks(const Params &params, double low,
                                              double high) const {
  SmallVector<ScheduleQuirk> quirks;
  if (startsAtPeak(params))
    quirks.push_back({"Q1", "step 0 runs at the optimizer's learning rate " +
                                show(*params.peak) + ", step 1 at " +
                                show(low) + ": so before release 0.15.3"});
  else if (low != high)
    quirks.push_back({"Q1", "steps 0 and 1 both run at warmup_min_lr " +
                                show(low) +
                                (low == 0 ? ": they change nothing" : "")});
  addQuirks(params, quirks);
  return quirks;
}

NativePhase Warmup::native(double from) const {
  return {"warmup",
          logarithmic ? "log" : "linear",
          stepsText(steps),
          show(from),
          "",
          ""};
}

std::string Warmup::describeCut(const Params &params, double low,
                                double high) const {
  if (low == high)
    return writeNative(high, {{"hold", "constant", "\"rest\"", "", "", ""}});
  if (logarithmic && params.steps < steps)
    return explainNoNative("the run ends in the logarithmic warm-up, whose "
                           "phase would end with it");
  NativePhase phase = native(low);
  phase.length = "\"rest\"";
  phase.to = show(
      between(low, high,
              static_cast<double>(params.steps) / static_cast<double>(steps)));
  return writeNative({}, {phase});
}

bool deepspeed::startsAtPeak(const Params &params) {
  return params.isBefore(0, 15, 3) && params.peak;
}

Value deepspeed::firstRate(Scalar &s, const Params &params, double otherwise) {
  return s.f64(startsAtPeak(params) ? *params.peak : otherwise);
}

Value deepspeed::selectFirst(Scalar &s, Value step, Value first, Value value) {
  return s.select(s.compare(Predicate::slt, step, s.i64(1)), first, value);
}

void deepspeed::requirePeak(const Params &params, Findings &findings,
                            const Twine &need) {
  if (!params.peak)
    findings.refuseSchedule("", "[schedule] has no 'peak', which " + need,
                            "write peak = 3e-4: it is the optimizer's "
                            "learning rate in DeepSpeed");
}

//===----------------------------------------------------------------------===//
// The fall
//===----------------------------------------------------------------------===//

Fall::Fall(const Params &params, const Warmup &warmup)
    : begin(warmup.steps), total(params.count("total_num_steps")),
      steps(std::max<int64_t>(1, total - begin)) {}

void Fall::check(const Params &params, Findings &findings, int64_t down,
                 const Twine &after) const {
  if (total < begin)
    findings.warn("total_num_steps",
                  "'total_num_steps' " + Twine(total) +
                      " is less than the warm-up of " + Twine(begin) +
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

SmallVector<NativePhase> Fall::native(const Params &params, StringRef kind,
                                      double high, double floor) const {
  if (total <= begin)
    return {{"floor", "constant", "\"rest\"", show(floor), "", ""}};
  if (high == floor)
    return {{"hold", "constant", "\"rest\"", "", "", ""}};
  if (params.steps < total && kind == "linear") {
    double share = static_cast<double>(params.steps - begin) /
                   static_cast<double>(total - begin);
    return {{"decay", "linear", "\"rest\"", "",
             show(between(high, floor, share)), ""}};
  }
  if (params.steps < total)
    return {};
  std::string length =
      params.steps == total ? "\"rest\"" : stepsText(total - begin);
  SmallVector<NativePhase> phases{
      {"decay", kind.str(), length, "", show(floor), ""}};
  if (params.steps > total)
    phases.push_back({"floor", "constant", "\"rest\"", "", "", ""});
  return phases;
}

Weights deepspeed::emitHalfWave(Scalar &s, Value numerator,
                                int64_t denominator) {
  // cos^2 and sin^2 of half the angle, counted from the nearer end: the small
  // weight is a square, not a rest.
  Value remaining = s.subI(s.i64(denominator), numerator);
  Value isFirstHalf = s.compare(Predicate::sle, numerator, remaining);
  Value fromNearer = s.select(isFirstHalf, numerator, remaining);
  SineCosine half = s.sincospiQuarter(
      s.divide(s.toF64(fromNearer), s.toF64(s.i64(2 * denominator))));
  DoubleDouble ofNearer = s.twoProduct(half.cosine, half.cosine);
  DoubleDouble ofFarther = s.twoProduct(half.sine, half.sine);
  auto choose = [&](DoubleDouble a, DoubleDouble b) {
    return DoubleDouble{s.select(isFirstHalf, a.high, b.high),
                        s.select(isFirstHalf, a.low, b.low)};
  };
  return {choose(ofFarther, ofNearer), choose(ofNearer, ofFarther)};
}
