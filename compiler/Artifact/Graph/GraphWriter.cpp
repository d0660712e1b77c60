//===- GraphWriter.cpp - the model graph as plan tables -------------------===//

#include "compiler/Artifact/Graph/GraphWriter.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

plan::DType dsc::toPlanType(Type element) {
  if (element.isF32())
    return plan::DType::f32;
  if (element.isF64())
    return plan::DType::f64;
  if (element.isBF16())
    return plan::DType::bf16;
  if (element.isF16())
    return plan::DType::f16;
  if (element.isInteger(64))
    return plan::DType::i64;
  return element.isInteger(32) ? plan::DType::i32 : plan::DType::i1;
}

namespace {
class GraphWriter {
public:
  GraphWriter(FlatBufferBuilder &out, GraphOp graph) : out(out), graph(graph) {}

  Offset<plan::Graph> write();

private:
  using Sizes = Offset<flatbuffers::Vector<const plan::SymbolicInt *>>;

  int32_t addValue(Value value, const std::string &name);
  Sizes writeSizes(ArrayRef<Dim> sizes);
  Offset<plan::Operand> writeOperand(Value value);
  Offset<plan::Operand> writeList(OperandRange values);
  Offset<plan::Operand> writeConstant(Attribute slot);
  Offset<plan::Call> writeCall(CallOp call, const std::string &unit);
  Offset<plan::Unit> writeUnit(UnitOp unit);

  FlatBufferBuilder &out;
  GraphOp graph;
  llvm::DenseMap<Value, int32_t> indices;
  std::vector<Offset<plan::Value>> values;
  llvm::StringMap<int32_t> parameters;
};
} // namespace

int32_t GraphWriter::addValue(Value value, const std::string &name) {
  auto type = cast<SymbolicTensorType>(value.getType());
  int32_t index = values.size();
  values.push_back(plan::CreateValue(out, out.CreateString(name),
                                     toPlanType(type.getElementType()),
                                     writeSizes(type.getShape())));
  indices[value] = index;
  return index;
}

