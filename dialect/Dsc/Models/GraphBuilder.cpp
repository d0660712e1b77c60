//===- GraphBuilder.cpp - how an architecture writes its graph ------------===//

#include "dialect/Dsc/Models/GraphBuilder.h"

#include "dialect/Plan/OperatorTable.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

int64_t dsc::saturatingProduct(int64_t a, int64_t b, int64_t c) {
  int64_t product;
  if (llvm::MulOverflow(a, b, product) ||
      llvm::MulOverflow(product, c, product))
    return std::numeric_limits<int64_t>::max();
  return product;
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

Attribute UnitBuilder::slotOf(const CallArgument &argument,
                              SmallVectorImpl<Value> &operands) {
  MLIRContext *context = builder.getContext();
  if (auto *value = std::get_if<Value>(&argument.value)) {
    operands.push_back(*value);
    return OperandAttr::get(context);
  }
  if (auto *dim = std::get_if<Dim>(&argument.value))
    return DimAttr::get(context, *dim);
  if (auto *dims = std::get_if<SmallVector<Dim>>(&argument.value))
    return DimsAttr::get(context, *dims);
  if (auto *real = std::get_if<double>(&argument.value))
    return builder.getF64FloatAttr(*real);
  if (auto *flag = std::get_if<bool>(&argument.value))
    return builder.getBoolAttr(*flag);
  if (auto *text = std::get_if<StringRef>(&argument.value))
    return builder.getStringAttr(*text);
  if (auto *type = std::get_if<Type>(&argument.value))
    return TypeAttr::get(*type);
  return builder.getUnitAttr();
}

SmallVector<Value>
UnitBuilder::callList(StringRef callee,
                      std::initializer_list<CallArgument> arguments) {
  SmallVector<Value> operands;
  SmallVector<Attribute> slots;
  for (const CallArgument &argument : arguments)
    slots.push_back(slotOf(argument, operands));
  if (llvm::any_of(operands, [](Value value) { return !value; }))
    return {};
  auto [name, overload] = callee.split('.');
  const Operator *entry = lookupOperator(name, overload);
  if (!entry) {
    mlir::emitError(loc) << "the operator table does not have " << callee;
    return {};
  }
  for (size_t i = slots.size(); i < entry->arguments.size(); ++i)
    slots.push_back(defaultSlot(entry->arguments[i], builder.getContext()));
  ArrayAttr slotArray = builder.getArrayAttr(slots);
  auto error = [&] { return mlir::emitError(loc) << callee << " "; };
  FailureOr<SmallVector<Type>> types =
      inferCallTypes(*entry, slotArray, ValueRange(operands).getTypes(), error);
  if (failed(types))
    return {};
  auto call = plan_ir::CallOp::create(builder, loc, *types, name, overload,
                                      slotArray, operands);
  return SmallVector<Value>(call.getResults());
}

Value UnitBuilder::call(StringRef callee,
                        std::initializer_list<CallArgument> arguments) {
  SmallVector<Value> results = callList(callee, arguments);
  return results.size() == 1 ? results.front() : Value();
}

Value UnitBuilder::use(StringRef parameter) {
  auto definition = graph.lookupSymbol<ParameterOp>(parameter);
  if (!definition) {
    mlir::emitError(loc) << "the graph has no parameter " << parameter;
    return {};
  }
  SmallVector<Dim> shape(definition.getShape().begin(),
                         definition.getShape().end());
  auto type = SymbolicTensorType::get(builder.getContext(), computeType, shape);
  return UseOp::create(builder, loc, type, parameter);
}

//===----------------------------------------------------------------------===//
// The graph
//===----------------------------------------------------------------------===//

GraphBuilder::GraphBuilder(OpBuilder &outer, Location loc, Type computeType)
    : builder(outer), loc(loc), computeType(computeType),
      graph(GraphOp::create(outer, loc, "model")) {
  builder.setInsertionPointToEnd(&graph.getBody().emplaceBlock());
}

Value GraphBuilder::input(StringRef field, Type element, ArrayRef<Dim> shape) {
  auto type = SymbolicTensorType::get(builder.getContext(), element, shape);
  return InputOp::create(builder, loc, type, field);
}

void GraphBuilder::parameter(const Twine &name, ArrayRef<int64_t> shape,
                             Role role, int64_t depth, Initial initial) {
  SmallString<64> storage;
  ParameterOp::create(builder, loc, name.toStringRef(storage), shape, role,
                      depth, initial.kind, APFloat(initial.scale),
                      /*group=*/IntegerAttr(), /*offset=*/IntegerAttr(),
                      /*frozen=*/false);
}

Value GraphBuilder::unit(const Twine &name, ValueRange inputs, UnitBody body) {
  if (llvm::any_of(inputs, [](Value value) { return !value; }))
    return {};
  Region region;
  Block &block = region.emplaceBlock();
  for (Value value : inputs)
    block.addArgument(value.getType(), loc);
  OpBuilder inside(builder.getContext()); // the block has no parent yet
  inside.setInsertionPointToEnd(&block);
  UnitBuilder calls(inside, loc, graph, computeType);
  Value result = body(calls, block.getArguments());
  if (!result)
    return {};
  YieldOp::create(inside, loc, result);
  SmallString<32> storage;
  auto unit = UnitOp::create(builder, loc, TypeRange(result.getType()),
                             name.toStringRef(storage), inputs);
  unit.getBody().takeBody(region);
  return unit.getResult(0);
}

LogicalResult GraphBuilder::outputs(Value loss, Value scores) {
  if (!loss || !scores)
    return failure();
  OutputsOp::create(builder, loc, loss, scores);
  return success();
}
