//===- RangeTest.cpp - DeepSpeed's LRRangeTest ----------------------------===//
//
// The order of operations is DeepSpeed's, so that the bits are its own.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/DeepSpeed/Params.h"
#include "runtime/Base/Limits.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::deepspeed;

namespace {
struct RangeTest {
  explicit RangeTest(Operation *table)
      : params(table), low(params.number("lr_range_test_min_lr")),
        rate(params.number("lr_range_test_step_rate")),
        size(params.count("lr_range_test_step_size")),
        staircase(params.flag("lr_range_test_staircase")) {}

  double at(int64_t step) const {
    double interval =
        staircase ? static_cast<double>(step / size)
                  : static_cast<double>(step) / static_cast<double>(size);
    return low * (1 + rate * interval);
  }

  Params params;
  double low, rate;
  int64_t size;
  bool staircase;
};
} // namespace

StringRef DeepSpeedRangeTestOp::getKindName() { return "LRRangeTest"; }

LogicalResult DeepSpeedRangeTestOp::checkSchedule() {
  RangeTest test(*this);
  Findings findings(test.params);
  findings.checkNoPeak("'lr_range_test_min_lr'");
  int64_t last = test.params.steps - 1;
  if (last < 0)
    return findings.result();
  double end = test.at(last);
  if (!(end <= kMostRate))
    findings.refuse("lr_range_test_step_rate",
                    "the learning rate comes to " + show(end) + " at step " +
                        Twine(last) + ", expected at most " + show(kMostRate));
  if (end >= 0)
    return findings.result();
  int64_t below = last;
  for (int64_t low = 0; low < below;) {
    int64_t middle = low + (below - low) / 2;
    if (test.at(middle) < 0)
      below = middle;
    else
      low = middle + 1;
  }
  findings.refuse("lr_range_test_step_rate",
                  "the learning rate is below 0 from step " + Twine(below) +
                      " on: DeepSpeed would climb the gradient",
                  "write a positive rate, or end the run at " + Twine(below) +
                      " steps");
  return findings.result();
}

ScheduleTracks DeepSpeedRangeTestOp::emitTracks(Scalar &s, Value step) {
  RangeTest test(*this);
  Value interval = s.div(s.toF64(step), s.f64(static_cast<double>(test.size)));
  if (test.staircase)
    interval = s.toF64(s.toI64(interval, 0, int64_t(1) << 53));
  Value growth = s.add(s.f64(1), s.mul(s.f64(test.rate), interval));
  return {s.mul(s.f64(test.low), growth), {}};
}

SmallVector<ScheduleSpan> DeepSpeedRangeTestOp::listSpans() {
  return {{"range-test", 0}};
}

SmallVector<ScheduleQuirk> DeepSpeedRangeTestOp::listQuirks() {
  if (RangeTest(*this).rate >= 0)
    return {};
  return {{"Q12", "a negative step rate makes the learning rate fall"}};
}

std::string DeepSpeedRangeTestOp::describeNative() {
  RangeTest test(*this);
  double end = test.at(test.params.steps - 1);
  if (test.low == end)
    return writeNative(test.low,
                       {{"hold", "constant", "\"rest\"", "", "", ""}});
  if (test.rate < 0 && test.staircase)
    return explainNoNative("stairs of " + Twine(test.size) +
                           " steps that fall are no phase: write one of kind "
                           "\"constant\" for each");
  if (test.rate < 0)
    return writeNative({}, {{"range-test",
                             "linear",
                             "\"rest\"",
                             show(test.low),
                             show(end),
                             "",
                             {"inclusive = \"both\""}}});
  NativePhase phase{"range-test",   "range_test", "\"rest\"",
                    show(test.low), "",           ""};
  phase.more = {"inclusive = \"left\"",
                test.staircase ? "ramp = \"staircase\"" : "ramp = \"linear\"",
                "interval = " + stepsText(test.size),
                "rate = " + show(test.rate)};
  return writeNative({}, {phase});
}
