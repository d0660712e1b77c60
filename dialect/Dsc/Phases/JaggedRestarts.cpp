//===- JaggedRestarts.cpp - a fall and a rise round every restart ---------===//

#include "dialect/Dsc/Curve.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

bool JaggedRestartsOp::runsTo() { return false; }

static int64_t annealOf(JaggedRestartsOp op) {
  return op.getAnnealAttr() ? stepsOf(op, "anneal") : 0;
}

LogicalResult JaggedRestartsOp::checkResolved(int64_t steps) {
  int64_t every = stepsOf(*this, "every"), warmup = stepsOf(*this, "warmup");
  int64_t taken = warmup + annealOf(*this);
  // jagged_restarts_c1
  if (taken <= every)
    return success();
  return refuseKey(*this, "every",
                   "restarts come every " + Twine(every) +
                       " steps, but 'warmup'" +
                       (getAnnealAttr() ? " and 'anneal' take " : " takes ") +
                       Twine(taken) + ", expected no more",
                   "write every = \"" + Twine(taken) + " steps\" or more");
}

static Weights select(Scalar &s, Value condition, Weights a, Weights b) {
  return {s.select(condition, a.ofFrom, b.ofFrom),
          s.select(condition, a.ofTo, b.ofTo)};
}

Value JaggedRestartsOp::emitCurve(Scalar &s, const CurvePoint &p) {
  int64_t every = stepsOf(*this, "every"), warmup = stepsOf(*this, "warmup");
  int64_t anneal = annealOf(*this);
  Position position(s, p);
  Value index = position.pieceOf(s, every);
  Value begin = s.mulI(index, s.i64(every));
  Stretch rise = position.within(s, begin, s.i64(warmup));
  Weights top{s.f64(0), s.f64(1)};
  Weights weights = select(s, position.isPast(s, s.addI(begin, s.i64(warmup))),
                           top, {rise.remaining.high, rise.passed.high});
  // Nothing was restarted before the first cycle.
  Value isFirst = s.compare(arith::CmpIPredicate::eq, index, s.i64(0));
  weights = select(s, isFirst, top, weights);
  if (anneal) {
    Value start = s.addI(begin, s.i64(every - anneal));
    Stretch fall = position.within(s, start, s.i64(anneal));
    weights = select(s, position.isPast(s, start),
                     {fall.passed.high, fall.remaining.high}, weights);
  }
  return emitBlend(s, s.f64(rateOf(*this, "bottom")),
                   s.f64(rateOf(*this, "top")), weights);
}
