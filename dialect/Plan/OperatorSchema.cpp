//===- OperatorSchema.cpp - reads PyTorch's schema notation ---------------===//
//
// The subset that Operators.td uses, as defined in PyTorch's
// aten/src/ATen/native/README.md: `name.overload(Type name=default, *, ...) ->
// ...`.
//
//===----------------------------------------------------------------------===//

#include "dialect/Plan/OperatorTable.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace dsc::plan_ir;

static std::optional<ArgumentKind> kindOf(StringRef type) {
  return llvm::StringSwitch<std::optional<ArgumentKind>>(type)
      .Case("Tensor", ArgumentKind::tensor)
      .Case("Tensor[]", ArgumentKind::tensors)
      .Cases({"int", "SymInt", "MemoryFormat"}, ArgumentKind::integer)
      .Cases({"int[]", "SymInt[]"}, ArgumentKind::integers)
      .Cases({"float", "Scalar"}, ArgumentKind::real)
      .Case("bool", ArgumentKind::boolean)
      .Case("ScalarType", ArgumentKind::dtype)
      .Case("str", ArgumentKind::text)
      .Default(std::nullopt);
}

/// Drops an alias annotation: `Tensor(a -> *)` is a Tensor.
static std::string withoutAlias(StringRef type) {
  auto [before, rest] = type.split('(');
  return (before + rest.split(')').second).str();
}

static std::optional<ArgumentSpec> parseArgument(StringRef text) {
  auto [declaration, value] = text.split('=');
  auto [type, name] = declaration.rsplit(' ');
  std::string bare = withoutAlias(type.trim());
  ArgumentSpec argument;
  StringRef rest = bare;
  argument.optional = rest.consume_back("?");
  std::optional<ArgumentKind> kind = kindOf(rest);
  if (!kind || name.empty())
    return std::nullopt;
  argument.kind = *kind;
  argument.name = name.str();
  if (text.contains('='))
    argument.defaultValue = value.str();
  return argument;
}

/// The text between the first '(' and the ')' that closes it.
static std::optional<StringRef> argumentList(StringRef schema) {
  size_t open = schema.find('(');
  if (open == StringRef::npos)
    return std::nullopt;
  int depth = 0;
  for (size_t i = open; i < schema.size(); ++i) {
    depth += schema[i] == '(' ? 1 : schema[i] == ')' ? -1 : 0;
    if (depth == 0)
      return schema.slice(open + 1, i);
  }
  return std::nullopt;
}

std::optional<Operator> dsc::plan_ir::parseSchema(StringRef schema) {
  std::optional<StringRef> list = argumentList(schema);
  if (!list)
    return std::nullopt;
  Operator result{};
  result.schema = schema.str();
  auto [name, overload] = schema.split('(').first.split('.');
  result.name = "aten::" + name.str();
  result.overload = overload.str();
  SmallVector<StringRef> pieces;
  list->split(pieces, ", ", -1, /*KeepEmpty=*/false);
  for (StringRef piece : pieces) {
    if (piece == "*") // what follows is named in Python; ours go by position
      continue;
    std::optional<ArgumentSpec> argument = parseArgument(piece);
    if (!argument)
      return std::nullopt;
    result.arguments.push_back(std::move(*argument));
  }
  return result;
}

static Attribute defaultInteger(StringRef text, MLIRContext *context) {
  // at::Reduction::Mean is spelt by name.
  int64_t value = text == "Mean" ? 1 : 0;
  if (text != "Mean" && text.getAsInteger(10, value))
    return {};
  return DimAttr::get(context, Dim(value));
}

Attribute dsc::plan_ir::defaultSlot(const ArgumentSpec &argument,
                                    MLIRContext *context) {
  if (!argument.defaultValue)
    return {};
  StringRef text = *argument.defaultValue;
  if (text == "None")
    return UnitAttr::get(context);
  double real;
  switch (argument.kind) {
  case ArgumentKind::integer:
    return defaultInteger(text, context);
  case ArgumentKind::real:
    if (text.getAsDouble(real))
      return {};
    return FloatAttr::get(Float64Type::get(context), real);
  case ArgumentKind::boolean:
    return BoolAttr::get(context, text == "True");
  case ArgumentKind::text:
    return StringAttr::get(context, text.trim('\''));
  default:
    return {};
  }
}
