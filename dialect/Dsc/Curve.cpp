//===- Curve.cpp - weights of two ends ------------------------------------===//

#include "dialect/Dsc/Curve.h"

using namespace mlir;
using namespace dsc;

using FloatPredicate = arith::CmpFPredicate;
using IntegerPredicate = arith::CmpIPredicate;

Value dsc::emitBlend(Scalar &s, Value from, Value to, const Weights &weights) {
  return s.fma(from, weights.ofFrom, s.mul(to, weights.ofTo));
}

Value dsc::emitBlend(Scalar &s, const CurvePoint &p, const Weights &weights) {
  return emitBlend(s, p.from, p.to, weights);
}

Stretch dsc::emitStretch(Scalar &s, const CurvePoint &p) {
  Value denominator = s.toF64(p.denominator);
  Value remaining = s.subI(p.denominator, p.numerator);
  return {s.divide(s.toF64(p.numerator), denominator),
          s.divide(s.toF64(remaining), denominator)};
}

//===----------------------------------------------------------------------===//
// Cosines
//===----------------------------------------------------------------------===//

static DoubleDouble select(Scalar &s, Value condition, DoubleDouble a,
                           DoubleDouble b) {
  auto lowOf = [&](DoubleDouble x) { return x.low ? x.low : s.f64(0); };
  return {s.select(condition, a.high, b.high),
          s.select(condition, lowOf(a), lowOf(b))};
}

static DoubleDouble half(Scalar &s, DoubleDouble x) {
  return {s.mul(x.high, s.f64(0.5)), s.mul(x.low, s.f64(0.5))};
}

Weights dsc::emitHalfWave(Scalar &s, const Stretch &stretch) {
  // (1 + cos t) / 2 = cos^2(t / 2), and t / 2 is at most a quarter turn when it
  // is counted from the nearer end: the small weight is a square, not a rest.
  Value isFirstHalf = s.compare(FloatPredicate::OLE, stretch.passed.high,
                                stretch.remaining.high);
  DoubleDouble nearer =
      select(s, isFirstHalf, stretch.passed, stretch.remaining);
  SineCosine angle = s.sincospiQuarter(half(s, nearer));
  Value large = s.mul(angle.cosine, angle.cosine);
  Value small = s.mul(angle.sine, angle.sine);
  return {s.select(isFirstHalf, large, small),
          s.select(isFirstHalf, small, large)};
}

/// The nearest integer to an f64 below 2^51 in size.
static Value roundToInteger(Scalar &s, Value x) {
  constexpr double shift = 0x1.8p52;
  return s.sub(s.add(x, s.f64(shift)), s.f64(shift));
}

Weights dsc::emitWaves(Scalar &s, const CurvePoint &p, double waves,
                       double exponent) {
  // The turns made, less whole ones: at most half a turn from a crest.
  DoubleDouble turns =
      s.divide(s.twoProduct(s.f64(waves), s.toF64(p.numerator)),
               DoubleDouble{s.toF64(p.denominator), {}});
  Value crest = roundToInteger(s, turns.high);
  DoubleDouble offset = s.add(turns, {s.neg(crest), {}});
  Value isBehind = s.compare(FloatPredicate::OLT, offset.high, s.f64(0));
  offset = select(s, isBehind, s.negate(offset), offset);

  // cos^2 of pi times the offset, by a quarter turn at most.
  DoubleDouble toTrough = s.add({s.f64(0.5), {}}, s.negate(offset));
  Value isNearCrest =
      s.compare(FloatPredicate::OLE, offset.high, toTrough.high);
  LongSineCosine angle =
      s.sincospiQuarterDoubleDouble(select(s, isNearCrest, offset, toTrough));
  if (exponent == 1) {
    Value large = s.mul(angle.cosine.high, angle.cosine.high);
    Value small = s.mul(angle.sine.high, angle.sine.high);
    return {s.select(isNearCrest, large, small),
            s.select(isNearCrest, small, large)};
  }
  DoubleDouble nearCrest =
      s.log1mDoubleDouble(s.multiply(angle.sine, angle.sine));
  DoubleDouble logSine = s.logDoubleDouble(angle.sine);
  DoubleDouble nearTrough{s.add(logSine.high, logSine.high),
                          s.add(logSine.low, logSine.low)};
  Value isZero = s.compare(FloatPredicate::OEQ, toTrough.high, s.f64(0));
  return emitPower(s, select(s, isNearCrest, nearCrest, nearTrough), exponent,
                   isZero);
}

//===----------------------------------------------------------------------===//
// Powers and exponentials
//===----------------------------------------------------------------------===//

Weights dsc::emitPower(Scalar &s, DoubleDouble logarithm, double exponent,
                       Value isZero) {
  DoubleDouble product = s.multiply({s.f64(exponent), {}}, logarithm);
  Value rest = s.neg(s.expm1DoubleDouble(product).high);
  return {s.select(isZero, s.f64(0), s.exp(product)),
          s.select(isZero, s.f64(1), rest)};
}

Weights dsc::emitExponentialFall(Scalar &s, const Stretch &stretch,
                                 DoubleDouble rate) {
  // exp(-r x) - exp(-r) = exp(-r x) (1 - exp(-r (1 - x))).
  DoubleDouble passed = s.negate(s.multiply(rate, stretch.passed));
  DoubleDouble remaining = s.negate(s.multiply(rate, stretch.remaining));
  DoubleDouble whole = s.expm1DoubleDouble(s.negate(rate));
  DoubleDouble fall =
      s.multiply(s.expDoubleDouble(passed), s.expm1DoubleDouble(remaining));
  return {s.divide(fall, whole).high,
          s.divide(s.expm1DoubleDouble(passed), whole).high};
}

Value dsc::emitGeometric(Scalar &s, const CurvePoint &p) {
  // Counted from the nearer end, so that both ends are hit exactly. The
  // exponent is double-double: its error would else grow with ln(from / to).
  Value remaining = s.subI(p.denominator, p.numerator);
  Value isFirstHalf =
      s.compare(arith::CmpIPredicate::sle, p.numerator, remaining);
  Value fromNearer = s.select(isFirstHalf, p.numerator, remaining);
  Value nearer = s.select(isFirstHalf, p.from, p.to);
  DoubleDouble logFrom = s.logDoubleDouble(p.from);
  DoubleDouble logTo = s.logDoubleDouble(p.to);
  DoubleDouble growth = s.add(logTo, {s.neg(logFrom.high), s.neg(logFrom.low)});
  DoubleDouble fraction = s.divide(s.toF64(fromNearer), s.toF64(p.denominator));
  DoubleDouble forward = s.multiply(fraction, growth);
  Value high = s.select(isFirstHalf, forward.high, s.neg(forward.high));
  Value low = s.select(isFirstHalf, forward.low, s.neg(forward.low));
  return s.mul(nearer, s.exp(DoubleDouble{high, low}));
}
