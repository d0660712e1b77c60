//===- PlanBuilder.cpp - small plans for the engine's tests ---------------===//
//
// See PlanBuilder.h.
//
//===----------------------------------------------------------------------===//

#include "test/unit/Engine/PlanBuilder.h"

using namespace dsc;
using namespace dsc::test;
using plan::OperandKind;

static Argument indexed(OperandKind kind, int32_t index) {
  Argument argument;
  argument.kind = kind;
  argument.index = index;
  return argument;
}

Argument test::value(int32_t index) {
  return indexed(OperandKind::value, index);
}
Argument test::parameter(int32_t index) {
  return indexed(OperandKind::parameter, index);
}
Argument test::boolean(bool truth) {
  return indexed(OperandKind::boolean, truth);
}
Argument test::type(plan::DType type) {
  return indexed(OperandKind::dtype, int32_t(type));
}
Argument test::none() { return {}; }

Argument test::integers(Shape shape) {
  Argument argument = indexed(OperandKind::integers, 0);
  argument.ints = std::move(shape);
  return argument;
}

Argument test::integer(Size size) {
  Argument argument = integers({size});
  argument.kind = OperandKind::integer;
  return argument;
}

Argument test::real(double number) {
  Argument argument = indexed(OperandKind::real, 0);
  argument.real = number;
  return argument;
}

Argument test::values(std::vector<int32_t> indices) {
  Argument argument = indexed(OperandKind::values, 0);
  argument.indices = std::move(indices);
  return argument;
}

Argument test::text(std::string text) {
  Argument argument = indexed(OperandKind::text, 0);
  argument.text = std::move(text);
  return argument;
}

int64_t ParameterSpec::size() const {
  int64_t product = 1;
  for (int64_t size : shape)
    product *= size;
  return product;
}

static std::vector<plan::SymbolicInt> symbols(const Shape &shape) {
  std::vector<plan::SymbolicInt> result;
  for (const Size &size : shape)
    result.emplace_back(size.factor, size.batch, size.length);
  return result;
}

int32_t PlanBuilder::addValue(const std::string &name, Shape shape,
                              plan::DType type) {
  auto sizes = symbols(shape);
  valueTable.push_back(
      plan::CreateValueDirect(builder, name.c_str(), type, &sizes));
  return int32_t(valueTable.size()) - 1;
}

int32_t PlanBuilder::addField(const std::string &name, Shape shape,
                              plan::DType type) {
  auto sizes = symbols(shape);
  fieldTable.push_back(
      plan::CreateFieldDirect(builder, name.c_str(), type, &sizes));
  fieldValues.push_back(addValue(name, shape, type));
  return fieldValues.back();
}

int32_t PlanBuilder::addParameter(const std::string &name,
                                  std::vector<int64_t> shape, bool frozen) {
  parameters.push_back({name, std::move(shape), frozen});
  return int32_t(parameters.size()) - 1;
}

void PlanBuilder::beginUnit(const std::string &name,
                            std::vector<int32_t> inputs) {
  unitName = name;
  unitInputs = std::move(inputs);
  calls.clear();
}

flatbuffers::Offset<plan::Operand>
PlanBuilder::write(const Argument &argument) {
  auto ints = symbols(argument.ints);
  bool isList = argument.kind == OperandKind::integers;
  return plan::CreateOperandDirect(
      builder, argument.kind, argument.index, argument.real,
      isList || !ints.empty() ? &ints : nullptr,
      argument.kind == OperandKind::values ? &argument.indices : nullptr,
      argument.kind == OperandKind::text ? argument.text.c_str() : nullptr);
}

int32_t PlanBuilder::call(const std::string &op,
                          std::vector<Argument> arguments, plan::DType type) {
  int32_t result = addValue(op, {}, type);
  call(op, std::move(arguments), std::vector<int32_t>{result});
  return result;
}

void PlanBuilder::call(const std::string &op, std::vector<Argument> arguments,
                       std::vector<int32_t> results) {
  std::vector<Offset<plan::Operand>> operands;
  for (const Argument &argument : arguments)
    operands.push_back(write(argument));
  size_t dot = op.find('.');
  std::string name = op.substr(0, dot);
  std::string overload = dot == std::string::npos ? "" : op.substr(dot + 1);
  calls.push_back(plan::CreateCallDirect(
      builder, name.c_str(), overload.c_str(), &operands, &results));
}

void PlanBuilder::endUnit(std::vector<int32_t> outputs) {
  std::vector<int32_t> none;
  units.push_back(plan::CreateUnitDirect(builder, unitName.c_str(), &unitInputs,
                                         &outputs, &none, &calls));
}

flatbuffers::Offset<plan::Data> PlanBuilder::writeData() {
  std::vector<Offset<plan::Source>> sources;
  return plan::CreateDataDirect(builder, "", 0, 0, &fieldTable, &sources);
}

std::vector<uint8_t> PlanBuilder::finish(int32_t loss, int32_t scores,
                                         plan::Precision precision) {
  std::vector<Offset<plan::Parameter>> table;
  for (const ParameterSpec &spec : parameters)
    table.push_back(plan::CreateParameterDirect(
        builder, spec.name.c_str(), &spec.shape, spec.frozen ? -1 : 0, 0,
        spec.size(), plan::InitKind::normal, 0, spec.frozen, "weight"));
  auto graph = plan::CreateGraphDirect(builder, &valueTable, &fieldValues,
                                       &units, loss, scores);
  auto parameterTable = builder.CreateVector(table);
  auto data = writeData();
  auto device = builder.CreateString("cpu");
  plan::TrainingBuilder training(builder);
  training.add_device(device);
  training.add_precision(precision);
  auto trainingTable = training.Finish();
  // The engine reads nothing else, so nothing else is here: such a plan would
  // not pass the runtime's verifier.
  auto start = builder.StartTable();
  builder.AddOffset(plan::Plan::VT_GRAPH, graph);
  builder.AddOffset(plan::Plan::VT_PARAMETERS, parameterTable);
  builder.AddOffset(plan::Plan::VT_DATA, data);
  builder.AddOffset(plan::Plan::VT_TRAINING, trainingTable);
  builder.Finish(Offset<plan::Plan>(builder.EndTable(start)));
  return {builder.GetBufferPointer(),
          builder.GetBufferPointer() + builder.GetSize()};
}
