//===- Curve.h - what the curves of phases are made of ----------*- C++ -*-===//
//
// Most curves are `from` times one weight plus `to` times another. The weights
// add up to 1, but each is computed for itself, so that a fall to a small value
// keeps its relative accuracy. Other curves count steps: whole ones in
// integers, so that a stair or a cycle begins at the same step at any length.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_CURVE_H
#define DSC_DIALECT_DSC_CURVE_H

#include "dialect/Dsc/Scalar.h"

namespace dsc {

struct Weights {
  mlir::Value ofFrom, ofTo; ///< f64
};

/// from ofFrom + to ofTo.
mlir::Value emitBlend(Scalar &s, mlir::Value from, mlir::Value to,
                      const Weights &weights);
mlir::Value emitBlend(Scalar &s, const CurvePoint &p, const Weights &weights);

/// A fraction and what is missing to 1, neither as a difference of the other.
struct Stretch {
  DoubleDouble passed, remaining;
};

/// Of the phase.
Stretch emitStretch(Scalar &s, const CurvePoint &p);

/// Half a cosine wave over a stretch; `waves` waves of the phase, at least a
/// half, in place of it; either to a power.
Weights emitHalfWave(Scalar &s, const Stretch &stretch);
Weights emitWaves(Scalar &s, const CurvePoint &p, double waves,
                  double exponent);

/// base^exponent and 1 - base^exponent, from the logarithm of the base; where
/// `isZero` the base is 0.
Weights emitPower(Scalar &s, DoubleDouble logarithm, double exponent,
                  mlir::Value isZero);

/// (exp(-rate x) - exp(-rate)) / (1 - exp(-rate)): an exponential that arrives.
Weights emitExponentialFall(Scalar &s, const Stretch &stretch,
                            DoubleDouble rate);

/// from (to / from)^x; both are positive.
mlir::Value emitGeometric(Scalar &s, const CurvePoint &p);

/// Steps since the phase began: whole + part / denominator, with 0 <= part <
/// denominator.
class Position {
public:
  Position(Scalar &s, const CurvePoint &p);

  mlir::Value whole, part, denominator; ///< i64
  mlir::Value closes; ///< whether an edge belongs to the piece before it

  /// As a sum of two f64.
  DoubleDouble toDoubleDouble(Scalar &s) const;
  /// Steps since `begin` (i64).
  DoubleDouble since(Scalar &s, mlir::Value begin) const;
  /// Whether the point lies in a piece that begins at a step.
  mlir::Value isPast(Scalar &s, mlir::Value begin) const;
  /// Which piece it lies in when each has `every` steps.
  mlir::Value pieceOf(Scalar &s, int64_t every) const;
  /// The fraction passed of [begin, begin + length), both i64.
  Stretch within(Scalar &s, mlir::Value begin, mlir::Value length) const;

private:
  bool isWhole() const;
};

/// The phase as `pieces` equal ones: which the point lies in, and how far.
struct Piece {
  mlir::Value index;
  Stretch stretch;
};
Piece emitPiece(Scalar &s, const CurvePoint &p, int64_t pieces);

} // namespace dsc

#endif // DSC_DIALECT_DSC_CURVE_H
