//===- Widen.cpp ----------------------------------------------------------===//

#include "compiler/Target/Cpu/Widen.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace dsc;

VectorType dsc::widen(Type type) { return VectorType::get({kLanes}, type); }

Value dsc::splat(OpBuilder &builder, Location loc, Value scalar) {
  return vector::BroadcastOp::create(builder, loc, widen(scalar.getType()),
                                     scalar);
}

/// Maps the arguments and hands the results of the terminator over.
static SmallVector<Value> getResults(func::FuncOp body,
                                     const IRMapping &mapping) {
  SmallVector<Value> results;
  for (Value value : body.front().getTerminator()->getOperands())
    results.push_back(mapping.lookup(value));
  return results;
}

SmallVector<Value> dsc::inlineBody(OpBuilder &builder, func::FuncOp body,
                                   ValueRange arguments) {
  IRMapping mapping;
  mapping.map(body.getArguments(), arguments);
  for (Operation &op : body.front().without_terminator())
    builder.clone(op, mapping);
  return getResults(body, mapping);
}

LogicalResult dsc::checkBody(func::FuncOp body) {
  if (body.isExternal())
    return body.emitError("found a declaration, expected a kernel's body");
  if (!body.getBody().hasOneBlock())
    return body.emitError("found branches, expected straight-line code");
  for (Operation &op : body.front().without_terminator())
    if (!isa<arith::ConstantOp>(op) &&
        !OpTrait::hasElementwiseMappableTraits(&op))
      return op.emitError("found '")
             << op.getName()
             << "' in a kernel's body, expected elementwise code";
  return success();
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
