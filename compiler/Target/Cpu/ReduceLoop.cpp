//===- ReduceLoop.cpp - block sums in sixteen f64 lanes -------------------===//
//
// The order of the additions is the definition of the reduction: see
// runtime/Artifact/KernelAbi.h. Elements past the arena's end add +0.
//
//===----------------------------------------------------------------------===//

#include "compiler/Target/Cpu/CpuFrame.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

static_assert(kReductionLanes == kLanes);

/// Adds sixteen elements to the lanes; with a mask, the absent ones add +0.
static SmallVector<Value> emitStep(CpuFrame &frame, Value index,
                                   ValueRange sums, Value mask) {
  OpBuilder &builder = frame.builder;
  SmallVector<Value> arguments = {frame.indices(index)};
  for (const Operand &operand : frame.operands) {
    if (!operand.isRead())
      continue;
    if (!mask) {
      arguments.push_back(frame.loadWide(operand, index));
      continue;
    }
    Type type = widen(operand.type);
    Value zero = arith::ConstantOp::create(builder, frame.loc,
                                           builder.getZeroAttr(type));
    Value address = frame.address(operand.base, operand.type, index);
    arguments.push_back(LLVM::MaskedLoadOp::create(
        builder, frame.loc, type, address, mask, zero,
        operand.type.getIntOrFloatBitWidth() / 8));
  }
  SmallVector<Value> values = inlineWideBody(builder, frame.body, arguments);
  SmallVector<Value> results;
  for (auto [sum, value] : llvm::zip_equal(sums, values)) {
    Value term = value;
    if (mask) {
      Value zero = arith::ConstantOp::create(
          builder, frame.loc, builder.getZeroAttr(value.getType()));
      term = arith::SelectOp::create(builder, frame.loc, mask, value, zero);
    }
    results.push_back(arith::AddFOp::create(builder, frame.loc, sum, term));
  }
  return results;
}

/// Lane l with l + 8, then + 4, + 2, + 1.
static Value combineLanes(CpuFrame &frame, Value lanes) {
  OpBuilder &builder = frame.builder;
  for (int64_t half = kLanes / 2; half >= 1; half /= 2) {
    auto low = llvm::to_vector(llvm::seq<int64_t>(0, half));
    auto high = llvm::to_vector(llvm::seq<int64_t>(half, 2 * half));
    Value a = vector::ShuffleOp::create(builder, frame.loc, lanes, lanes, low);
    Value b = vector::ShuffleOp::create(builder, frame.loc, lanes, lanes, high);
    lanes = arith::AddFOp::create(builder, frame.loc, a, b);
  }
  return vector::ExtractOp::create(builder, frame.loc, lanes, int64_t(0));
}

/// The elements after the last whole vector: only the arena's end has any.
static SmallVector<Value> emitTail(CpuFrame &frame, Value from, Value end,
                                   ValueRange sums) {
  OpBuilder &builder = frame.builder;
  auto branch = scf::IfOp::create(
      builder, frame.loc, frame.less(from, end),
      [&](OpBuilder &, Location) {
        Value mask = arith::CmpIOp::create(
            builder, frame.loc, arith::CmpIPredicate::slt, frame.indices(from),
            splat(builder, frame.loc, end));
        scf::YieldOp::create(builder, frame.loc,
                             emitStep(frame, from, sums, mask));
      },
      [&](OpBuilder &, Location) {
        scf::YieldOp::create(builder, frame.loc, sums);
      });
  return SmallVector<Value>(branch.getResults());
}

/// The sums of one block.
static SmallVector<Value> emitBlock(CpuFrame &frame, Value block) {
  OpBuilder &builder = frame.builder;
  auto [start, end] = emitBlockRange(frame, block);
  Value wideEnd = frame.andI(end, -kLanes);
  Value zero = arith::ConstantOp::create(
      builder, frame.loc, builder.getZeroAttr(widen(builder.getF64Type())));
  SmallVector<Value> sums(frame.body.getNumResults(), zero);
  ValueRange whole = frame.loop(start, wideEnd, frame.i64(kLanes), sums,
                                [&](Value index, ValueRange carried) {
                                  return emitStep(frame, index, carried, {});
                                });
  sums = emitTail(frame, wideEnd, end, whole);
  for (Value &sum : sums)
    sum = combineLanes(frame, sum);
  return sums;
}

void CpuFrame::emitReduce() {
  loop(begin, end, i64(1), [&](Value block) {
    storePartials(*this, block, emitBlock(*this, block));
  });
}
