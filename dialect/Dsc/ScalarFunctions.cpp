//===- ScalarFunctions.cpp - exp, log, pow, sinpi, cospi ------------------===//
//
// Our own f64 routines, at most 1 ulp from the true value (tests hold them to
// MPFR). They have no branches and no tables, so they vectorise and run on
// GPUs, and every target performs the same operations in the same order. The
// series are Taylor's after an exact reduction of the argument; what is large
// in a sum is carried in double-double, so that little more than the last
// rounding is lost.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Scalar.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace dsc;

using FloatPredicate = arith::CmpFPredicate;

namespace {
// Each constant to 106 bits, high + low.
constexpr double ln2High = 0x1.62e42fefa39efp-1;
constexpr double ln2Low = 0x1.abc9e3b39803fp-56;
constexpr double log2E = 0x1.71547652b82fep+0;
constexpr double piHigh = 0x1.921fb54442d18p+1;
constexpr double piLow = 0x1.1a62633145c07p-53;
constexpr double halfPiSquaredHigh = 0x1.3bd3cc9be45dep+2;
constexpr double halfPiSquaredLow = 0x1.692b71366cc04p-52;

// Adding it rounds to an integer, which then stands in the lowest bits.
constexpr double roundingShift = 0x1.8p52;
constexpr double infinity = std::numeric_limits<double>::infinity();
} // namespace

/// Horner's scheme; coefficients[0] is the constant term.
Value Scalar::polynomial(Value x, ArrayRef<double> coefficients) {
  Value sum = f64(coefficients.back());
  for (double coefficient : llvm::reverse(coefficients.drop_back()))
    sum = fma(sum, x, f64(coefficient));
  return sum;
}

Value Scalar::powerOfTwo(Value exponent) {
  Value bits = builder.createOrFold<arith::ShLIOp>(
      loc, addI(exponent, i64(1023)), i64(52));
  return bitcast(bits, builder.getF64Type());
}

/// x * 2^exponent with one rounding: in two factors, as one may overflow.
Value Scalar::scaleByPowerOfTwo(Value x, Value exponent) {
  Value half = builder.createOrFold<arith::ShRSIOp>(loc, exponent, i64(1));
  return mul(mul(x, powerOfTwo(half)), powerOfTwo(subI(exponent, half)));
}

//===----------------------------------------------------------------------===//
// exp
//===----------------------------------------------------------------------===//

Value Scalar::exp(Value x) { return exp(DoubleDouble{x, {}}); }

/// x = k ln 2 + r, k = round(x / ln 2), r in [-ln2 / 2, ln2 / 2].
DoubleDouble Scalar::reduceExponent(DoubleDouble x, Value &exponent) {
  // Beyond these all results are 0 or infinite. A NaN passes.
  Value high = select(compare(FloatPredicate::OLT, x.high, f64(-746)),
                      f64(-746), x.high);
  high = select(compare(FloatPredicate::OGT, high, f64(710)), f64(710), high);
  Value shifted = fma(high, f64(log2E), f64(roundingShift));
  Value k = sub(shifted, f64(roundingShift));

  // The first product and difference are exact together.
  Value exactPart = fma(neg(k), f64(ln2High), high);
  Value correction = neg(mul(k, f64(ln2Low)));
  if (x.low) {
    Value inside = compare(FloatPredicate::OEQ, high, x.high);
    correction = add(correction, select(inside, x.low, f64(0)));
  }
  exponent = subI(bitcast(shifted, builder.getI64Type()),
                  i64(llvm::bit_cast<int64_t>(roundingShift)));
  return fastTwoSum(exactPart, correction);
}

/// exp(x) = 2^k exp(r).
Value Scalar::exp(DoubleDouble x) {
  Value exponent;
  DoubleDouble r = reduceExponent(x, exponent);

  // exp(r) = 1 + r + r^2 (1/2! + r/3! + ...) + r.low (1 + r)
  SmallVector<double> inverseFactorials;
  double factorial = 1;
  for (int n = 2; n <= 14; ++n)
    inverseFactorials.push_back(1 / (factorial *= n));
  Value series = polynomial(r.high, inverseFactorials);
  Value tail = fma(mul(r.high, r.high), series, fma(r.low, r.high, r.low));
  DoubleDouble sum = fastTwoSum(f64(1), r.high);
  Value mantissa = add(sum.high, add(sum.low, tail));
  return scaleByPowerOfTwo(mantissa, exponent);
}

