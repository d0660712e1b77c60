//===- FinishTree.cpp - block sums to uniforms ----------------------------===//
//
// The pairwise tree over the block sums, three of its levels at a time, by all
// threads of one thread block: one thread alone would need milliseconds for a
// large model. What the body makes of the sums is then the work of one.
//
//===----------------------------------------------------------------------===//

#include "cuda/Codegen/GpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

/// Sums that a thread combines: three levels of pairs.
static constexpr int64_t kFan = 8;

/// The tree over the sums [kFan * node, kFan * (node + 1)) of `count`: an
/// absent right neighbour leaves the left one as it is.
static Value emitNode(GpuFrame &frame, Value base, Value count, Value node) {
  OpBuilder &builder = frame.builder;
  Value first = frame.mulI(node, kFan), last = frame.addI(count, frame.i64(-1));
  SmallVector<Value> values, exists;
  for (int64_t i = 0; i < kFan; ++i) {
    Value index = frame.addI(first, frame.i64(i));
    exists.push_back(frame.less(index, count));
    Value inside = arith::MinSIOp::create(builder, frame.loc, index, last);
    values.push_back(frame.load(base, builder.getF64Type(), inside));
  }
  for (int64_t distance = 1; distance < kFan; distance *= 2)
    for (int64_t left = 0; left < kFan; left += 2 * distance) {
      int64_t right = left + distance;
      Value sum = arith::AddFOp::create(builder, frame.loc, values[left],
                                        values[right]);
      values[left] = arith::SelectOp::create(builder, frame.loc, exists[right],
                                             sum, values[left]);
    }
  return values[0];
}

/// Combines `count` sums in place and returns how many are left. A node is
/// written before those that later rounds read, but among those that this round
/// reads: hence the barrier in between.
static Value emitLevels(GpuFrame &frame, Value base, Value count) {
  OpBuilder &builder = frame.builder;
  Type f64 = builder.getF64Type();
  Value nodes =
      arith::DivUIOp::create(builder, frame.loc,
                             frame.addI(count, frame.i64(kFan - 1)),
                             frame.i64(kFan));
  frame.loop(frame.i64(0), nodes, frame.i64(frame.geometry.threads),
             [&](Value first) {
               Value node = frame.addI(first, frame.entry.thread);
               Value sum = emitNode(frame, base, count, node);
               frame.barrier();
               frame.onlyIf(frame.less(node, nodes),
                            [&] { frame.store(sum, base, f64, node); });
               frame.barrier();
             });
  return nodes;
}

static void emitTree(GpuFrame &frame, Value base, Value count) {
  OpBuilder &builder = frame.builder;
  scf::WhileOp::create(
      builder, frame.loc, count.getType(), count,
      [&](OpBuilder &, Location, ValueRange left) {
        scf::ConditionOp::create(builder, frame.loc,
                                 frame.less(frame.i64(1), left[0]), left);
      },
      [&](OpBuilder &, Location, ValueRange left) {
        scf::YieldOp::create(builder, frame.loc,
                             emitLevels(frame, base, left[0]));
      });
}

void GpuFrame::emitFinish() {
  Type f64 = builder.getF64Type();
  Value partials = operand(Access::partials).base;
  SmallVector<Value> bases;
  for (unsigned r = 0, e = countReductions(*this); r < e; ++r)
    bases.push_back(address(partials, f64, mulI(end, r)));
  for (Value base : bases)
    emitTree(*this, base, end);
  onlyFirstThread([&] {
    SmallVector<Value> sums;
    for (Value base : bases)
      sums.push_back(load(base, f64, i64(0)));
    emitStepValues(*this, sums);
  });
}
