//===- Sgdr.cpp - half waves that grow longer -----------------------------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"

#include <cmath>

using namespace mlir;
using namespace dsc;

static constexpr size_t mostCycles = 256;

/// First steps of the cycles in a phase, then the end of the last; one more
/// cycle than allowed where there are too many.
static SmallVector<int64_t> listEdges(SgdrOp op, int64_t steps) {
  double growth = op.getGrowthAttr().getValueAsDouble(), length;
  if (op.getCycles()) {
    // The lengths 1, growth, growth^2 ... scaled to fill the phase.
    double whole = 0, next = 1;
    for (uint64_t i = 0; i < *op.getCycles() && i <= mostCycles; ++i) {
      whole += next;
      next *= growth;
    }
    length = static_cast<double>(steps) / whole;
  } else {
    length = static_cast<double>(stepsOf(op, "first"));
  }
  SmallVector<int64_t> edges{0};
  double reached = 0;
  while (edges.back() < steps && edges.size() < mostCycles + 2 &&
         (!op.getCycles() || edges.size() <= *op.getCycles())) {
    reached += length;
    length *= growth;
    // Beyond the phase only that matters, and the last cycle may be cut.
    double edge = std::min(std::floor(reached + 0.5), 0x1p60);
    edges.push_back(std::max(static_cast<int64_t>(edge), edges.back() + 1));
  }
  if (op.getCycles())
    edges.back() = std::max(steps, edges.back());
  return edges;
}

LogicalResult SgdrOp::checkResolved(int64_t steps) {
  // sgdr_c1
  if (getFirstAttr() && getCyclesAttr())
    return emitKeyError(*this, "cycles",
                        "'first' and 'cycles' both say how long a cycle is, "
                        "expected one of them");
  // sgdr_c2
  if (!getFirstAttr() && !getCyclesAttr())
    return refuseKey(*this, "",
                     "a phase of kind 'sgdr' has neither 'first' nor 'cycles'",
                     "write first = \"1000 steps\"");
  // sgdr_c3
  if (getGrowthAttr().getValueAsDouble() != 1 &&
      listEdges(*this, steps).size() > mostCycles + 1)
    return emitKeyError(*this, getCyclesAttr() ? "cycles" : "first")
           << "the phase comes to more than " << mostCycles
           << " cycles, expected fewer where 'growth' is not 1";
  return success();
}

/// A cycle's fall, its start lowered by decay^index.
static Value emitCycle(Scalar &s, const CurvePoint &p, Value index,
                       double decay, const Stretch &stretch) {
  Value start =
      decay == 1 ? p.from : s.mul(p.from, s.pow(s.f64(decay), s.toF64(index)));
  return emitBlend(s, start, p.to, emitHalfWave(s, stretch));
}

Value SgdrOp::emitCurve(Scalar &s, const CurvePoint &p) {
  double decay = getDecayAttr().getValueAsDouble();
  bool grows = getGrowthAttr().getValueAsDouble() != 1;
  if (getCycles() && !grows) {
    Piece piece = emitPiece(s, p, *getCycles());
    return emitCycle(s, p, piece.index, decay, piece.stretch);
  }
  Position position(s, p);
  if (!grows) {
    int64_t length = stepsOf(*this, "first");
    Value index = position.pieceOf(s, length);
    Value begin = s.mulI(index, s.i64(length));
    return emitCycle(s, p, index, decay,
                     position.within(s, begin, s.i64(length)));
  }
  SmallVector<int64_t> edges = listEdges(*this, p.steps);
  Value index = s.i64(0), begin = s.i64(0), length = s.i64(edges[1]);
  for (size_t i = 1; i + 1 < edges.size(); ++i) {
    Value isPast = position.isPast(s, s.i64(edges[i]));
    index = s.select(isPast, s.i64(i), index);
    begin = s.select(isPast, s.i64(edges[i]), begin);
    length = s.select(isPast, s.i64(edges[i + 1] - edges[i]), length);
  }
  return emitCycle(s, p, index, decay, position.within(s, begin, length));
}