/// exp(r) - 1 = r (1 + r/2! + r^2/3! + ...) for |r| < 0.35.
DoubleDouble Scalar::expm1Series(DoubleDouble r) {
  // The terms from r^5 / 6! on are below 2^-17 and need no low part.
  SmallVector<double> inverseFactorials;
  double factorial = 120;
  for (int n = 6; n <= 18; ++n)
    inverseFactorials.push_back(1 / (factorial *= n));
  DoubleDouble series{polynomial(r.high, inverseFactorials), {}};
  for (double divisor : {120.0, 24.0, 6.0, 2.0, 1.0}) {
    double low = std::fma(-(1 / divisor), divisor, 1) / divisor;
    series = add({f64(1 / divisor), f64(low)}, multiply(r, series));
  }
  return multiply(r, series);
}

DoubleDouble Scalar::expDoubleDouble(DoubleDouble x) {
  Value exponent;
  DoubleDouble r = reduceExponent(x, exponent);
  DoubleDouble mantissa = add({f64(1), {}}, expm1Series(r));
  return {scaleByPowerOfTwo(mantissa.high, exponent),
          scaleByPowerOfTwo(mantissa.low, exponent)};
}

/// exp(x) - 1 = (2^k - 1) + 2^k (exp(r) - 1).
DoubleDouble Scalar::expm1DoubleDouble(DoubleDouble x) {
  Value exponent;
  DoubleDouble series = expm1Series(reduceExponent(x, exponent));
  DoubleDouble whole = twoSum(scaleByPowerOfTwo(f64(1), exponent), f64(-1));
  return add(whole, {scaleByPowerOfTwo(series.high, exponent),
                     scaleByPowerOfTwo(series.low, exponent)});
}

//===----------------------------------------------------------------------===//
// log, log1p, pow
//===----------------------------------------------------------------------===//

DoubleDouble Scalar::logDoubleDouble(Value x) {
  return logDoubleDouble(DoubleDouble{x, {}});
}

/// 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...) for |s| < 0.172.
DoubleDouble Scalar::twiceArtanh(DoubleDouble s) {
  DoubleDouble z = multiply(s, s);

  // The terms from z^3 / 7 on are below 2^-17 and need no low part.
  SmallVector<double> inverseOdds;
  for (int n = 7; n <= 27; n += 2)
    inverseOdds.push_back(1.0 / n);
  DoubleDouble series{polynomial(z.high, inverseOdds), {}};
  for (double odd : {5.0, 3.0}) {
    double low = std::fma(-(1 / odd), odd, 1) / odd;
    series = add({f64(1 / odd), f64(low)}, multiply(z, series));
  }
  DoubleDouble twiceS{add(s.high, s.high), add(s.low, s.low)};
  return add(twiceS, multiply(twiceS, multiply(z, series)));
}

