//===- Body.cpp -----------------------------------------------------------===//

#include "compiler/Target/Loops/Body.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace dsc;

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

SmallVector<Value> dsc::getResults(func::FuncOp body,
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
