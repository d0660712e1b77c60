//===- Convert.cpp - a value of TOML as the attribute of a key ------------===//

#include "compiler/Recipe/Convert.h"

#include "compiler/Recipe/Quantity.h"
#include "compiler/Recipe/TomlLimits.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

#include <cmath>

using namespace mlir;

namespace dsc {

namespace {

class ValueConverter {
public:
  /// `shownName` is what messages call the key: "until.patience".
  ValueConverter(MLIRContext &context, const KeyInfo &key,
                 const Twine &shownName)
      : builder(&context), key(key), shown(shownName.str()) {}

  /// Null after a diagnostic.
  Attribute convert(const TomlValue &value) {
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

  Attribute refuse(const TomlValue &value, const Twine &hint = {}) {
    return refuse(value, shown, key.words, hint);
  }

private:
  Attribute refuse(const TomlValue &value, const Twine &name,
                   const Twine &expected, const Twine &hint) {
    auto diagnostic = emitError(value.place)
                      << "'" << name << "' is " << describeValue(value)
                      << ", expected " << expected;
    if (std::string remedy = hint.str(); !remedy.empty())
      attachHint(diagnostic, remedy);
    return {};
  }

  Attribute text(const TomlValue &value) {
    if (!value.isText())
      return refuse(value, value.isArray() || value.isTable()
                               ? ""
                               : "write it in quotes: " +
                                     quoteText(describeValue(value)));
    if (value.text.empty() || value.text.size() > maxTextBytes) {
      emitError(value.place) << "'" << shown << "' is "
                             << (value.text.empty() ? "empty" : "too long")
                             << ", expected " << key.words;
      return {};
    }
    return builder.getStringAttr(value.text);
  }

  Attribute texts(const TomlValue &value) {
    return textArray(value, shown, key.words);
  }

  Attribute textArray(const TomlValue &value, StringRef name,
                      StringRef expected) {
    if (!value.isArray())
      return refuse(value, name, expected,
                    value.isText() ? "write [" + describeValue(value) + "]"
                                   : "");
    if (value.items.size() > maxArrayItems)
      return tooMany(value, name);
    SmallVector<Attribute> items;
    for (const TomlValue &item : value.items) {
      if (!item.isText() || item.text.empty() ||
          item.text.size() > maxTextBytes)
        return refuse(item, "an item of " + name, "a text", "");
      items.push_back(builder.getStringAttr(item.text));
    }
    return builder.getArrayAttr(items);
  }

  Attribute tooMany(const TomlValue &value, StringRef name) {
    emitError(value.place) << "'" << name << "' has " << value.items.size()
                           << " items, expected at most " << maxArrayItems;
    return {};
  }

  Attribute boolean(const TomlValue &value) {
    if (value.kind == TomlValue::Kind::boolean)
      return builder.getBoolAttr(value.boolean);
    std::string text =
        value.isText() ? StringRef(value.text).lower() : describeValue(value);
    bool yes = text == "true" || text == "yes" || text == "on" || text == "1";
    bool no = text == "false" || text == "no" || text == "off" || text == "0";
    return refuse(value, yes ? "write true" : no ? "write false" : "");
  }

  /// A text that holds a number: the quotes are the mistake.
  std::string withoutQuotes(const TomlValue &value) {
    if (!value.isText())
      return "";
    auto inner = parseTomlValue(*builder.getContext(), value.text, value.place);
    if (!inner || (inner->kind != TomlValue::Kind::integer &&
                   inner->kind != TomlValue::Kind::number))
      return "";
    return "write " + describeValue(*inner) + ", without quotes";
  }

  Attribute integer(const TomlValue &value) {
    if (value.kind == TomlValue::Kind::integer)
      return builder.getI64IntegerAttr(value.integer);
    bool whole = value.kind == TomlValue::Kind::number &&
                 value.number == std::floor(value.number) &&
                 std::fabs(value.number) < 1e15;
    return refuse(value, whole ? "write " + formatCount(value.number)
                               : withoutQuotes(value));
  }

  Attribute integerOrAuto(const TomlValue &value) {
    if (value.isText() && value.text == "auto")
      return builder.getStringAttr(value.text);
    return integer(value);
  }

  Attribute integers(const TomlValue &value) {
    if (!value.isArray())
      return refuse(value, value.kind == TomlValue::Kind::integer
                               ? "write [" + describeValue(value) + "]"
                               : "");
    if (value.items.size() > maxArrayItems)
      return tooMany(value, shown);
    SmallVector<int64_t> items;
    for (const TomlValue &item : value.items) {
      if (item.kind != TomlValue::Kind::integer)
        return refuse(item, "an item of " + shown, "an integer",
                      withoutQuotes(item));
      items.push_back(item.integer);
    }
    return builder.getI64ArrayAttr(items);
  }

  /// Integers are numbers; infinities and NaNs are none.
  static std::optional<double> numberOf(const TomlValue &value) {
    if (value.kind == TomlValue::Kind::integer)
      return static_cast<double>(value.integer);
    if (value.kind == TomlValue::Kind::number && std::isfinite(value.number))
      return value.number;
    return std::nullopt;
  }

  Attribute number(const TomlValue &value) {
    if (std::optional<double> number = numberOf(value))
      return builder.getF64FloatAttr(*number);
    return refuse(value, withoutQuotes(value));
  }

  Attribute numbers(const TomlValue &value) {
    if (!value.isArray())
      return refuse(value);
    if (value.items.size() > maxArrayItems)
      return tooMany(value, shown);
    SmallVector<double> items;
    for (const TomlValue &item : value.items) {
      std::optional<double> number = numberOf(item);
      if (!number)
        return refuse(item, "an item of " + shown, "a number",
                      withoutQuotes(item));
      items.push_back(*number);
    }
    return builder.getF64ArrayAttr(items);
  }

  Attribute share(const TomlValue &value) {
    if (value.isText()) {
      if (std::optional<double> share = parsePercent(value.text, -2))
        return builder.getF64FloatAttr(*share);
      return refuse(value, "such as \"5%\"");
    }
    std::optional<double> number = numberOf(value);
    bool fraction = number && *number >= 0 && *number < 1;
    return refuse(value, fraction
                             ? "write \"" + formatPercent(*number * 100) + "\""
                             : "");
  }

  Attribute length(const TomlValue &value) {
    if (!value.isText())
      return refuse(value, missingUnit(value));
    ParsedLength length = parseLength(value.text);
    if (length.unit.empty())
      return refuse(value, length.hint);
    return LengthAttr::get(builder.getContext(),
                           builder.getF64FloatAttr(length.value), length.unit);
  }

  static std::string missingUnit(const TomlValue &value) {
    std::optional<double> number = numberOf(value);
    return number && *number > 0
               ? "add the unit: \"" + plain(value) + " steps\""
               : "";
  }

  Attribute lengths(const TomlValue &value) {
    return arrayOf(value, [&](const TomlValue &item) { return length(item); });
  }

  Attribute points(const TomlValue &value) {
    return arrayOf(value, [&](const TomlValue &item) -> Attribute {
      if (!item.isArray() || item.items.size() != 2)
        return refuse(item, "an item of " + key.name, "[place, value]",
                      "such as [\"10%\", 1e-3]");
      Attribute place = length(item.items[0]);
      Attribute rate = place ? amount(item.items[1]) : Attribute();
      return rate ? builder.getArrayAttr({place, rate}) : Attribute();
    });
  }

  template <class Convert>
  Attribute arrayOf(const TomlValue &value, Convert convertItem) {
    if (!value.isArray() || value.items.empty())
      return refuse(value);
    if (value.items.size() > maxArrayItems)
      return tooMany(value, key.name);
    SmallVector<Attribute> items;
    for (const TomlValue &item : value.items) {
      items.push_back(convertItem(item));
      if (!items.back())
        return {};
    }
    return builder.getArrayAttr(items);
  }

  /// A number as it would stand before a unit.
  static std::string plain(const TomlValue &value) {
    return value.kind == TomlValue::Kind::number ? formatCount(value.number)
                                                 : describeValue(value);
  }

  Attribute amount(const TomlValue &value) {
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

  /// The members of a table value, each of which must be one of `known`.
  bool checkMembers(const TomlValue &value, ArrayRef<StringRef> known) {
    for (const auto &[name, member] : value.members) {
      if (llvm::is_contained(known, name))
        continue;
      auto diagnostic = emitError(member.keyPlace)
                        << "unknown key " << describeName(name) << " in '"
                        << shown << "', expected " << key.words;
      std::string near = nearestName(name, known);
      if (!near.empty())
        attachHint(diagnostic, "did you mean '" + near + "'?");
      return false;
    }
    return true;
  }

  Attribute track(const TomlValue &value) {
    SmallVector<NamedAttribute> ends;
    if (std::optional<double> number = numberOf(value)) {
      for (StringRef end : {"from", "to"})
        ends.push_back(
            builder.getNamedAttr(end, builder.getF64FloatAttr(*number)));
      return builder.getDictionaryAttr(ends);
    }
    if (!value.isTable() || value.members.empty())
      return refuse(value, withoutQuotes(value));
    if (!checkMembers(value, {"from", "to"}))
      return {};
    for (const auto &[name, member] : value.members) {
      std::optional<double> number = numberOf(member);
      if (!number)
        return refuse(member, shown + "." + name, "a number",
                      withoutQuotes(member));
      ends.push_back(
          builder.getNamedAttr(name, builder.getF64FloatAttr(*number)));
    }
    return builder.getDictionaryAttr(ends);
  }

  Attribute match(const TomlValue &value) {
    if (!value.isTable() || value.members.empty())
      return refuse(value, value.isText() ? "write { names = [" +
                                                describeValue(value) + "] }"
                                          : "");
    if (!checkMembers(value, {"names", "dims", "role"}))
      return {};
    SmallVector<NamedAttribute> conditions;
    for (const auto &[name, member] : value.members) {
      Attribute condition = name == "names"  ? matchNames(member)
                            : name == "dims" ? matchDims(member)
                                             : matchRole(member);
      if (!condition)
        return {};
      conditions.push_back(builder.getNamedAttr(name, condition));
    }
    return builder.getDictionaryAttr(conditions);
  }

  Attribute matchNames(const TomlValue &value) {
    std::string name = shown + ".names";
    if (value.isArray() && value.items.empty())
      return refuse(value, name, "at least one pattern", "");
    return textArray(value, name, "an array of patterns");
  }

  Attribute matchDims(const TomlValue &value) {
    if (value.kind != TomlValue::Kind::integer || value.integer < 0)
      return refuse(value, shown + ".dims", "an integer of 0 or more",
                    withoutQuotes(value));
    return builder.getI64IntegerAttr(value.integer);
  }

  Attribute matchRole(const TomlValue &value) {
    if (value.isText() && llvm::is_contained(key.choices, value.text))
      return builder.getStringAttr(value.text);
    return refuse(value, shown + ".role",
                  "one of " + llvm::join(key.choices, ", "), nearChoice(value));
  }

  std::string nearChoice(const TomlValue &value) {
    SmallVector<StringRef> choices(key.choices.begin(), key.choices.end());
    std::string near = value.isText() ? nearestName(value.text, choices) : "";
    return near.empty() ? "" : "did you mean \"" + near + "\"?";
  }

  Attribute choice(const TomlValue &value) {
    if (value.isText() && llvm::is_contained(key.choices, value.text))
      return builder.getStringAttr(value.text);
    return refuse(value, nearChoice(value));
  }

  /// A member without a value gets its default, if it has one.
  Attribute members(const TomlValue &value) {
    if (!value.isTable() || value.members.empty())
      return refuse(value);
    SmallVector<StringRef> known;
    for (const KeyInfo &member : key.members)
      known.push_back(member.name);
    if (!checkMembers(value, known))
      return {};
    SmallVector<NamedAttribute> converted;
    for (const KeyInfo &member : key.members) {
      const TomlValue *found = value.find(member.name);
      FailureOr<Attribute> one = convertMember(value, member, found);
      if (failed(one))
        return {};
      if (*one)
        converted.push_back(builder.getNamedAttr(member.attribute, *one));
    }
    return builder.getDictionaryAttr(converted);
  }

  /// Null where the member is left out and has no default.
  FailureOr<Attribute> convertMember(const TomlValue &table,
                                     const KeyInfo &member,
                                     const TomlValue *found) {
    if (!found && member.required) {
      emitError(table.place) << "'" << shown << "' has no '" << member.name
                             << "', expected " << key.words;
      return failure();
    }
    if (!found && member.defaultText.empty())
      return Attribute();
    std::optional<TomlValue> fallback;
    if (!found)
      fallback = parseTomlValue(*builder.getContext(), member.defaultText,
                                table.place);
    ValueConverter converter(*builder.getContext(), member,
                             shown + "." + member.name);
    Attribute attribute = converter.convert(found ? *found : *fallback);
    if (!attribute)
      return failure();
    return attribute;
  }

  Builder builder;
  const KeyInfo &key;
  std::string shown;
};

} // namespace

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

FailureOr<Attribute> convertValue(MLIRContext &context, const TableInfo &table,
                                  const KeyInfo &key, const TomlValue &value) {
  ValueConverter converter(context, key, key.name);
  Attribute attribute = converter.convert(value);
  if (attribute && !fitsConstraint(context, table, key, attribute))
    attribute = converter.refuse(value);
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
