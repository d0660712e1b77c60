//===- FinishTree.cpp - block sums to uniforms ----------------------------===//
//
// The pairwise tree over the block sums, three of its levels at a time, by all
// threads of one thread block: one thread alone would need milliseconds for a
// large model. What the body makes of the sums is then the work of one.
//
//===----------------------------------------------------------------------===//

#include "cuda/Codegen/GpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace dsc;

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
  Value nodes = arith::DivUIOp::create(builder, frame.loc,
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

void GpuFrame::emitFinish() {
  SmallVector<Value> sums = emitTrees(*this, [&](Value base, Value count) {
    return emitLevels(*this, base, count);
  });
  onlyFirstThread([&] { emitStepValues(*this, sums); });
}
