//===- Dim.cpp - sizes up to two symbols ----------------------------------===//

#include "dialect/Plan/Dim.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace dsc::plan_ir;

double Dim::evaluate(Binding binding) const {
  return static_cast<double>(factor) *
         std::pow(static_cast<double>(binding.batch), batchPower) *
         std::pow(static_cast<double>(binding.length), lengthPower);
}

std::optional<Dim> dsc::plan_ir::multiply(Dim a, Dim b) {
  int64_t factor;
  if (llvm::MulOverflow(a.factor, b.factor, factor))
    return std::nullopt;
  int batchPower = a.batchPower + b.batchPower;
  int lengthPower = a.lengthPower + b.lengthPower;
  if (batchPower > kMostPower || lengthPower > kMostPower)
    return std::nullopt;
  return Dim(factor, batchPower, lengthPower);
}

std::optional<Dim> dsc::plan_ir::add(Dim a, Dim b) {
  int64_t factor;
  if (a.batchPower != b.batchPower || a.lengthPower != b.lengthPower ||
      llvm::AddOverflow(a.factor, b.factor, factor))
    return std::nullopt;
  return Dim(factor, a.batchPower, a.lengthPower);
}

std::optional<Dim> dsc::plan_ir::volume(ArrayRef<Dim> shape) {
  std::optional<Dim> product = Dim(1);
  for (Dim dim : shape)
    if (product)
      product = multiply(*product, dim);
  return product;
}

std::string dsc::plan_ir::toString(Dim dim) {
  SmallVector<std::string> terms;
  if (dim.factor != 1 || dim.isConstant())
    terms.push_back(std::to_string(dim.factor));
  terms.append(dim.batchPower, "B");
  terms.append(dim.lengthPower, "L");
  return llvm::join(terms, "*");
}

std::string dsc::plan_ir::toString(ArrayRef<Dim> shape) {
  auto texts = llvm::map_range(shape, [](Dim dim) { return toString(dim); });
  return llvm::formatv("[{0}]", llvm::join(texts, ", "));
}

static ParseResult parseTerm(AsmParser &parser, Dim &term) {
  int64_t factor = 1;
  if (OptionalParseResult number = parser.parseOptionalInteger(factor);
      number.has_value()) {
    term = Dim(factor);
    return *number;
  }
  StringRef symbol;
  if (parser.parseOptionalKeyword(&symbol, {"B", "L"}))
    return parser.emitError(parser.getCurrentLocation(),
                            "expected an integer, B or L");
  term = symbol == "B" ? Dim::batch() : Dim::length();
  return success();
}

ParseResult dsc::plan_ir::parseDim(AsmParser &parser, Dim &dim) {
  dim = Dim(1);
  do {
    SMLoc place = parser.getCurrentLocation();
    Dim term;
    if (parseTerm(parser, term))
      return failure();
    std::optional<Dim> product = multiply(dim, term);
    if (!product)
      return parser.emitError(place, "size is out of range");
    dim = *product;
  } while (succeeded(parser.parseOptionalStar()));
  return success();
}

ParseResult dsc::plan_ir::parseDims(AsmParser &parser,
                                    SmallVectorImpl<Dim> &dims) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
    return parseDim(parser, dims.emplace_back());
  });
}
