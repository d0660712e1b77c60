//===- Modifiers.cpp - what keys make of a curve's value ------------------===//

#include "compiler/Transforms/Schedule/Modifiers.h"

#include "dialect/Dsc/PhaseValues.h"
#include "dialect/Dsc/ScalarRandom.h"

using namespace mlir;
using namespace dsc;

CurvePoint dsc::emitStairs(Scalar &s, PhaseInterface phase, CurvePoint point) {
  auto stairs = phase->getAttrOfType<IntegerAttr>("stairs");
  if (!stairs)
    return point;
  // floor(c m / d) / c, or floor(c m / d + 1/2) / c. With at most 4096 stairs
  // of at most 1e15 steps nothing here exceeds 64 bits.
  auto rounding = phase->getAttrOfType<StringAttr>("stair_rounding");
  Value count = s.i64(stairs.getInt());
  Value scaled = s.mulI(point.numerator, count);
  Value divisor = point.denominator;
  if (rounding && rounding.getValue() == "round") {
    scaled = s.addI(s.mulI(scaled, s.i64(2)), divisor);
    divisor = s.mulI(divisor, s.i64(2));
  }
  point.numerator = s.divI(scaled, divisor);
  point.denominator = count;
  return point;
}

/// lr (1 + amount u) with u drawn from [-1, 1).
static Value emitNoise(Scalar &s, Operation *table, uint64_t index, Value step,
                       Value lr) {
  auto amount = table->getAttrOfType<FloatAttr>("noise");
  if (!amount || amount.getValueAsDouble() == 0)
    return lr;
  auto seed = table->getAttrOfType<IntegerAttr>("noise_seed");
  Value drawn =
      emitUniform(s, seed ? seed.getInt() : 0, kNoiseStream, step, index);
  Value shift = s.fma(s.f64(2), drawn, s.f64(-1));
  return s.mul(lr, s.fma(s.f64(amount.getValueAsDouble()), shift, s.f64(1)));
}

static Value emitBounds(Scalar &s, std::optional<double> lowest,
                        std::optional<double> highest, Value lr) {
  if (lowest)
    lr = s.maximum(lr, s.f64(*lowest));
  if (highest)
    lr = s.minimum(lr, s.f64(*highest));
  return lr;
}

Value dsc::emitModified(Scalar &s, PhaseInterface phase, Value step, Value lr) {
  auto bound = [&](StringRef key) {
    return phase->hasAttr(key) ? std::optional(rateOf(phase, key))
                               : std::nullopt;
  };
  lr = emitNoise(s, phase, 1, step, lr);
  return emitBounds(s, bound("min"), bound("max"), lr);
}

Value dsc::emitModified(Scalar &s, ScheduleOp schedule, Value step, Value lr) {
  auto number = [](FloatAttr value) {
    return value ? std::optional(value.getValueAsDouble()) : std::nullopt;
  };
  lr = emitNoise(s, schedule, 0, step, lr);
  lr = emitBounds(s, number(schedule.getLowestAttr()),
                  number(schedule.getHighestAttr()), lr);
  std::optional<double> scale = number(schedule.getLrScaleAttr());
  return scale && *scale != 1 ? s.mul(lr, s.f64(*scale)) : lr;
}
