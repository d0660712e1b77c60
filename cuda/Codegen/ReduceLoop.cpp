//===- ReduceLoop.cpp - block sums, a lane to a thread --------------------===//
//
// The order of the additions is the definition of the reduction: see
// runtime/Artifact/KernelAbi.h. Sixteen threads take the sixteen lanes of a
// reduction block, so a thread's additions are those of its lane, and what they
// load together is contiguous. One of them combines the lanes.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Loops/Body.h"
#include "cuda/Codegen/GpuFrame.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

/// Elements of a lane that a thread loads before it adds the first: as many as
/// hide the memory's latency where there are few blocks.
static constexpr int64_t kAhead = 32;
static_assert(kBlockElements % (kReductionLanes * kAhead) == 0);

/// Adds `count` elements of a lane, from `index` on.
static SmallVector<Value> emitTerms(GpuFrame &frame, Value index,
                                    ValueRange sums, int64_t count) {
  OpBuilder &builder = frame.builder;
  SmallVector<SmallVector<Value>> arguments;
  for (int64_t i = 0; i < count; ++i) {
    Value element = frame.addI(index, frame.i64(i * kReductionLanes));
    SmallVector<Value> &own = arguments.emplace_back();
    own.push_back(element);
    for (const Operand &operand : frame.operands)
      if (operand.isRead())
        own.push_back(frame.load(operand.base, operand.type, element));
  }
  SmallVector<Value> results(sums);
  for (ArrayRef<Value> own : arguments)
    for (auto [sum, term] :
         llvm::zip_equal(results, inlineBody(builder, frame.body, own)))
      sum = arith::AddFOp::create(builder, frame.loc, sum, term);
  return results;
}

/// The sums of one lane of [start, end), of which `start` is the lane's first
/// element.
static SmallVector<Value> emitLane(GpuFrame &frame, Value start, Value end) {
  SmallVector<Value> sums(frame.body.getNumResults(), frame.f64(0));
  auto emitLoop = [&](Value from, Value to, int64_t count, ValueRange carried) {
    Value step = frame.i64(count * kReductionLanes);
    // Where the next loop goes on travels with the sums.
    SmallVector<Value> values(carried);
    values.push_back(from);
    return SmallVector<Value>(frame.loop(
        from, to, step, values, [&](Value index, ValueRange current) {
          SmallVector<Value> next =
              emitTerms(frame, index, current.drop_back(), count);
          next.push_back(frame.addI(index, step));
          return next;
        }));
  };
  Value lastStart = frame.addI(end, frame.i64((1 - kAhead) * kReductionLanes));
  SmallVector<Value> whole = emitLoop(start, lastStart, kAhead, sums);
  Value rest = whole.pop_back_val();
  SmallVector<Value> all = emitLoop(rest, end, 1, whole);
  all.pop_back();
  return all;
}

/// Lane l with l + 8, then + 4, + 2, + 1, of the sixteen sums at `place`.
static Value combineLanes(GpuFrame &frame, Value place, Value first) {
  Type f64 = frame.builder.getF64Type();
  SmallVector<Value> lanes;
  for (int64_t lane = 0; lane < kReductionLanes; ++lane)
    lanes.push_back(frame.load(place, f64, frame.addI(first, frame.i64(lane))));
  for (int64_t half = kReductionLanes / 2; half >= 1; half /= 2)
    for (int64_t lane = 0; lane < half; ++lane)
      lanes[lane] = arith::AddFOp::create(frame.builder, frame.loc, lanes[lane],
                                          lanes[lane + half]);
  return lanes[0];
}

void GpuFrame::emitReduce() {
  Type f64 = builder.getF64Type();
  int64_t reductions = body.getNumResults(), together = geometry.span;
  SmallVector<Value> places;
  for (int64_t r = 0; r < reductions; ++r)
    places.push_back(share("lanes" + std::to_string(r), f64, geometry.threads));
  Value lane = andI(entry.thread, kReductionLanes - 1);
  Value own =
      arith::DivUIOp::create(builder, loc, entry.thread, i64(kReductionLanes));
  // All threads of a thread block go round equally often, for the barriers.
  loop(addI(begin, mulI(entry.block, together)), end,
       mulI(entry.grid, together), [&](Value first) {
         Value block = addI(first, own), exists = less(block, end);
         auto [start, stop] = emitBlockRange(*this, block);
         Value bound =
             arith::SelectOp::create(builder, loc, exists, stop, i64(0));
         for (auto [place, sum] : llvm::zip_equal(
                  places, emitLane(*this, addI(start, lane), bound)))
           store(sum, place, f64, entry.thread);
         barrier();
         Value combines =
             arith::AndIOp::create(builder, loc, exists, less(lane, i64(1)));
         onlyIf(combines, [&] {
           SmallVector<Value> sums;
           for (Value place : places)
             sums.push_back(combineLanes(*this, place, entry.thread));
           storePartials(*this, block, sums);
         });
         barrier();
       });
}
