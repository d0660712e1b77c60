//===- FinishLoop.cpp - block sums to uniforms ----------------------------===//
//
// Combines the block sums of each reduction in a pairwise tree by block index,
// in place, and stores what the body makes of the sums.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Cpu/KernelFrame.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

/// One level of the tree over `count` sums at `base`: neighbours are added, an
/// odd last one passes up. Returns how many are left.
static Value emitLevel(KernelFrame &frame, Value base, Value count) {
  OpBuilder &builder = frame.builder;
  Type f64 = builder.getF64Type();
  Value one = frame.i64(1);
  Value pairs = arith::ShRSIOp::create(builder, frame.loc, count, one);
  frame.loop(frame.i64(0), pairs, 1, {}, [&](Value pair, ValueRange) {
    Value left = frame.addI(pair, pair);
    Value sum =
        arith::AddFOp::create(builder, frame.loc, frame.load(base, f64, left),
                              frame.load(base, f64, frame.addI(left, one)));
    frame.store(sum, base, f64, pair);
    return SmallVector<Value>();
  });
  Value odd = frame.andI(count, 1);
  Value isOdd = frame.less(frame.i64(0), odd);
  scf::IfOp::create(builder, frame.loc, isOdd, [&](OpBuilder &, Location) {
    Value last = frame.addI(count, frame.i64(-1));
    frame.store(frame.load(base, f64, last), base, f64, pairs);
    scf::YieldOp::create(builder, frame.loc);
  });
  return frame.addI(pairs, odd);
}

static Value emitTree(KernelFrame &frame, Value base, Value count) {
  OpBuilder &builder = frame.builder;
  scf::WhileOp::create(
      builder, frame.loc, count.getType(), count,
      [&](OpBuilder &, Location, ValueRange left) {
        scf::ConditionOp::create(builder, frame.loc,
                                 frame.less(frame.i64(1), left[0]), left);
      },
      [&](OpBuilder &, Location, ValueRange left) {
        scf::YieldOp::create(builder, frame.loc,
                             emitLevel(frame, base, left[0]));
      });
  return frame.load(base, builder.getF64Type(), frame.i64(0));
}

void dsc::emitFinish(KernelFrame &frame) {
  OpBuilder &builder = frame.builder;
  Type f64 = builder.getF64Type();
  const Operand &partials = frame.operand(Access::partials);
  SmallVector<Value> arguments = {
      frame.load(frame.operand(Access::counters).base, builder.getI64Type(),
                 frame.i64(kStep))};
  const Operand *state = llvm::find_if(frame.operands, [](const Operand &op) {
    return op.access == Access::state;
  });
  bool hasState = state != frame.operands.end();
  BufferOp stateBuffer = hasState ? state->buffer : BufferOp();
  unsigned slots = hasState ? unsigned(stateBuffer.getCount()) : 0;
  for (unsigned r = 0, e = frame.body.getNumArguments() - 1 - slots; r < e;
       ++r) {
    Value first =
        arith::MulIOp::create(builder, frame.loc, frame.end, frame.i64(r));
    Value base = frame.address(partials.base, f64, first);
    arguments.push_back(emitTree(frame, base, frame.end));
  }
  for (unsigned slot = 0; slot < slots; ++slot)
    arguments.push_back(frame.load(state->base, f64, frame.i64(slot)));
  auto call = func::CallOp::create(builder, frame.loc, frame.body, arguments);
  auto store = [&](ValueRange values, Value base) {
    for (auto [slot, value] : llvm::enumerate(values))
      frame.store(value, base, f64, frame.i64(int64_t(slot)));
  };
  store(call.getResults().drop_back(slots),
        frame.operand(Access::uniforms).base);
  if (hasState)
    store(call.getResults().take_back(slots), state->base);
}
