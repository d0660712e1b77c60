//===- UnitTypes.cpp - tensor types and call constants --------------------===//

#include "dialect/Plan/PlanDialect.h"

using namespace mlir;
using namespace dsc::plan_ir;

//===----------------------------------------------------------------------===//
// !plan.tensor<f32 [B, L, 768]>
//===----------------------------------------------------------------------===//

LogicalResult
SymbolicTensorType::verify(function_ref<InFlightDiagnostic()> emitError,
                           Type elementType, ArrayRef<Dim> shape) {
  if (!elementType.isF32() && !elementType.isF64() && !elementType.isBF16() &&
      !elementType.isF16() && !elementType.isInteger(64) &&
      !elementType.isInteger(32) && !elementType.isInteger(1)) // tensor_t1
    return emitError() << "tensor holds " << elementType
                       << ", expected f32, f64, bf16, f16, i64, i32 or i1";
  for (Dim dim : shape)
    if (dim.factor < 1) // tensor_t2
      return emitError() << "tensor has size " << toString(dim)
                         << ", expected 1 or more";
  if (!volume(shape)) // tensor_t3
    return emitError() << "tensor " << toString(shape)
                       << " has more elements than 64 bits can count";
  return success();
}

Type SymbolicTensorType::parse(AsmParser &parser) {
  Type element;
  SmallVector<Dim> shape;
  if (parser.parseLess() || parser.parseType(element) ||
      parseDims(parser, shape) || parser.parseGreater())
    return {};
  return parser.getChecked<SymbolicTensorType>(parser.getContext(), element,
                                               ArrayRef<Dim>(shape));
}

void SymbolicTensorType::print(AsmPrinter &printer) const {
  printer << "<" << getElementType() << " " << toString(getShape()) << ">";
}

double SymbolicTensorType::getElements(Binding binding) const {
  double product = 1;
  for (Dim dim : getShape())
    product *= dim.evaluate(binding);
  return product;
}

double SymbolicTensorType::getBytes(Binding binding) const {
  unsigned bits = getElementType().getIntOrFloatBitWidth();
  return getElements(binding) * ((bits + 7) / 8);
}

//===----------------------------------------------------------------------===//
// #plan.dim<L>, #plan.dims<[B, 768]>
//===----------------------------------------------------------------------===//

Attribute DimAttr::parse(AsmParser &parser, Type) {
  Dim dim;
  if (parser.parseLess() || parseDim(parser, dim) || parser.parseGreater())
    return {};
  return get(parser.getContext(), dim);
}

void DimAttr::print(AsmPrinter &printer) const {
  printer << "<" << toString(getValue()) << ">";
}

LogicalResult OperandsAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t count) {
  if (count < 0) // operands_n1
    return emitError() << "list of " << count
                       << " operands, expected 0 or more";
  return success();
}

Attribute DimsAttr::parse(AsmParser &parser, Type) {
  SmallVector<Dim> dims;
  if (parser.parseLess() || parseDims(parser, dims) || parser.parseGreater())
    return {};
  return get(parser.getContext(), dims);
}

void DimsAttr::print(AsmPrinter &printer) const {
  printer << "<" << toString(getValue()) << ">";
}
