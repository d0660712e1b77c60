//===- FinishTree.cpp - block sums to uniforms ----------------------------===//
//
// The pairwise tree over the block sums, three of its levels at a time, by the
// threads of one thread block: one thread alone would need milliseconds for a
// large model. What the body makes of the sums is then the work of one. The
// rest of the body, the schedule above all, is a chain of hundreds of f64
// operations as long as the tree: the block's last warp walks it meanwhile,
// outside the barriers of the tree.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Loops/Finish.h"
#include "cuda/Codegen/GpuFrame.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace dsc;

/// Sums that a thread combines: three levels of pairs.
static constexpr int64_t kFan = 8;

/// Whether the `i`-th sum of a node is there, of which `left` are; a comparison
/// of 64 bits would cost two.
static Value emitExists(GpuFrame &frame, Value left, int64_t i) {
  Value number = arith::ConstantOp::create(frame.builder, frame.loc,
                                           frame.builder.getI32IntegerAttr(i));
  return frame.less(number, left);
}

/// Of the kFan sums of a node, how many there are; the first one is.
static Value emitLeft(GpuFrame &frame, Value count, Value node) {
  OpBuilder &builder = frame.builder;
  return arith::TruncIOp::create(
      builder, frame.loc, builder.getI32Type(),
      arith::MinSIOp::create(builder, frame.loc,
                             arith::SubIOp::create(builder, frame.loc, count,
                                                   frame.mulI(node, kFan)),
                             frame.i64(kFan)));
}

/// The sums of a node, of which `left` are there. In the place of one that is
/// absent the first is loaded, for nothing.
static SmallVector<Value> emitLoads(GpuFrame &frame, Value base, Value node,
                                    Value left) {
  OpBuilder &builder = frame.builder;
  Type f64 = builder.getF64Type();
  Value place = frame.address(base, f64, frame.mulI(node, kFan));
  SmallVector<Value> values;
  for (int64_t i = 0; i < kFan; ++i) {
    Value inside =
        arith::SelectOp::create(builder, frame.loc, emitExists(frame, left, i),
                                frame.i64(i), frame.i64(0));
    values.push_back(frame.load(place, f64, inside));
  }
  return values;
}

/// The tree over a node's sums: an absent right neighbour leaves the left one
/// as it is.
static Value emitNode(GpuFrame &frame, ValueRange sums, Value left) {
  OpBuilder &builder = frame.builder;
  SmallVector<Value> values(sums);
  for (int64_t distance = 1; distance < kFan; distance *= 2)
    for (int64_t to = 0; to < kFan; to += 2 * distance) {
      int64_t from = to + distance;
      Value sum =
          arith::AddFOp::create(builder, frame.loc, values[to], values[from]);
      values[to] = arith::SelectOp::create(
          builder, frame.loc, emitExists(frame, left, from), sum, values[to]);
    }
  return values[0];
}

/// Combines `count` sums in place and returns how many are left. The nodes of a
/// round of the loop are written where this round or one before has read: hence
/// the barrier in between, which also keeps the assembler from loading one sum
/// after the other.
static Value emitLevels(GpuFrame &frame, int64_t threads, Value base,
                        Value count) {
  OpBuilder &builder = frame.builder;
  Type f64 = builder.getF64Type();
  Value nodes = arith::DivUIOp::create(builder, frame.loc,
                                       frame.addI(count, frame.i64(kFan - 1)),
                                       frame.i64(kFan));
  auto yield = [&](ValueRange values) {
    scf::YieldOp::create(builder, frame.loc, values);
  };
  frame.loop(frame.i64(0), nodes, frame.i64(threads), [&](Value first) {
    Value node = frame.addI(first, frame.entry.thread);
    Value exists = frame.less(node, nodes);
    Value left = emitLeft(frame, count, node);
    auto loaded = scf::IfOp::create(
        builder, frame.loc, exists,
        [&](OpBuilder &, Location) {
          yield(emitLoads(frame, base, node, left));
        },
        [&](OpBuilder &, Location) {
          yield(SmallVector<Value>(kFan, frame.f64(0)));
        });
    frame.barrierOf(threads);
    frame.onlyIf(exists, [&] {
      frame.store(emitNode(frame, loaded.getResults(), left), base, f64, node);
    });
  });
  frame.barrierOf(threads);
  return nodes;
}

void GpuFrame::emitFinish() {
  SmallVector<Value> sums = placeSums(*this);
  auto emitTreesBy = [&](int64_t threads) {
    emitTrees(*this, sums, [&](Value base, Value count) {
      return emitLevels(*this, threads, base, count);
    });
  };
  StepValues values(*this);
  if (!values.hasEarlyPart()) {
    emitTreesBy(geometry.threads);
    onlyFirstThread([&] { emitStepValues(*this, sums); });
    return;
  }
  Value place;
  if (values.countHandedOver() > 0)
    place =
        share("handed_over", builder.getI64Type(), values.countHandedOver());
  int64_t others = geometry.threads - kWarp;
  onlyIf(less(entry.thread, i64(others)), [&] { emitTreesBy(others); });
  Value isNext = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       entry.thread, i64(others));
  onlyIf(isNext, [&] { values.emitEarly(place); });
  if (values.mustMeet())
    barrier();
  onlyFirstThread([&] { values.emitLate(sums, place); });
}