/// log(x) = k ln 2 + 2 artanh((m - 1) / (m + 1)), x = 2^k m with m in
/// [sqrt(1/2), sqrt(2)).
DoubleDouble Scalar::logDoubleDouble(DoubleDouble x) {
  Type integer = builder.getI64Type(), real = builder.getF64Type();
  Value isSubnormal = compare(FloatPredicate::OLT, x.high, f64(0x1p-1022));
  Value lift = select(isSubnormal, f64(0x1p54), f64(1));
  Value lifted = mul(x.high, lift);
  Value bits = bitcast(lifted, integer);
  Value aboveRoot = subI(bits, i64(llvm::bit_cast<int64_t>(std::sqrt(0.5))));
  Value k = builder.createOrFold<arith::ShRSIOp>(loc, aboveRoot, i64(52));
  Value shiftedK = builder.createOrFold<arith::ShLIOp>(loc, k, i64(52));
  Value m = bitcast(subI(bits, shiftedK), real);

  DoubleDouble numerator{sub(m, f64(1)), {}}; // exact: m is near 1
  DoubleDouble denominator = twoSum(m, f64(1));
  if (x.low) {
    Value low = scaleByPowerOfTwo(mul(x.low, lift), subI(i64(0), k));
    numerator = twoSum(numerator.high, low);
    denominator.low = add(denominator.low, low);
  }
  DoubleDouble logM = twiceArtanh(divide(numerator, denominator));

  // x - x is 0, or NaN where x is not finite.
  Value lifting = select(isSubnormal, f64(-54), f64(0));
  Value exponent = add(add(toF64(k), lifting), sub(x.high, x.high));
  return add(multiply({exponent, {}}, {f64(ln2High), f64(ln2Low)}), logM);
}

Value Scalar::fixLogEnds(Value x, Value logarithm) {
  Value finite = select(compare(FloatPredicate::OEQ, x, f64(infinity)),
                        f64(infinity), logarithm);
  Value outside =
      select(compare(FloatPredicate::OEQ, x, f64(0)), f64(-infinity),
             f64(std::numeric_limits<double>::quiet_NaN()));
  return select(compare(FloatPredicate::OGT, x, f64(0)), finite, outside);
}

Value Scalar::log(Value x) { return fixLogEnds(x, logDoubleDouble(x).high); }

DoubleDouble Scalar::log1pDoubleDouble(DoubleDouble x) {
  return logDoubleDouble(add({f64(1), {}}, x));
}

/// By 2 artanh where 1 - x is near 1, else from the rounded difference.
DoubleDouble Scalar::log1mDoubleDouble(DoubleDouble x) {
  DoubleDouble rest = add({f64(1), {}}, negate(x));
  DoubleDouble far = logDoubleDouble(rest);
  DoubleDouble near = negate(twiceArtanh(divide(x, add({f64(1), {}}, rest))));
  Value isNear = compare(FloatPredicate::OLT, x.high, f64(0.29));
  return {select(isNear, near.high, far.high),
          select(isNear, near.low, far.low)};
}

Value Scalar::log1p(Value x) {
  DoubleDouble sum = twoSum(f64(1), x);
  Value logarithm = fixLogEnds(sum.high, logDoubleDouble(sum).high);
  // Down here log1p(x) rounds to x, and halving a subnormal would lose a bit.
  Value isTiny = compare(FloatPredicate::OLT, abs(x), f64(0x1p-60));
  return select(isTiny, x, logarithm);
}

Value Scalar::pow(Value x, Value y) {
  DoubleDouble logX = logDoubleDouble(x);
  DoubleDouble product = twoProduct(y, logX.high);
  Value power = exp({product.high, fma(y, logX.low, product.low)});
  Value ofZero =
      select(compare(FloatPredicate::OGT, y, f64(0)), f64(0), f64(infinity));
  ofZero = select(compare(FloatPredicate::OEQ, y, f64(0)), f64(1), ofZero);
  return select(compare(FloatPredicate::OEQ, x, f64(0)), ofZero, power);
}

//===----------------------------------------------------------------------===//
// sinpi, cospi
//===----------------------------------------------------------------------===//

SineCosine Scalar::sincospiQuarter(DoubleDouble x) {
  LongSineCosine both = sincospiQuarterDoubleDouble(x);
  return {both.sine.high, both.cosine.high};
}

