//===- Position.cpp - steps within a phase --------------------------------===//
//
// `left` and `right` put every point on a whole step. The other forms do not,
// and a step is then whole + part / denominator, exactly.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Curve.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace dsc;

using IntegerPredicate = arith::CmpIPredicate;

Position::Position(Scalar &s, const CurvePoint &p)
    : denominator(p.denominator) {
  closes = p.closes
               ? s.compare(IntegerPredicate::sge, s.i64(1), s.i64(0))
               : s.compare(IntegerPredicate::sge, p.numerator, p.denominator);
  // steps / denominator is nearly 1 as a rule, so what is left of it times the
  // numerator does not overflow.
  Value steps = s.i64(p.steps);
  Value ratio = s.divI(steps, denominator);
  Value rest = s.remI(steps, denominator);
  Value up = s.compare(IntegerPredicate::sgt, s.addI(rest, rest), denominator);
  ratio = s.select(up, s.addI(ratio, s.i64(1)), ratio);
  rest = s.select(up, s.subI(rest, denominator), rest);
  whole = s.mulI(ratio, p.numerator);
  part = s.i64(0);
  if (matchPattern(rest, m_Zero()))
    return;

  Value product = s.mulI(rest, p.numerator);
  Value quotient = s.divI(product, denominator);
  part = s.remI(product, denominator);
  Value below = s.compare(IntegerPredicate::slt, part, s.i64(0));
  quotient = s.select(below, s.subI(quotient, s.i64(1)), quotient);
  part = s.select(below, s.addI(part, denominator), part);
  whole = s.addI(whole, quotient);
}

bool Position::isWhole() const { return matchPattern(part, m_Zero()); }

DoubleDouble Position::toDoubleDouble(Scalar &s) const {
  return since(s, s.i64(0));
}

DoubleDouble Position::since(Scalar &s, Value begin) const {
  DoubleDouble steps{s.toF64(s.subI(whole, begin)), {}};
  if (isWhole())
    return {steps.high, s.f64(0)};
  return s.add(steps, s.divide(s.toF64(part), s.toF64(denominator)));
}

Value Position::isPast(Scalar &s, Value begin) const {
  Value inside = s.compare(IntegerPredicate::sge, whole, begin);
  Value onEdge = s.compare(IntegerPredicate::eq, whole, begin);
  Value noPart = s.compare(IntegerPredicate::eq, part, s.i64(0));
  Value no = s.compare(IntegerPredicate::slt, s.i64(1), s.i64(0));
  Value stays = s.select(onEdge, s.select(noPart, closes, no), no);
  return s.select(stays, no, inside);
}

Value Position::pieceOf(Scalar &s, int64_t every) const {
  Value noPart = s.compare(IntegerPredicate::eq, part, s.i64(0));
  Value onEdge = s.select(noPart, closes, noPart);
  Value last = s.select(onEdge, s.subI(whole, s.i64(1)), whole);
  Value early = s.compare(IntegerPredicate::slt, last, s.i64(0));
  return s.divI(s.select(early, s.i64(0), last), s.i64(every));
}

Stretch Position::within(Scalar &s, Value begin, Value length) const {
  DoubleDouble passed = since(s, begin);
  DoubleDouble remaining = s.negate(since(s, s.addI(begin, length)));
  DoubleDouble whole{s.toF64(length), {}};
  return {s.divide(passed, whole), s.divide(remaining, whole)};
}

Piece dsc::emitPiece(Scalar &s, const CurvePoint &p, int64_t pieces) {
  // Of `pieces` m / d the integer part, and an edge to the piece it closes.
  Value scaled = s.mulI(s.i64(pieces), p.numerator);
  Value isEnd = s.compare(IntegerPredicate::sge, p.numerator, p.denominator);
  Value before = s.subI(scaled, s.i64(1));
  Value closed = p.closes ? before : s.select(isEnd, before, scaled);
  Value early = s.compare(IntegerPredicate::slt, closed, s.i64(0));
  Value index = s.divI(s.select(early, s.i64(0), closed), p.denominator);
  Value passed = s.subI(scaled, s.mulI(index, p.denominator));
  Value denominator = s.toF64(p.denominator);
  Value remaining = s.toF64(s.subI(p.denominator, passed));
  return {index,
          {s.divide(s.toF64(passed), denominator),
           s.divide(remaining, denominator)}};
}
