//===- UnknownKey.cpp - what a name that no table has may mean ------------===//

#include "compiler/Recipe/Import.h"

#include "compiler/Recipe/Quantity.h"
#include "dialect/Dsc/Diagnostics.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace mlir;

namespace dsc {

SmallVector<StringRef> getMemberNames(const TableInfo &table) {
  SmallVector<StringRef> names;
  for (const KeyInfo &key : table.keys)
    names.push_back(key.name);
  if (!table.kind.empty())
    names.push_back("kind");
  std::string prefix = table.path.empty() ? "" : (table.path + ".").str();
  for (StringRef path : getTablePaths())
    if (path.consume_front(prefix) && !path.contains('.'))
      names.push_back(path);
  return names;
}

/// The unit in another tool's name: "warmup_epochs".
static StringRef unitOf(StringRef name) {
  for (StringRef unit : {"epochs", "tokens", "samples", "evals"})
    if (name.lower().find(unit.str()) != std::string::npos)
      return unit;
  return "steps";
}

static bool isNumber(const TomlValue &value) {
  return value.kind == TomlValue::Kind::integer ||
         value.kind == TomlValue::Kind::number;
}

static double numberOf(const TomlValue &value) {
  return value.kind == TomlValue::Kind::integer ? value.integer : value.number;
}

/// The value of `name` as `key` would take it; "..." where that is unknown.
static std::string translateValue(StringRef name, const TomlValue &value,
                                  const KeyInfo &key) {
  if (key.type == "length" && isNumber(value))
    return quoteText(formatLength(numberOf(value), unitOf(name)));
  if (key.type == "choice") {
    SmallVector<StringRef> choices(key.choices.begin(), key.choices.end());
    std::string near =
        nearestName(value.isText() ? value.text : name.str(), choices);
    return near.empty() ? "..." : quoteText(near);
  }
  bool scalar = !value.isArray() && !value.isTable();
  return scalar ? describeValue(value) : "...";
}

/// A group's own learning rate, as the factor on the schedule that it means.
static std::string translateGroupRate(const TomlValue &value,
                                      const TomlValue &root) {
  const TomlValue *schedule = root.find("schedule");
  const TomlValue *peak = schedule ? schedule->find("peak") : nullptr;
  if (!peak || !isNumber(*peak) || !isNumber(value) || !(numberOf(*peak) > 0))
    return "write lr_scale = ..., the factor on the schedule's learning rate";
  // Six digits are what an author would write.
  std::string factor;
  llvm::raw_string_ostream(factor)
      << llvm::format("%.6g", numberOf(value) / numberOf(*peak));
  return "write lr_scale = " + factor +
         ", the factor on the schedule's learning rate";
}

static bool isPeak(StringRef name) {
  const TableInfo *schedule = findTable("schedule", "");
  const KeyInfo *peak = schedule ? findKey(*schedule, "peak") : nullptr;
  return peak && hasOtherName(*peak, name);
}

/// What the author should do about the name; "" when nothing is near.
static std::string findRemedy(const TableInfo &table, StringRef name,
                              const TomlValue &value, const TomlValue &root) {
  if (table.path == "optimizer.group" && isPeak(name))
    return translateGroupRate(value, root);
  if (auto meaning = findMeaning(table, name)) {
    std::string line = (meaning->key->name + " = ").str() +
                       translateValue(name, value, *meaning->key);
    return meaning->table == &table
               ? "write " + line
               : "write " + line + " in " + describeTable(meaning->table->path);
  }
  for (const ReservedKeyInfo &key : table.reserved)
    if (llvm::is_contained(key.others, name))
      return ("it is called '" + key.name + "' here and not supported yet")
          .str();
  if (auto place = findElsewhere(table, name))
    return describeName(name) + " is a key of " +
           describeTable(place->table->path);
  std::string near = nearestName(name, getMemberNames(table));
  if (near.empty())
    return "";
  std::string path =
      table.path.empty() ? near : (table.path + "." + near).str();
  return "did you mean " +
         (isTablePath(path) ? describeTable(path) : "'" + near + "'") + "?";
}

void reportUnknownKey(const TableInfo &table, StringRef name,
                      const TomlValue &value, const TomlValue &root) {
  std::string path =
      table.path.empty() ? name.str() : (table.path + "." + name).str();
  bool isTable = value.isTable() || (value.isArray() && !value.items.empty() &&
                                     value.items.front().isTable());
  if (findReservedKey(table, name) || isReservedTable(path, "")) {
    emitError(value.keyPlace)
        << describeName(name) << " in " << describeTable(table.path)
        << " is not supported yet";
    return;
  }
  auto diagnostic = emitError(value.keyPlace)
                    << "unknown " << (isTable ? "table " : "key ")
                    << describeName(name) << " in "
                    << describeTable(table.path);
  std::string remedy = findRemedy(table, name, value, root);
  if (remedy.empty())
    remedy = "the names here are " + llvm::join(getMemberNames(table), ", ");
  attachHint(diagnostic, remedy);
}

} // namespace dsc
