//===- ConvertQuantity.cpp - shares, times, lengths and amounts -----------===//

#include "compiler/Recipe/Quantity.h"
#include "compiler/Recipe/ValueConverter.h"
#include "dialect/Dsc/DscDialect.h"

using namespace mlir;
using namespace dsc;

Attribute ValueConverter::share(const TomlValue &value) {
  if (value.isText()) {
    if (std::optional<double> share = parsePercent(value.text, -2))
      return builder.getF64FloatAttr(*share);
    return refuse(value, "such as \"5%\"");
  }
  std::optional<double> number = numberOf(value);
  bool fraction = number && *number >= 0 && *number < 1;
  return refuse(
      value, fraction ? "write \"" + formatPercent(*number * 100) + "\"" : "");
}

/// A number as it would stand before a unit.
static std::string plain(const TomlValue &value) {
  return value.kind == TomlValue::Kind::number ? formatCount(value.number)
                                               : describeValue(value);
}

/// Of a number without one.
static std::string missingUnit(const TomlValue &value,
                               std::optional<double> number) {
  return number && *number > 0 ? "add the unit: \"" + plain(value) + " steps\""
                               : "";
}

Attribute ValueConverter::length(const TomlValue &value) {
  if (!value.isText())
    return refuse(value, missingUnit(value, numberOf(value)));
  ParsedLength length = parseLength(value.text);
  if (length.unit.empty())
    return refuse(value, length.hint);
  return LengthAttr::get(builder.getContext(),
                         builder.getF64FloatAttr(length.value), length.unit);
}

Attribute ValueConverter::time(const TomlValue &value) {
  if (!value.isText())
    return refuse(value, numberOf(value)
                             ? "add the unit: \"" + plain(value) + " s\""
                             : std::string());
  ParsedTime time = parseTime(value.text);
  if (!time.seconds)
    return refuse(value, time.hint);
  return builder.getF64FloatAttr(*time.seconds);
}

Attribute ValueConverter::lengths(const TomlValue &value) {
  if (!value.isArray() || value.items.empty())
    return refuse(value);
  return arrayOf(value, key.name,
                 [&](const TomlValue &item) { return length(item); });
}

Attribute ValueConverter::points(const TomlValue &value) {
  if (!value.isArray() || value.items.empty())
    return refuse(value);
  return arrayOf(value, key.name, [&](const TomlValue &item) -> Attribute {
    if (!item.isArray() || item.items.size() != 2)
      return refuse(item, "an item of " + key.name, "[place, value]",
                    "such as [\"10%\", 1e-3]");
    Attribute place = length(item.items[0]), rate = amount(item.items[1]);
    return place && rate ? builder.getArrayAttr({place, rate}) : Attribute();
  });
}

Attribute ValueConverter::amount(const TomlValue &value) {
  auto make = [&](double number, bool ofPeak) {
    return AmountAttr::get(builder.getContext(),
                           builder.getF64FloatAttr(number), ofPeak);
  };
  if (value.isText()) {
    if (std::optional<double> percent = parsePercent(value.text, 0))
      return make(*percent, true);
    return refuse(value, withoutQuotes(value));
  }
  std::optional<double> number = numberOf(value);
  if (!number || *number < 0)
    return refuse(value, number ? "a learning rate is never negative" : "");
  return make(*number, false);
}

Attribute ValueConverter::track(const TomlValue &value) {
  SmallVector<NamedAttribute> ends;
  if (std::optional<double> number = numberOf(value)) {
    for (StringRef end : {"from", "to"})
      ends.push_back(
          builder.getNamedAttr(end, builder.getF64FloatAttr(*number)));
    return builder.getDictionaryAttr(ends);
  }
  if (!value.isTable() || value.members.empty())
    return refuse(value, withoutQuotes(value));
  bool good = checkMembers(value, {"from", "to"});
  for (StringRef end : {"from", "to"}) {
    const TomlValue *member = value.find(end);
    if (!member)
      continue;
    if (std::optional<double> number = numberOf(*member))
      ends.push_back(
          builder.getNamedAttr(end, builder.getF64FloatAttr(*number)));
    else
      good = bool(refuse(*member, shown + "." + end, "a number",
                         withoutQuotes(*member)));
  }
  return good ? builder.getDictionaryAttr(ends) : Attribute();
}
