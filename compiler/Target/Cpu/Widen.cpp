//===- Widen.cpp ----------------------------------------------------------===//

#include "compiler/Target/Cpu/Widen.h"

#include "compiler/Target/Loops/Body.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace dsc;

VectorType dsc::widen(Type type) { return VectorType::get({kLanes}, type); }

Value dsc::splat(OpBuilder &builder, Location loc, Value scalar) {
  return vector::BroadcastOp::create(builder, loc, widen(scalar.getType()),
                                     scalar);
}

static void widenOp(OpBuilder &builder, Operation &op, IRMapping &mapping) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto wide = arith::ConstantOp::create(
        builder, op.getLoc(),
        DenseElementsAttr::get(widen(constant.getType()), constant.getValue()));
    mapping.map(constant.getResult(), wide.getResult());
    return;
  }
  Operation *wide = builder.clone(op, mapping);
  for (OpResult result : wide->getResults())
    result.setType(widen(result.getType()));
}

SmallVector<Value> dsc::inlineWideBody(OpBuilder &builder, func::FuncOp body,
                                       ValueRange arguments) {
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &op : body.front().without_terminator())
    widenOp(builder, op, mapping);
  return getResults(body, mapping);
}
