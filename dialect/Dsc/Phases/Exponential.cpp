//===- Exponential.cpp - the same factor at every step --------------------===//

#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

StringRef ExponentialOp::expectedEnds(double from, double to) {
  return from > 0 && to > 0 ? "" : "two positive ends";
}

Value ExponentialOp::emitCurve(Scalar &s, const CurvePoint &p) {
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