GraphWriter::Sizes GraphWriter::writeSizes(ArrayRef<Dim> sizes) {
  std::vector<plan::SymbolicInt> items;
  for (Dim dim : sizes)
    items.emplace_back(dim.factor, dim.batchPower, dim.lengthPower);
  return out.CreateVectorOfStructs(items);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

Offset<plan::Operand> GraphWriter::writeOperand(Value value) {
  if (auto use = value.getDefiningOp<UseOp>())
    return plan::CreateOperand(out, plan::OperandKind::parameter,
                               parameters.lookup(use.getParameter()));
  return plan::CreateOperand(out, plan::OperandKind::value,
                             indices.lookup(value));
}

Offset<plan::Operand> GraphWriter::writeList(OperandRange list) {
  std::vector<int32_t> items;
  for (Value value : list)
    items.push_back(indices.lookup(value));
  auto vector = out.CreateVector(items);
  return plan::CreateOperand(out, plan::OperandKind::values, 0, 0, 0, vector);
}

Offset<plan::Operand> GraphWriter::writeConstant(Attribute slot) {
  using Kind = plan::OperandKind;
  if (auto dim = dyn_cast<DimAttr>(slot)) {
    Sizes sizes = writeSizes({dim.getValue()});
    return plan::CreateOperand(out, Kind::integer, 0, 0, sizes);
  }
  if (auto dims = dyn_cast<DimsAttr>(slot)) {
    Sizes sizes = writeSizes(dims.getValue());
    return plan::CreateOperand(out, Kind::integers, 0, 0, sizes);
  }
  if (auto real = dyn_cast<FloatAttr>(slot))
    return plan::CreateOperand(out, Kind::real, 0, real.getValueAsDouble());
  if (auto flag = dyn_cast<BoolAttr>(slot))
    return plan::CreateOperand(out, Kind::boolean, flag.getValue());
  if (auto type = dyn_cast<TypeAttr>(slot))
    return plan::CreateOperand(
        out, Kind::dtype, static_cast<int32_t>(toPlanType(type.getValue())));
  if (auto text = dyn_cast<StringAttr>(slot)) {
    auto string = out.CreateString(text.getValue().str());
    return plan::CreateOperand(out, Kind::text, 0, 0, 0, 0, string);
  }
  return plan::CreateOperand(out, Kind::none);
}

Offset<plan::Call> GraphWriter::writeCall(CallOp call,
                                          const std::string &unit) {
  std::vector<Offset<plan::Operand>> operands;
  OperandRange rest = call.getInputs();
  for (Attribute slot : call.getSlots()) {
    if (isa<OperandAttr>(slot)) {
      operands.push_back(writeOperand(rest.front()));
      rest = rest.drop_front();
    } else if (auto list = dyn_cast<OperandsAttr>(slot)) {
      operands.push_back(writeList(rest.take_front(list.getCount())));
      rest = rest.drop_front(list.getCount());
    } else {
      operands.push_back(writeConstant(slot));
    }
  }
  std::vector<int32_t> results;
  for (Value result : call.getOutputs())
    results.push_back(
        result.use_empty()
            ? -1
            : addValue(result, unit + "." + std::to_string(values.size())));
  auto name = out.CreateString(call.getCallee().str());
  auto overload = out.CreateString(call.getOverload().str());
  auto operandVector = out.CreateVector(operands);
  auto resultVector = out.CreateVector(results);
  return plan::CreateCall(out, name, overload, operandVector, resultVector);
}

//===----------------------------------------------------------------------===//
// Units and the graph
//===----------------------------------------------------------------------===//

Offset<plan::Unit> GraphWriter::writeUnit(UnitOp unit) {
  Block &body = unit.getBody().front();
  std::vector<int32_t> inputs, outputs;
  for (auto [outside, inside] :
       llvm::zip_equal(unit.getInputs(), body.getArguments())) {
    int32_t index = indices.lookup(outside);
    indices[inside] = index;
    inputs.push_back(index);
  }
  llvm::SetVector<int32_t> used;
  for (UseOp use : body.getOps<UseOp>())
    used.insert(parameters.lookup(use.getParameter()));
  std::string unitName = unit.getUnitName().str();
  std::vector<Offset<plan::Call>> calls;
  for (CallOp call : body.getOps<CallOp>())
    calls.push_back(writeCall(call, unitName));
  auto yield = cast<YieldOp>(body.getTerminator());
  for (auto [inside, outside] :
       llvm::zip_equal(yield.getValues(), unit.getOutputs())) {
    int32_t index = indices.lookup(inside);
    indices[outside] = index;
    outputs.push_back(index);
  }
  auto name = out.CreateString(unitName);
  auto inputVector = out.CreateVector(inputs);
  auto outputVector = out.CreateVector(outputs);
  auto usedVector =
      out.CreateVector(std::vector<int32_t>(used.begin(), used.end()));
  auto callVector = out.CreateVector(calls);
  return plan::CreateUnit(out, name, inputVector, outputVector, usedVector,
                          callVector);
}

Offset<plan::Graph> GraphWriter::write() {
  Block &body = graph.getBody().front();
  std::vector<int32_t> fields, finalUnits;
  for (InputOp input : body.getOps<InputOp>())
    fields.push_back(addValue(input.getValue(), input.getField().str()));
  auto users = graph.getParameterUnits();
  for (ParameterOp parameter : body.getOps<ParameterOp>()) {
    parameters[parameter.getSymName()] = finalUnits.size();
    finalUnits.push_back(users[parameter.getSymName()].front());
  }
  std::vector<Offset<plan::Unit>> units;
  for (UnitOp unit : body.getOps<UnitOp>())
    units.push_back(writeUnit(unit));
  OutputsOp outputs = graph.getOutputs();
  auto valueVector = out.CreateVector(values);
  auto fieldVector = out.CreateVector(fields);
  auto unitVector = out.CreateVector(units);
  auto finalVector = out.CreateVector(finalUnits);
  return plan::CreateGraph(out, valueVector, fieldVector, unitVector,
                           indices.lookup(outputs.getLoss()),
                           indices.lookup(outputs.getScores()), finalVector);
}

Offset<plan::Graph> dsc::writeGraph(FlatBufferBuilder &out, GraphOp graph) {
  return GraphWriter(out, graph).write();
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

static plan::InitKind toPlanInit(plan_ir::InitKind kind) {
  switch (kind) {
  case plan_ir::InitKind::zeros:
    return plan::InitKind::zeros;
  case plan_ir::InitKind::ones:
    return plan::InitKind::ones;
  case plan_ir::InitKind::normal:
    return plan::InitKind::normal;
  case plan_ir::InitKind::uniform:
    return plan::InitKind::uniform;
  }
  return plan::InitKind::zeros;
}

static Offset<plan::Parameter> writeParameter(FlatBufferBuilder &out,
                                              ParameterOp op) {
  auto name = out.CreateString(op.getSymName().str());
  auto shape = out.CreateVector(op.getShape().data(), op.getShape().size());
  auto role = out.CreateString(stringifyRole(op.getRole()).str());
  constexpr int frozenGroup = -1;
  int32_t group =
      op.getFrozen() ? frozenGroup : static_cast<int32_t>(*op.getGroup());
  return plan::CreateParameter(
      out, name, shape, group, static_cast<int64_t>(*op.getOffset()),
      op.getElements(), toPlanInit(op.getInit()),
      op.getInitScale().convertToDouble(), op.getFrozen(), role);
}

FailureOr<Offset<flatbuffers::Vector<Offset<plan::Parameter>>>>
dsc::writeParameters(FlatBufferBuilder &out, GraphOp graph) {
  std::vector<Offset<plan::Parameter>> items;
  for (ParameterOp op : graph.getBody().getOps<ParameterOp>()) {
    if (!op.getOffset() || (!op.getFrozen() && !op.getGroup()))
      return op.emitOpError() << "has no place in the layout";
    items.push_back(writeParameter(out, op));
  }
  return out.CreateVector(items);
}
