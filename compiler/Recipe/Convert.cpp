//===- Convert.cpp - a value of TOML as the attribute of a key ------------===//

#include "compiler/Recipe/Convert.h"

#include "compiler/Recipe/TomlLimits.h"
#include "compiler/Recipe/ValueConverter.h"
#include "dialect/Dsc/Diagnostics.h"
#include "runtime/Base/Limits.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace dsc {

Attribute ValueConverter::convert(const TomlValue &value) {
  using Method = Attribute (ValueConverter::*)(const TomlValue &);
  Method method = llvm::StringSwitch<Method>(key.type)
                      .Cases({"text", "path"}, &ValueConverter::text)
                      .Case("texts", &ValueConverter::texts)
                      .Case("switch", &ValueConverter::boolean)
                      .Case("integer", &ValueConverter::integer)
                      .Case("integers", &ValueConverter::integers)
                      .Case("integer_or_auto", &ValueConverter::integerOrAuto)
                      .Case("number", &ValueConverter::number)
                      .Case("numbers", &ValueConverter::numbers)
                      .Case("share", &ValueConverter::share)
                      .Case("time", &ValueConverter::time)
                      .Case("length", &ValueConverter::length)
                      .Case("lengths", &ValueConverter::lengths)
                      .Case("points", &ValueConverter::points)
                      .Case("amount", &ValueConverter::amount)
                      .Case("track", &ValueConverter::track)
                      .Case("match", &ValueConverter::match)
                      .Case("choice", &ValueConverter::choice)
                      .Case("members", &ValueConverter::members)
                      .Default(nullptr);
  if (!method)
    llvm::report_fatal_error("a key type without a converter: " + key.type);
  return (this->*method)(value);
}

Attribute ValueConverter::refuse(const TomlValue &value, const Twine &hint) {
  return refuse(value, shown, key.words, hint);
}

Attribute ValueConverter::refuse(const TomlValue &value, const Twine &name,
                                 const Twine &expected, const Twine &hint) {
  auto diagnostic = emitError(value.place)
                    << "'" << name << "' is " << describeValue(value)
                    << ", expected " << expected;
  attachHint(diagnostic, hint);
  return {};
}

Attribute ValueConverter::tooMany(const TomlValue &value, StringRef name) {
  emitError(value.place) << "'" << name << "' has " << value.items.size()
                         << " items, expected at most " << maxArrayItems;
  return {};
}

/// The constraint of ODS, whose own message speaks of attributes.
static bool fitsConstraint(MLIRContext &context, const TableInfo &table,
                           const KeyInfo &key, Attribute attribute) {
  auto name = RegisteredOperationName::lookup(table.op, &context);
  if (!name)
    llvm::report_fatal_error("the dsc dialect is not loaded");
  NamedAttrList attributes;
  attributes.append(key.attribute, attribute);
  ScopedDiagnosticHandler silence(&context,
                                  [](Diagnostic &) { return success(); });
  return succeeded(name->verifyInherentAttrs(
      attributes, [&] { return emitError(UnknownLoc::get(&context)); }));
}

/// A bound that the words of the type leave out.
static StringRef boundOf(const KeyInfo &key, const TomlValue &value) {
  if (key.type == "share")
    return "a share is from \"0%\" up to, not including, \"100%\"";
  bool isLarge =
      value.kind == TomlValue::Kind::integer && value.integer > kMostSteps;
  return isLarge ? "no count goes beyond 1e15" : "";
}

FailureOr<Attribute> convertValue(MLIRContext &context, const TableInfo &table,
                                  const KeyInfo &key, const TomlValue &value) {
  ValueConverter converter(context, key, key.name);
  Attribute attribute = converter.convert(value);
  if (attribute && !fitsConstraint(context, table, key, attribute))
    attribute = converter.refuse(value, boundOf(key, value));
  if (!attribute)
    return failure();
  return attribute;
}

FailureOr<Attribute> convertDefault(MLIRContext &context,
                                    const TableInfo &table,
                                    const KeyInfo &key) {
  if (key.defaultText.empty())
    return Attribute();
  LocationAttr place = NameLoc::get(StringAttr::get(&context, "default"));
  std::optional<TomlValue> value =
      parseTomlValue(context, key.defaultText, place);
  if (!value)
    llvm::report_fatal_error("a default that is not TOML: " + key.defaultText);
  return convertValue(context, table, key, *value);
}

} // namespace dsc
