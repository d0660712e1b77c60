//===- ConvertPlain.cpp - texts, switches and numbers ---------------------===//

#include "compiler/Recipe/Quantity.h"
#include "compiler/Recipe/TomlLimits.h"
#include "compiler/Recipe/ValueConverter.h"
#include "dialect/Dsc/Diagnostics.h"

#include <cmath>

using namespace mlir;
using namespace dsc;

Attribute ValueConverter::text(const TomlValue &value) {
  if (!value.isText())
    return refuse(value, value.isArray() || value.isTable()
                             ? ""
                             : "write it in quotes: " +
                                   quoteText(describeValue(value)));
  if (value.text.empty()) {
    emitError(value.place) << "'" << shown << "' is empty, expected "
                           << key.words;
    return {};
  }
  if (value.text.size() > maxTextBytes) {
    emitError(value.place) << "'" << shown
                           << "' is too long: " << value.text.size()
                           << " bytes, expected " << key.words << " of at most "
                           << maxTextBytes;
    return {};
  }
  return builder.getStringAttr(value.text);
}

Attribute ValueConverter::texts(const TomlValue &value) {
  return textArray(value, shown, key.words);
}

/// Every item that does not fit is reported.
Attribute ValueConverter::arrayOf(const TomlValue &value, StringRef name,
                                  ConvertItem convertItem) {
  if (value.items.size() > maxArrayItems)
    return tooMany(value, name);
  SmallVector<Attribute> items;
  for (const TomlValue &item : value.items)
    items.push_back(convertItem(item));
  return llvm::all_of(items, [](Attribute item) { return bool(item); })
             ? builder.getArrayAttr(items)
             : Attribute();
}

Attribute ValueConverter::textArray(const TomlValue &value, StringRef name,
                                    StringRef expected) {
  if (!value.isArray())
    return refuse(value, name, expected,
                  value.isText() ? "write [" + describeValue(value) + "]" : "");
  return arrayOf(value, name, [&](const TomlValue &item) -> Attribute {
    if (!item.isText() || item.text.empty() || item.text.size() > maxTextBytes)
      return refuse(item, "an item of " + name, "a text", "");
    return builder.getStringAttr(item.text);
  });
}

Attribute ValueConverter::boolean(const TomlValue &value) {
  if (value.kind == TomlValue::Kind::boolean)
    return builder.getBoolAttr(value.boolean);
  std::string text =
      value.isText() ? StringRef(value.text).lower() : describeValue(value);
  bool yes = text == "true" || text == "yes" || text == "on" || text == "1";
  bool no = text == "false" || text == "no" || text == "off" || text == "0";
  return refuse(value, yes ? "write true" : no ? "write false" : "");
}

/// A text that holds a number: the quotes are the mistake.
std::string ValueConverter::withoutQuotes(const TomlValue &value) {
  if (!value.isText())
    return "";
  auto inner = parseTomlValue(*builder.getContext(), value.text, value.place);
  if (!inner || (inner->kind != TomlValue::Kind::integer &&
                 inner->kind != TomlValue::Kind::number))
    return "";
  return "write " + describeValue(*inner) + ", without quotes";
}

Attribute ValueConverter::integer(const TomlValue &value) {
  if (value.kind == TomlValue::Kind::integer)
    return builder.getI64IntegerAttr(value.integer);
  bool whole = value.kind == TomlValue::Kind::number &&
               value.number == std::floor(value.number) &&
               std::fabs(value.number) < 1e15;
  return refuse(value, whole ? "write " + formatCount(value.number)
                             : withoutQuotes(value));
}

Attribute ValueConverter::integerOrAuto(const TomlValue &value) {
  if (value.isText() && value.text == "auto")
    return builder.getStringAttr(value.text);
  return integer(value);
}

Attribute ValueConverter::integers(const TomlValue &value) {
  if (!value.isArray())
    return refuse(value, value.kind == TomlValue::Kind::integer
                             ? "write [" + describeValue(value) + "]"
                             : "");
  return arrayOf(value, shown, [&](const TomlValue &item) -> Attribute {
    if (item.kind != TomlValue::Kind::integer)
      return refuse(item, "an item of " + shown, "an integer",
                    withoutQuotes(item));
    return builder.getI64IntegerAttr(item.integer);
  });
}

std::optional<double> ValueConverter::numberOf(const TomlValue &value) {
  if (value.kind == TomlValue::Kind::integer)
    return static_cast<double>(value.integer);
  if (value.kind == TomlValue::Kind::number && std::isfinite(value.number))
    return value.number;
  return std::nullopt;
}

Attribute ValueConverter::number(const TomlValue &value) {
  if (std::optional<double> number = numberOf(value))
    return builder.getF64FloatAttr(*number);
  return refuse(value, withoutQuotes(value));
}

Attribute ValueConverter::numbers(const TomlValue &value) {
  if (!value.isArray())
    return refuse(value);
  return arrayOf(value, shown, [&](const TomlValue &item) -> Attribute {
    if (std::optional<double> number = numberOf(item))
      return builder.getF64FloatAttr(*number);
    return refuse(item, "an item of " + shown, "a number", withoutQuotes(item));
  });
}

std::string ValueConverter::nearChoice(const TomlValue &value) {
  SmallVector<StringRef> choices(key.choices.begin(), key.choices.end());
  std::string near = value.isText() ? nearestName(value.text, choices) : "";
  return near.empty() ? "" : "did you mean \"" + near + "\"?";
}

Attribute ValueConverter::choice(const TomlValue &value) {
  if (value.isText() && llvm::is_contained(key.choices, value.text))
    return builder.getStringAttr(value.text);
  return refuse(value, nearChoice(value));
}
