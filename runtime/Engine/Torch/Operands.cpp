//===- Operands.cpp - a call's arguments ----------------------------------===//
//
// See Operands.h.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Operands.h"
#include "runtime/Base/Error.h"

#include <ATen/core/List.h>

using namespace dsc;
using namespace dsc::torch_engine;
using plan::OperandKind;

int64_t torch_engine::evaluate(const plan::SymbolicInt &size, Sizes sizes) {
  int64_t result = size.factor();
  for (int power = 0; power < size.batch_power(); ++power)
    result *= sizes.batch;
  for (int power = 0; power < size.length_power(); ++power)
    result *= sizes.length;
  return result;
}

std::vector<int64_t> torch_engine::evaluate(
    const flatbuffers::Vector<const plan::SymbolicInt *> *shape, Sizes sizes) {
  std::vector<int64_t> result;
  for (const plan::SymbolicInt *size : *shape)
    result.push_back(evaluate(*size, sizes));
  return result;
}

c10::ScalarType torch_engine::scalarType(plan::DType type) {
  switch (type) {
  case plan::DType::f32:
    return c10::ScalarType::Float;
  case plan::DType::f64:
    return c10::ScalarType::Double;
  case plan::DType::bf16:
    return c10::ScalarType::BFloat16;
  case plan::DType::f16:
    return c10::ScalarType::Half;
  case plan::DType::i64:
    return c10::ScalarType::Long;
  case plan::DType::i32:
    return c10::ScalarType::Int;
  case plan::DType::i1:
    return c10::ScalarType::Bool;
  }
  throw Error(Exit::artifact, "type " + std::to_string(int(type)) +
                                  " of the plan is not one that dsc knows");
}

/// The argument's type without `?`.
static c10::TypePtr required(const c10::TypePtr &type) {
  if (auto optional = type->cast<c10::OptionalType>())
    return optional->getElementType();
  return type;
}

static bool takesTensor(const c10::TypePtr &type) {
  return type->kind() == c10::TypeKind::TensorType;
}

/// Whether an operand of `kind` can be an argument of `type`.
static bool fits(OperandKind kind, const c10::TypePtr &declared) {
  c10::TypePtr type = required(declared);
  auto list = type->cast<c10::ListType>();
  bool isNumber = type->kind() == c10::TypeKind::NumberType;
  switch (kind) {
  case OperandKind::none:
    return declared->kind() == c10::TypeKind::OptionalType;
  case OperandKind::value:
  case OperandKind::parameter:
    return takesTensor(type);
  case OperandKind::integer:
    return isNumber || type->kind() == c10::TypeKind::FloatType ||
           type->kind() == c10::TypeKind::IntType ||
           type->kind() == c10::TypeKind::SymIntType;
  case OperandKind::integers:
    return list &&
           (list->getElementType()->kind() == c10::TypeKind::IntType ||
            list->getElementType()->kind() == c10::TypeKind::SymIntType);
  case OperandKind::real:
    return isNumber || type->kind() == c10::TypeKind::FloatType;
  case OperandKind::boolean:
    return isNumber || type->kind() == c10::TypeKind::BoolType;
  case OperandKind::dtype:
    return type->kind() == c10::TypeKind::IntType;
  case OperandKind::values:
    return list && takesTensor(required(list->getElementType()));
  case OperandKind::text:
    return type->kind() == c10::TypeKind::StringType;
  }
  return false;
}

/// Whether the fields that the operand's kind needs are there.
static bool complete(const plan::Operand &operand) {
  switch (operand.kind()) {
  case OperandKind::integer:
    return operand.ints() && operand.ints()->size() == 1;
  case OperandKind::integers:
    return operand.ints();
  case OperandKind::values:
    return operand.indices();
  case OperandKind::text:
    return operand.text();
  default:
    return true;
  }
}

BoundOperand::BoundOperand(const plan::Operand &operand,
                           const c10::Argument &argument)
    : operand(&operand) {
  if (!fits(operand.kind(), argument.type()) || !complete(operand))
    throw Error(Exit::artifact,
                std::string("argument '") + argument.name() + "' is " +
                    plan::EnumNameOperandKind(operand.kind()) + ", expected " +
                    argument.type()->annotation_str());
  c10::TypePtr type = required(argument.type());
  isReal = type->kind() == c10::TypeKind::FloatType;
  source = sourceOf(type);
  if (source == Source::value)
    valuesRead.push_back(operand.index());
  else if (source == Source::parameter)
    parameterRead = operand.index();
  else if (source != Source::constant)
    valuesRead.assign(operand.indices()->begin(), operand.indices()->end());
  if (operand.ints())
    for (const plan::SymbolicInt *size : *operand.ints())
      isSymbolic |= size->batch_power() != 0 || size->length_power() != 0;
  box({});
}

BoundOperand::Source BoundOperand::sourceOf(const c10::TypePtr &type) const {
  switch (operand->kind()) {
  case OperandKind::value:
    return Source::value;
  case OperandKind::parameter:
    return Source::parameter;
  case OperandKind::values:
    return takesTensor(type->expectRef<c10::ListType>().getElementType())
               ? Source::values
               : Source::optionalValues;
  default:
    return Source::constant;
  }
}

BoundOperand::BoundOperand(const c10::Argument &argument) {
  if (!argument.default_value())
    throw Error(Exit::artifact, std::string("argument '") + argument.name() +
                                    "' is missing, and has no default");
  constant = *argument.default_value();
}

void BoundOperand::bind(Sizes sizes) {
  if (isSymbolic)
    box(sizes);
}

void BoundOperand::box(Sizes sizes) {
  switch (operand->kind()) {
  case OperandKind::integer: {
    int64_t number = evaluate(*operand->ints()->Get(0), sizes);
    constant = isReal ? c10::IValue(double(number)) : c10::IValue(number);
    return;
  }
  case OperandKind::integers:
    constant = c10::IValue(evaluate(operand->ints(), sizes));
    return;
  case OperandKind::real:
    constant = operand->real();
    return;
  case OperandKind::boolean:
    constant = operand->index() != 0;
    return;
  case OperandKind::dtype:
    constant = int64_t(scalarType(plan::DType(operand->index())));
    return;
  case OperandKind::text:
    constant = operand->text()->str();
    return;
  default:
    constant = c10::IValue();
  }
}

template <typename Element>
static c10::List<Element> listOf(const std::vector<int32_t> &indices,
                                 const std::vector<at::Tensor> &values) {
  c10::List<Element> list;
  for (int32_t index : indices)
    list.push_back(values[index]);
  return list;
}

void BoundOperand::push(std::vector<c10::IValue> &stack,
                        const std::vector<at::Tensor> &values,
                        const std::vector<at::Tensor> &parameters) const {
  switch (source) {
  case Source::constant:
    stack.push_back(constant);
    return;
  case Source::value:
    stack.emplace_back(values[valuesRead.front()]);
    return;
  case Source::parameter:
    stack.emplace_back(parameters[parameterRead]);
    return;
  case Source::values:
    stack.emplace_back(listOf<at::Tensor>(valuesRead, values));
    return;
  case Source::optionalValues:
    stack.emplace_back(listOf<std::optional<at::Tensor>>(valuesRead, values));
    return;
  }
}