LongSineCosine Scalar::sincospiQuarterDoubleDouble(DoubleDouble x) {
  constexpr double sineSeries[] = {
      // pi^n / n!, n = 3, 5, ... 19
      -0x1.4abbce625be53p+2,  0x1.466bc6775aae2p+1,  -0x1.32d2cce62bd86p-1,
      0x1.50783487ee782p-4,   -0x1.e3074fde8871fp-8, 0x1.e8f434d018d63p-12,
      -0x1.6fadb9f155744p-16, 0x1.aaec32af93359p-21};
  constexpr double cosineSeries[] = {
      // n = 4, 6, ... 18
      0x1.03c1f081b5ac4p+2,  -0x1.55d3c7e3cbffap+0, 0x1.e1f506891babbp-3,
      -0x1.a6d1f2a204a8cp-6, 0x1.f9d38a3763cc3p-10, -0x1.b6e24f44b128fp-14,
      0x1.20c62c2f2d7f5p-18, -0x1.2a0c591af8314p-23};
  DoubleDouble z = twoProduct(x.high, x.high);
  Value z2 = mul(z.high, z.high);

  // cos(pi x) = (1 - pi^2/2 x^2) + x^4 (...)
  DoubleDouble quadratic = twoProduct(f64(halfPiSquaredHigh), z.high);
  Value quadraticLow = fma(f64(halfPiSquaredHigh), z.low,
                           fma(f64(halfPiSquaredLow), z.high, quadratic.low));
  DoubleDouble main = fastTwoSum(f64(1), neg(quadratic.high));
  Value tail = fma(z2, polynomial(z.high, cosineSeries), main.low);
  tail = sub(tail, quadraticLow);

  // sin(pi x) = pi x + x^3 (...)
  DoubleDouble linear = twoProduct(f64(piHigh), x.high);
  Value sineTail = fma(f64(piLow), x.high, linear.low);
  sineTail = fma(mul(x.high, z.high), polynomial(z.high, sineSeries), sineTail);

  if (x.low) { // to first order: the second is below 2^-100
    Value turn = mul(f64(piHigh), x.low);
    Value cosine = add(main.high, tail), sine = add(linear.high, sineTail);
    sineTail = fma(turn, cosine, sineTail);
    tail = fma(neg(turn), sine, tail);
  }
  return {fastTwoSum(linear.high, sineTail), fastTwoSum(main.high, tail)};
}

/// x less the nearest multiple of 2, exactly: in [-1, 1].
Value Scalar::reduceToOneTurn(Value x) {
  // From 2^53 on every f64 is even.
  Value isEven = compare(FloatPredicate::OGE, x, f64(0x1p53));
  Value a = select(isEven, f64(0), x);
  Value shifted = fma(a, f64(0.5), f64(0x1p52));
  return fma(f64(-2), sub(shifted, f64(0x1p52)), a);
}

/// For y in [0, 1]: the distance to the nearest of 0, 1/2 and 1. `isNear` is
/// false where that is 1/2, so that sine and cosine change places.
Value Scalar::quarterArgument(Value y, Value &isNear) {
  Value beyondHalf = compare(FloatPredicate::OGT, y, f64(0.5));
  Value folded = select(beyondHalf, sub(f64(1), y), y);
  isNear = compare(FloatPredicate::OLE, folded, f64(0.25));
  return select(isNear, folded, sub(f64(0.5), folded));
}

Value Scalar::sinpi(Value x) {
  Type integer = builder.getI64Type(), real = builder.getF64Type();
  Value turn = reduceToOneTurn(abs(x));
  Value isNear, y = abs(turn);
  SineCosine both = sincospiQuarter({quarterArgument(y, isNear), {}});
  Value magnitude = select(isNear, both.sine, both.cosine);
  // Both signs flip the result.
  Value signs = builder.createOrFold<arith::XOrIOp>(loc, bitcast(turn, integer),
                                                    bitcast(x, integer));
  Value sign = builder.createOrFold<arith::AndIOp>(loc, signs, i64(INT64_MIN));
  Value result = builder.createOrFold<arith::XOrIOp>(
      loc, bitcast(magnitude, integer), sign);
  return bitcast(result, real);
}

Value Scalar::cospi(Value x) {
  Value isNear, y = abs(reduceToOneTurn(abs(x)));
  SineCosine both = sincospiQuarter({quarterArgument(y, isNear), {}});
  Value magnitude = select(isNear, both.cosine, both.sine);
  Value isNegative = compare(FloatPredicate::OGT, y, f64(0.5));
  return select(isNegative, neg(magnitude), magnitude);
}
