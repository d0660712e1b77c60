//===- CallOp.cpp - operator calls: notation and checks -------------------===//
//
// Arguments are written inline, by position: `%x`, `list{%a, %b}`, `4*B`, `[B,
// L]`, `real(1.0e-5)`, `true`, `"tanh"`, `f32`, `none`.
//
//===----------------------------------------------------------------------===//

#include "dialect/Plan/OperatorTable.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dsc::plan_ir;

namespace {
/// Reads one call; operands are resolved when their types are known.
struct ArgumentParser {
  OpAsmParser &parser;
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Attribute> slots;

  ParseResult parse();

private:
  MLIRContext *context() { return parser.getContext(); }
  ParseResult parseList();
  ParseResult parseReal();
  ParseResult parseConstant();
};
} // namespace

ParseResult ArgumentParser::parseList() {
  int64_t count = 0;
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Braces, [&] {
        ++count;
        return parser.parseOperand(operands.emplace_back());
      }))
    return failure();
  slots.push_back(OperandsAttr::get(context(), count));
  return success();
}

ParseResult ArgumentParser::parseReal() {
  FloatAttr value;
  if (parser.parseLParen() ||
      parser.parseAttribute(value, Float64Type::get(context())) ||
      parser.parseRParen())
    return failure();
  slots.push_back(value);
  return success();
}

ParseResult ArgumentParser::parseConstant() {
  StringRef keyword;
  if (succeeded(parser.parseOptionalKeyword(
          &keyword, {"none", "true", "false", "real"}))) {
    if (keyword == "real")
      return parseReal();
    slots.push_back(keyword == "none"
                        ? Attribute(UnitAttr::get(context()))
                        : BoolAttr::get(context(), keyword == "true"));
    return success();
  }
  std::string text;
  if (succeeded(parser.parseOptionalString(&text))) {
    slots.push_back(StringAttr::get(context(), text));
    return success();
  }
  Type type;
  if (OptionalParseResult found = parser.parseOptionalType(type);
      found.has_value()) {
    slots.push_back(type ? TypeAttr::get(type) : Attribute());
    return *found;
  }
  Dim dim;
  if (parseDim(parser, dim))
    return failure();
  slots.push_back(DimAttr::get(context(), dim));
  return success();
}

ParseResult ArgumentParser::parse() {
  OpAsmParser::UnresolvedOperand operand;
  if (OptionalParseResult found = parser.parseOptionalOperand(operand);
      found.has_value()) {
    operands.push_back(operand);
    slots.push_back(OperandAttr::get(context()));
    return *found;
  }
  // Peeking: both lists begin with a token that no other argument begins with.
  if (succeeded(parser.parseOptionalLSquare())) {
    SmallVector<Dim> dims;
    if (failed(parser.parseOptionalRSquare())) {
      if (parser.parseCommaSeparatedList(
              [&] { return parseDim(parser, dims.emplace_back()); }) ||
          parser.parseRSquare())
        return failure();
    }
    slots.push_back(DimsAttr::get(context(), dims));
    return success();
  }
  if (succeeded(parser.parseOptionalKeyword("list")))
    return parseList();
  return parseConstant();
}

ParseResult CallOp::parse(OpAsmParser &parser, OperationState &result) {
  std::string name;
  ArgumentParser arguments{parser, {}, {}};
  FunctionType type;
  SMLoc place = parser.getCurrentLocation();
  if (parser.parseString(&name) ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren,
                                     [&] { return arguments.parse(); }) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseType(type) ||
      parser.resolveOperands(arguments.operands, type.getInputs(), place,
                             result.operands))
    return failure();
  auto [callee, overload] = StringRef(name).split('.');
  Builder &builder = parser.getBuilder();
  Properties &properties = result.getOrAddProperties<Properties>();
  properties.callee = builder.getStringAttr(callee);
  properties.overload = builder.getStringAttr(overload);
  properties.slots = builder.getArrayAttr(arguments.slots);
  result.addTypes(type.getResults());
  return success();
}

static void printConstant(OpAsmPrinter &printer, Attribute slot) {
  if (isa<UnitAttr>(slot))
    printer << "none";
  else if (auto dim = dyn_cast<DimAttr>(slot))
    printer << toString(dim.getValue());
  else if (auto dims = dyn_cast<DimsAttr>(slot))
    printer << toString(dims.getValue());
  else if (auto real = dyn_cast<FloatAttr>(slot)) {
    printer << "real(";
    printer.printAttributeWithoutType(real);
    printer << ")";
  } else
    printer.printAttributeWithoutType(slot);
}

void CallOp::print(OpAsmPrinter &printer) {
  StringRef dot = getOverload().empty() ? "" : ".";
  printer << " ";
  printer.printString((getCallee() + dot + getOverload()).str());
  printer << "(";
  OperandRange rest = getInputs();
  llvm::interleaveComma(getSlots(), printer, [&](Attribute slot) {
    if (isa<OperandAttr>(slot) && !rest.empty()) {
      printer << rest.front();
      rest = rest.drop_front();
    } else if (auto list = dyn_cast<OperandsAttr>(slot);
               list && static_cast<int64_t>(rest.size()) >= list.getCount()) {
      printer << "list{" << rest.take_front(list.getCount()) << "}";
      rest = rest.drop_front(list.getCount());
    } else {
      printConstant(printer, slot);
    }
  });
  printer << ")";
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {"callee", "overload", "slots"});
  printer << " : ";
  printer.printFunctionalType(*this);
}

/// The runtime's lists hold values of the graph, not parameters.
static bool listsParameter(CallOp call) {
  OperandRange rest = call.getInputs();
  for (Attribute slot : call.getSlots()) {
    auto list = dyn_cast<OperandsAttr>(slot);
    size_t count = list ? list.getCount() : isa<OperandAttr>(slot);
    if (list && llvm::any_of(rest.take_front(count), [](Value value) {
          return value.getDefiningOp<UseOp>();
        }))
      return true;
    rest = rest.drop_front(count);
  }
  return false;
}

LogicalResult CallOp::verify() {
  const Operator *callee = lookupOperator(getCallee(), getOverload());
  if (!callee) // call_c1
    return emitOpError() << "calls '" << getCallee()
                         << (getOverload().empty() ? "" : ".") << getOverload()
                         << "', which the operator table does not have";
  auto error = [&] {
    return emitOpError() << "to " << callee->fullName() << " ";
  };
  FailureOr<SmallVector<Type>> types =
      inferCallTypes(*callee, getSlots(), getOperandTypes(), error);
  if (failed(types))
    return failure();
  if (TypeRange(*types) != TypeRange(getResultTypes())) // call_c5
    return error() << "gives " << getResultTypes() << ", expected " << *types;
  if (listsParameter(*this)) // call_c6
    return error() << "has a parameter in a list";
  return success();
}
