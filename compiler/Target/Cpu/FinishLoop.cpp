//===- FinishLoop.cpp - block sums to uniforms ----------------------------===//
//
// Combines the block sums of each reduction in a pairwise tree by block index,
// in place.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Cpu/CpuFrame.h"
#include "compiler/Target/Loops/Finish.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace dsc;

/// One level of the tree over `count` sums at `base`: neighbours are added, an
/// odd last one passes up. Returns how many are left.
static Value emitLevel(CpuFrame &frame, Value base, Value count) {
  OpBuilder &builder = frame.builder;
  Type f64 = builder.getF64Type();
  Value one = frame.i64(1);
  Value pairs = arith::ShRSIOp::create(builder, frame.loc, count, one);
  frame.loop(frame.i64(0), pairs, one, [&](Value pair) {
    Value left = frame.addI(pair, pair);
    Value sum =
        arith::AddFOp::create(builder, frame.loc, frame.load(base, f64, left),
                              frame.load(base, f64, frame.addI(left, one)));
    frame.store(sum, base, f64, pair);
  });
  Value odd = frame.andI(count, 1);
  frame.onlyIf(frame.less(frame.i64(0), odd), [&] {
    Value last = frame.addI(count, frame.i64(-1));
    frame.store(frame.load(base, f64, last), base, f64, pairs);
  });
  return frame.addI(pairs, odd);
}

void CpuFrame::emitFinish() {
  SmallVector<Value> sums = placeSums(*this);
  emitTrees(*this, sums, [&](Value base, Value count) {
    return emitLevel(*this, base, count);
  });
  emitStepValues(*this, sums);
}
