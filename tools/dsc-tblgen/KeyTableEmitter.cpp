//===- KeyTableEmitter.cpp - KeyTable.inc ---------------------------------===//
//
// Constant arrays of the structs in dialect/Dsc/KeyTable.h.
//
//===----------------------------------------------------------------------===//

#include "KeyRecords.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;
using namespace dsc::tblgen;

static std::string quoted(StringRef text) {
  std::string result;
  raw_string_ostream stream(result);
  stream << '"';
  stream.write_escaped(text);
  stream << '"';
  return result;
}

/// Declares an array of texts unless it is empty, and returns its initializer.
static std::string emitTexts(raw_ostream &os, const std::string &name,
                             ArrayRef<StringRef> texts) {
  if (texts.empty())
    return "{}";
  os << "static constexpr llvm::StringLiteral " << name << "[] = {";
  interleaveComma(texts, os, [&](StringRef text) { os << quoted(text); });
  os << "};\n";
  return name;
}

/// Declares the arrays that a KeyInfo of each key points to, then those of the
/// keys themselves, and returns the initializer of the latter.
static std::string emitKeys(raw_ostream &os, const std::string &owner,
                            ArrayRef<KeyRecord> keys) {
  std::string entries;
  for (const KeyRecord &key : keys) {
    std::string prefix = owner + "_" + key.attributeName.str();
    std::string choices = emitTexts(os, prefix + "_choices", key.choices);
    std::string others = emitTexts(os, prefix + "_others", key.others);
    std::string members = emitKeys(os, prefix, key.members);
    entries += "    {" + quoted(key.name) + ", " + quoted(key.attributeName) +
               ", " + quoted(key.typeName) + ", " + quoted(key.words) + ", " +
               quoted(key.doc) + ", " + quoted(key.defaultText) + ", " +
               choices + ", " + others + ", " +
               (key.required ? "true" : "false") + ", " + members + "},\n";
  }
  if (entries.empty())
    return "{}";
  os << "static constexpr KeyInfo " << owner << "_keys[] = {\n"
     << entries << "};\n";
  return owner + "_keys";
}

static void emitTable(raw_ostream &os, const TableRecord &table,
                      std::string &initializer) {
  std::string keysName = emitKeys(os, table.identifier, table.keys), reserved;
  for (const ReservedKeyRecord &key : table.reserved) {
    std::string others = emitTexts(
        os, table.identifier + "_reserved_" + key.name.str() + "_others",
        key.others);
    reserved += "    {" + quoted(key.name) + ", " + quoted(key.doc) + ", " +
                others + "},\n";
  }
  std::string reservedName = "{}";
  if (!reserved.empty()) {
    reservedName = table.identifier + "_reservedKeys";
    os << "static constexpr ReservedKeyInfo " << reservedName << "[] = {\n"
       << reserved << "};\n";
  }
  std::string kindOthers =
      emitTexts(os, table.identifier + "_kindOthers", table.kindOthers);
  initializer += "    {" + quoted(table.opName) + ", " + quoted(table.path) +
                 ", " + quoted(table.kind) + ", " + quoted(table.kindFrom) +
                 ", " + kindOthers + ", " + quoted(table.summary) + ", " +
                 (table.array ? "true" : "false") + ", " + keysName + ", " +
                 reservedName + "},\n";
}

static void emitKeyTable(const RecordKeeper &records, raw_ostream &os) {
  emitSourceFileHeader("The keys of a recipe", os, records);
  std::string tables;
  for (const TableRecord &table : readTables(records))
    emitTable(os, table, tables);
  os << "static constexpr TableInfo allTables[] = {\n" << tables << "};\n";

  std::vector<ReservedTableRecord> reserved = readReservedTables(records);
  os << "static constexpr std::array<ReservedTableInfo, " << reserved.size()
     << "> allReservedTables = {{\n";
  for (const ReservedTableRecord &table : reserved)
    os << "    {" << quoted(table.path) << ", " << quoted(table.kind) << "},\n";
  os << "}};\n";
}

static TableGen::Emitter::Opt
    registration("gen-key-table", emitKeyTable,
                 "Generate the table of a recipe's keys");
