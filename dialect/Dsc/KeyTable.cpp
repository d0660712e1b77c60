//===- KeyTable.cpp - what ODS says of a recipe's keys --------------------===//

#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"

#include <array>

using namespace llvm;

namespace dsc {

#include "dialect/Dsc/KeyTable.inc"

ArrayRef<TableInfo> getTables() { return allTables; }

ArrayRef<ReservedTableInfo> getReservedTables() { return allReservedTables; }

SmallVector<StringRef> getTablePaths() {
  SmallVector<StringRef> paths;
  for (const TableInfo &table : getTables())
    if (!table.path.empty() && !is_contained(paths, table.path))
      paths.push_back(table.path);
  return paths;
}

bool isTablePath(StringRef path) {
  return any_of(getTables(),
                [&](const TableInfo &table) { return table.path == path; });
}

bool isArrayPath(StringRef path) {
  return any_of(getTables(), [&](const TableInfo &table) {
    return table.path == path && table.array;
  });
}

bool isReservedTable(StringRef path, StringRef kind) {
  return any_of(getReservedTables(), [&](const ReservedTableInfo &table) {
    return table.path == path && table.kind == kind;
  });
}

const TableInfo *findTable(StringRef path, StringRef kind) {
  for (const TableInfo &table : getTables())
    if (table.path == path && table.kind == kind)
      return &table;
  return nullptr;
}

const TableInfo *findTableOfOp(StringRef opName) {
  for (const TableInfo &table : getTables())
    if (table.op == opName)
      return &table;
  return nullptr;
}

SmallVector<StringRef> getKinds(StringRef path) {
  SmallVector<StringRef> kinds;
  for (const TableInfo &table : getTables())
    if (table.path == path && !table.kind.empty())
      kinds.push_back(table.kind);
  return kinds;
}

StringRef getKindSource(StringRef path) {
  for (const TableInfo &table : getTables())
    if (table.path == path)
      return table.kindFrom;
  return "";
}

const KeyInfo *findKey(const TableInfo &table, StringRef name) {
  for (const KeyInfo &key : table.keys)
    if (key.name == name)
      return &key;
  return nullptr;
}

const ReservedKeyInfo *findReservedKey(const TableInfo &table, StringRef name) {
  for (const ReservedKeyInfo &key : table.reserved)
    if (key.name == name)
      return &key;
  return nullptr;
}

/// Tools differ in dashes and capitals; they mean the same.
static std::string normalized(StringRef name) {
  std::string result = name.lower();
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

static bool isOneOf(ArrayRef<StringLiteral> others, StringRef name) {
  // Longer than any name that ODS lists.
  return name.size() < 64 && is_contained(others, normalized(name));
}

bool hasOtherName(const KeyInfo &key, StringRef otherName) {
  return isOneOf(key.others, otherName);
}

const TableInfo *findKindMeant(StringRef path, StringRef otherName) {
  for (const TableInfo &table : getTables())
    if (table.path == path && isOneOf(table.kindOthers, otherName))
      return &table;
  return nullptr;
}

using Meanings = StringMap<SmallVector<KeyMeaning>>;

/// What the names of all keys mean, in the order of the tables: a recipe may
/// hold many thousand unknown names.
static Meanings listMeanings(bool ofOthers) {
  Meanings meanings;
  for (const TableInfo &table : getTables())
    for (const KeyInfo &key : table.keys) {
      if (!ofOthers)
        meanings[key.name].push_back({&table, &key});
      for (StringRef other : key.others)
        if (ofOthers)
          meanings[other].push_back({&table, &key});
    }
  return meanings;
}

std::optional<KeyMeaning> findMeaning(const TableInfo &table, StringRef name) {
  static const Meanings meanings = listMeanings(/*ofOthers=*/true);
  auto found = meanings.find(normalized(name.take_front(64)));
  if (found == meanings.end())
    return std::nullopt;
  for (const KeyMeaning &meaning : found->second)
    if (meaning.table->op == table.op)
      return meaning;
  // A name such as `lr` is more likely the run's than an item's.
  for (bool array : {false, true})
    for (const KeyMeaning &meaning : found->second)
      if (meaning.table->array == array && meaning.table->path != table.path)
        return meaning;
  return std::nullopt;
}

std::optional<KeyMeaning> findElsewhere(const TableInfo &table,
                                        StringRef name) {
  static const Meanings meanings = listMeanings(/*ofOthers=*/false);
  auto found = meanings.find(name);
  if (found == meanings.end())
    return std::nullopt;
  for (const KeyMeaning &meaning : found->second)
    if (meaning.table->path != table.path)
      return meaning;
  return std::nullopt;
}

std::string describeTable(StringRef path) {
  if (path.empty())
    return "the recipe";
  return isArrayPath(path) ? ("[[" + path + "]]").str()
                           : ("[" + path + "]").str();
}

} // namespace dsc
