//===- UnknownKey.cpp - what a name that no table has may mean ------------===//

#include "compiler/Recipe/Import.h"

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
  if (!table.kind.empty() && table.kindFrom.empty())
    names.push_back("kind");
  std::string prefix = table.path.empty() ? "" : (table.path + ".").str();
  for (StringRef path : getTablePaths())
    if (path.consume_front(prefix) && !path.contains('.'))
      names.push_back(path);
  return names;
}

static bool isNumber(const TomlValue &value) {
  return value.kind == TomlValue::Kind::integer ||
         value.kind == TomlValue::Kind::number;
}

static double numberOf(const TomlValue &value) {
  return value.kind == TomlValue::Kind::integer ? value.integer : value.number;
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

/// The unit that a name such as max_steps or num_train_epochs speaks of.
static StringRef unitOf(StringRef name) {
  for (auto [part, unit] : {std::pair<StringRef, StringRef>{"epoch", "epochs"},
                            {"token", "tokens"},
                            {"sample", "samples"},
                            {"step", "steps"},
                            {"iter", "steps"}})
    if (name.contains(part))
      return unit;
  return "";
}

/// The line to write in place of `name = value`, where that is certain: a count
/// in the unit of its name, or a switch that stands for a choice (bf16).
static std::string findLine(const KeyInfo &key, StringRef name,
                            const TomlValue &value) {
  StringRef unit = key.type == "length" ? unitOf(name) : "";
  if (!unit.empty() && value.kind == TomlValue::Kind::integer &&
      value.integer > 0)
    return (key.name + " = \"" + describeValue(value) + " " + unit + "\"")
        .str();
  for (StringRef choice : key.choices)
    if (choice.starts_with((name + "-").str()))
      return (key.name + " = \"" + choice + "\"").str();
  return "";
}

/// What the author should do about the name; "" when nothing is near. Another
/// tool's value may be of another quantity, so only the key is named, but for
/// the learning rate, where the line to write is certain.
static std::string findRemedy(const TableInfo &table, StringRef name,
                              const TomlValue &value, const TomlValue &root) {
  if (isPeak(name) && table.path == "optimizer.group")
    return translateGroupRate(value, root);
  if (isPeak(name) && table.path != "schedule")
    return "the learning rate lives in [schedule]: write peak = " +
           (isNumber(value) ? describeValue(value) : "...") + " there";
  if (auto meaning = findMeaning(table, name)) {
    const KeyInfo &key = *meaning->key;
    std::string where = meaning->table->path == table.path
                            ? ""
                            : " in " + describeTable(meaning->table->path);
    std::string line = findLine(key, name, value);
    if (!line.empty())
      return "write " + line + where;
    return ("write '" + key.name + "'" + where + ": " + key.doc).str();
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

std::string findMeantKey(const TableInfo &table, StringRef name) {
  if (auto meaning = findMeaning(table, name))
    return meaning->table->path == table.path ? meaning->key->name.str() : "";
  return nearestName(name, getMemberNames(table));
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
