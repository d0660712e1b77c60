//===- PhaseValues.cpp - what a resolved phase knows ----------------------===//

#include "dialect/Dsc/PhaseValues.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace dsc;

bool dsc::isOwnLength(const KeyInfo &key) {
  return (key.type == "length" && key.name != "length") ||
         key.type == "lengths" || key.type == "points";
}

bool dsc::isOwnAmount(const KeyInfo &key) {
  return (key.type == "amount" && key.name != "from" && key.name != "to") ||
         key.type == "points";
}

static const TableInfo &getTable(Operation *phase) {
  return *findTableOfOp(phase->getName().getStringRef());
}

bool dsc::hasKey(Operation *phase, StringRef key) {
  return findKey(getTable(phase), key) != nullptr;
}

static Attribute findOwn(Operation *phase, StringRef list, StringRef key) {
  auto own = phase->getAttrOfType<DictionaryAttr>(list);
  return own ? own.get(key) : Attribute();
}

bool dsc::isResolved(Operation *phase) {
  return llvm::all_of(getTable(phase).keys, [&](const KeyInfo &key) {
    if (!phase->hasAttr(key.attribute))
      return key.defaultText.empty() && (!key.required || key.name == "length");
    return (!isOwnLength(key) || findOwn(phase, "own_steps", key.name)) &&
           (!isOwnAmount(key) || findOwn(phase, "own_rates", key.name));
  });
}

int64_t dsc::stepsOf(Operation *phase, StringRef key) {
  return cast<IntegerAttr>(findOwn(phase, "own_steps", key)).getInt();
}

ArrayRef<int64_t> dsc::stepsListOf(Operation *phase, StringRef key) {
  return cast<DenseI64ArrayAttr>(findOwn(phase, "own_steps", key)).asArrayRef();
}

double dsc::rateOf(Operation *phase, StringRef key) {
  return cast<FloatAttr>(findOwn(phase, "own_rates", key)).getValueAsDouble();
}

SmallVector<double> dsc::ratesOf(Operation *phase, StringRef key) {
  auto rates = cast<DenseF64ArrayAttr>(findOwn(phase, "own_rates", key));
  return llvm::to_vector(rates.asArrayRef());
}

std::optional<double> dsc::getCurveEnd(PhaseInterface phase, CurveEnd end,
                                       int64_t steps, double from, double to) {
  // Scalar folds what it emits for constants, so nothing is left to run.
  Block scratch;
  OpBuilder builder(phase.getContext());
  builder.setInsertionPointToStart(&scratch);
  Scalar s(builder, phase.getLoc());
  int64_t numerator = end == CurveEnd::start ? 0 : steps;
  CurvePoint point{s.i64(numerator), s.i64(steps), s.f64(from), s.f64(to),
                   steps};
  point.index = point.numerator;
  FloatAttr value;
  bool folded =
      matchPattern(phase.emitCurve(s, point), m_Constant<FloatAttr>(&value));
  return folded ? std::optional(value.getValueAsDouble()) : std::nullopt;
}
