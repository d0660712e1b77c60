//===- ConvertTable.cpp - values that are tables of their own -------------===//

#include "compiler/Recipe/ValueConverter.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace dsc;

/// The members of a table value, each of which must be one of `known`.
bool ValueConverter::checkMembers(const TomlValue &value,
                                  ArrayRef<StringRef> known) {
  bool good = true;
  for (const auto &[name, member] : value.members) {
    if (llvm::is_contained(known, name))
      continue;
    good = false;
    auto diagnostic = emitError(member.keyPlace)
                      << "unknown key " << describeName(name) << " in '"
                      << shown << "', expected " << key.words;
    std::string near = nearestName(name, known);
    if (!near.empty())
      attachHint(diagnostic, "did you mean '" + near + "'?");
  }
  return good;
}

Attribute ValueConverter::match(const TomlValue &value) {
  if (!value.isTable() || value.members.empty())
    return refuse(value, value.isText() ? "write { names = [" +
                                              describeValue(value) + "] }"
                                        : "");
  bool good = checkMembers(value, {"names", "dims", "role"});
  SmallVector<NamedAttribute> conditions;
  auto add = [&](StringRef name, ConvertItem convert) {
    const TomlValue *member = value.find(name);
    Attribute condition = member ? convert(*member) : Attribute();
    good &= !member || bool(condition);
    if (condition)
      conditions.push_back(builder.getNamedAttr(name, condition));
  };
  add("names", [&](const TomlValue &names) { return matchNames(names); });
  add("dims", [&](const TomlValue &dims) { return matchDims(dims); });
  add("role", [&](const TomlValue &role) { return matchRole(role); });
  return good ? builder.getDictionaryAttr(conditions) : Attribute();
}

Attribute ValueConverter::matchNames(const TomlValue &value) {
  std::string name = shown + ".names";
  if (value.isArray() && value.items.empty())
    return refuse(value, name, "at least one pattern", "");
  return textArray(value, name, "an array of patterns");
}

Attribute ValueConverter::matchDims(const TomlValue &value) {
  if (value.kind != TomlValue::Kind::integer || value.integer < 0)
    return refuse(value, shown + ".dims", "an integer of 0 or more",
                  withoutQuotes(value));
  return builder.getI64IntegerAttr(value.integer);
}

Attribute ValueConverter::matchRole(const TomlValue &value) {
  if (value.isText() && llvm::is_contained(key.choices, value.text))
    return builder.getStringAttr(value.text);
  return refuse(value, shown + ".role",
                "one of " + llvm::join(key.choices, ", "), nearChoice(value));
}

/// Whether an unknown key stands for the member, which is reported.
static bool isMisspelt(const TomlValue &table, StringRef member,
                       ArrayRef<StringRef> known) {
  return llvm::any_of(table.members, [&](const auto &found) {
    return !llvm::is_contained(known, found.first) &&
           nearestName(found.first, known) == member;
  });
}

/// A member without a value gets its default, if it has one.
Attribute ValueConverter::members(const TomlValue &value) {
  if (!value.isTable() || value.members.empty())
    return refuse(value);
  SmallVector<StringRef> known;
  for (const KeyInfo &member : key.members)
    known.push_back(member.name);
  bool good = checkMembers(value, known);
  SmallVector<NamedAttribute> converted;
  for (const KeyInfo &member : key.members) {
    const TomlValue *found = value.find(member.name);
    if (!found && isMisspelt(value, member.name, known))
      continue;
    FailureOr<Attribute> one = convertMember(value, member, found);
    good &= succeeded(one);
    if (succeeded(one) && *one)
      converted.push_back(builder.getNamedAttr(member.attribute, *one));
  }
  return good ? builder.getDictionaryAttr(converted) : Attribute();
}

/// Null where the member is left out and has no default.
FailureOr<Attribute> ValueConverter::convertMember(const TomlValue &table,
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
    fallback =
        parseTomlValue(*builder.getContext(), member.defaultText, table.place);
  ValueConverter converter(*builder.getContext(), member,
                           shown + "." + member.name);
  Attribute attribute = converter.convert(found ? *found : *fallback);
  if (!attribute)
    return failure();
  return attribute;
}
