//===- Expansion.cpp - the phases that a macro becomes --------------------===//

#include "dialect/Dsc/Macros/Expansion.h"

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

using namespace mlir;
using namespace dsc;

static constexpr llvm::StringLiteral path = "schedule.phase";

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

Operation *MacroExpansion::add(StringRef kind, StringRef part,
                               ArrayRef<Setting> settings) {
  Location place = getKeyLocation(macro, "");
  SmallVector<NamedAttribute> places;
  OperationState state(place, findTable(path, kind)->op);
  SmallVector<Setting> all(settings);
  for (StringRef key : macro.getModifierKeys())
    all.push_back({key, macro->getAttr(key), key});
  for (const Setting &setting : all) {
    if (!setting.value)
      continue;
    state.addAttribute(setting.key, setting.value);
    if (getKeyOrigin(macro, setting.source) != "default")
      places.push_back(builder.getNamedAttr(
          setting.key, LocationAttr(getKeyLocation(macro, setting.source))));
  }
  auto name = macro->getAttrOfType<StringAttr>("name");
  for (const Setting &setting : settings)
    if (setting.key == "to" && !setting.source.empty())
      state.addAttribute(
          kMacroKeyAttribute,
          builder.getStrArrayAttr({name.getValue(), setting.source}));
  state.addAttribute("name",
                     builder.getStringAttr(name.getValue() + "-" + part));
  state.location = FusedLoc::get({place}, builder.getDictionaryAttr(places),
                                 builder.getContext());
  phases.push_back(builder.create(state));
  return phases.back();
}

/// Kinds of phase that need nothing but two ends.
static bool runsBetweenEnds(const TableInfo &kind, MLIRContext *context) {
  auto op = RegisteredOperationName::lookup(kind.op, context);
  return kind.path == path && op && op->hasInterface<PhaseInterface>() &&
         findKey(kind, "from") && findKey(kind, "to") &&
         llvm::none_of(kind.keys,
                       [](const KeyInfo &key) { return key.required; });
}

Operation *MacroExpansion::addNamed(StringRef key, StringRef part,
                                    ArrayRef<Setting> settings) {
  auto kind = get<StringAttr>(key);
  const TableInfo *table = kind ? findTable(path, kind.getValue()) : nullptr;
  if (table && !kind.getValue().empty() &&
      runsBetweenEnds(*table, getContext()))
    return add(kind.getValue(), part, settings);
  if (!kind)
    return nullptr;
  SmallVector<StringRef> kinds;
  for (const TableInfo &known : getTables())
    if (runsBetweenEnds(known, getContext()))
      kinds.push_back(known.kind);
  std::string near = nearestName(kind.getValue(), kinds);
  auto diagnostic = emitKeyError(macro, key)
                    << "'" << key << "' is '" << kind.getValue().take_front(40)
                    << "', expected one of " << llvm::join(kinds, ", ");
  if (!near.empty())
    attachHint(diagnostic, "did you mean \"" + near + "\"?");
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Lengths
//===----------------------------------------------------------------------===//

/// As an author would have written it: products of decimals round in binary.
static double toDecimal(double value) {
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value,
                           std::chars_format::scientific, 12)
                 .ptr;
  double result = value;
  std::from_chars(buffer, end, result);
  return result;
}

static bool isCount(StringRef unit) {
  return unit != "percent" && unit != "epochs" && unit != "rest";
}

/// The number of a length; a share of the rest is one of 100 %.
static double numberOf(LengthAttr length) {
  double value = length.getValue().getValueAsDouble();
  return length.getUnit() == "rest" && value == 0 ? 100 : value;
}

LengthAttr MacroExpansion::shareOf(LengthAttr length, double share) {
  if (!length)
    return {};
  double value = toDecimal(numberOf(length) * share);
  if (isCount(length.getUnit()))
    value = std::floor(value + 0.5);
  return LengthAttr::get(builder.getContext(), builder.getF64FloatAttr(value),
                         length.getUnit());
}

LengthAttr MacroExpansion::leave(LengthAttr length,
                                 ArrayRef<LengthAttr> parts) {
  if (!length)
    return {};
  double value = numberOf(length);
  for (LengthAttr part : parts)
    if (part)
      value = toDecimal(value - part.getValue().getValueAsDouble());
  return LengthAttr::get(builder.getContext(), builder.getF64FloatAttr(value),
                         length.getUnit());
}
