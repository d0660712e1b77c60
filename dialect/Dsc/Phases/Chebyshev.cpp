//===- Chebyshev.cpp - step sizes in their fractal order ------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"

#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace dsc;

StringRef ChebyshevOp::expectedEnds(double from, double to) {
  return from > 0 && to > 0 ? "" : "two positive ends";
}

LogicalResult ChebyshevOp::checkResolved(int64_t steps) {
  uint64_t sizes = getCount().value_or(steps);
  if (llvm::isPowerOf2_64(sizes))
    return success();
  uint64_t below = llvm::bit_floor(sizes), above = 2 * below;
  // chebyshev_c1
  if (getCountAttr())
    return refuseKey(*this, "count",
                     "'count' is " + Twine(sizes) + ", expected a power of two",
                     "write count = " + Twine(below) + " or " + Twine(above));
  // chebyshev_c2
  return refuseKey(*this, "length",
                   "the phase comes to " + Twine(sizes) +
                       " steps, expected a power of two without 'count'",
                   "write length = \"" + Twine(below) + " steps\" or \"" +
                       Twine(above) +
                       " steps\"; or count = 8, for as many step sizes over "
                       "any length");
}

/// The size that comes at `index` of `sizes`. Where the order of 2 T goes on
/// from that of T, the last bit of an index says whether it is a mirror image;
/// with s below T, T - 1 - s is s with all its bits turned.
static Value emitOrder(Scalar &s, Value index, int64_t sizes) {
  unsigned levels = llvm::Log2_64_Ceil(sizes);
  Value size = s.i64(0);
  for (unsigned level = 1; level <= levels; ++level) {
    Value isMirror =
        s.andI(s.shiftRightUnsigned(index, levels - level), s.i64(1));
    int64_t allBits = (int64_t(1) << level) - 1;
    size = s.xorI(size, s.mulI(isMirror, s.i64(allBits)));
  }
  return size;
}

Value ChebyshevOp::emitCurve(Scalar &s, const CurvePoint &p) {
  int64_t sizes = getCount().value_or(p.steps);
  Value index = getCountAttr() ? emitPiece(s, p, sizes).index
                               : Position(s, p).pieceOf(s, 1);
  Value size = emitOrder(s, index, sizes);
  // The angle as a share of half a wave, (2 size + 1) / (2 sizes).
  Value passed = s.addI(s.mulI(size, s.i64(2)), s.i64(1));
  Value whole = s.toF64(s.i64(2 * sizes));
  Value remaining = s.subI(s.i64(2 * sizes), passed);
  Weights weights = emitHalfWave(s, {s.divide(s.toF64(passed), whole),
                                     s.divide(s.toF64(remaining), whole)});
  // from / (cos^2 + sin^2 from / to)
  Value ratio = s.div(p.from, p.to);
  return s.div(p.from, s.fma(ratio, weights.ofTo, weights.ofFrom));
}
