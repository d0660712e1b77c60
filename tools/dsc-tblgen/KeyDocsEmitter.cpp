//===- KeyDocsEmitter.cpp - the key reference, as Markdown ----------------===//
//
// A section for each table. Kinds of one table share most of their keys, so
// these come first and each kind then shows only what it has or lacks beside
// them.
//
//===----------------------------------------------------------------------===//

#include "KeyRecords.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;
using namespace dsc::tblgen;

/// A pipe would end the cell.
static std::string cell(StringRef text) {
  std::string result;
  for (char c : text)
    result +=
        c == '|' ? std::string("\\|") : std::string(1, c == '\n' ? ' ' : c);
  return result;
}

/// One row for each key; members of inline tables follow as `key.member`, where
/// they are not among those `described` already.
static void emitRows(raw_ostream &os, ArrayRef<KeyRecord> keys,
                     const std::string &owner, StringSet<> &described) {
  for (const KeyRecord &key : keys) {
    std::string defaultText;
    if (key.required)
      defaultText = "required";
    else if (!key.defaultText.empty())
      defaultText = (Twine("`") + key.defaultText + "`").str();
    os << "| `" << owner << key.name << "` | " << cell(key.words) << " | "
       << cell(defaultText) << " | " << cell(key.doc) << " |\n";
    std::string members = owner + key.name.str() + ".";
    if (!key.members.empty() && described.insert(members).second)
      emitRows(os, key.members, members, described);
  }
}

static void emitKeys(raw_ostream &os, ArrayRef<KeyRecord> keys,
                     StringSet<> &described) {
  if (keys.empty())
    return;
  os << "| key | type | default | meaning |\n| --- | --- | --- | --- |\n";
  emitRows(os, keys, "", described);
  os << "\n";
}

static void emitReserved(raw_ostream &os, ArrayRef<ReservedKeyRecord> keys) {
  if (keys.empty())
    return;
  os << "Not supported yet: ";
  interleaveComma(keys, os, [&](const ReservedKeyRecord &key) {
    os << "`" << key.name << "`";
    if (!key.doc.empty())
      os << " (" << key.doc << ")";
  });
  os << ".\n\n";
}

static std::string title(const TableRecord &table) {
  if (table.path.empty())
    return "Top of the recipe";
  std::string path = table.path.str();
  return table.array ? "`[[" + path + "]]`" : "`[" + path + "]`";
}

/// The keys that most kinds of a table have, three in four at least.
static std::vector<KeyRecord> sharedKeys(ArrayRef<TableRecord> kinds) {
  std::vector<KeyRecord> shared;
  for (const TableRecord &table : kinds)
    for (const KeyRecord &key : table.keys) {
      size_t having = count_if(kinds, [&](const TableRecord &kind) {
        return is_contained(kind.keys, key);
      });
      if (4 * having >= 3 * kinds.size() && !is_contained(shared, key))
        shared.push_back(key);
    }
  return shared;
}

/// Names the shared keys that one kind does not have, or has in its own way.
static void emitMissing(raw_ostream &os, const TableRecord &table,
                        ArrayRef<KeyRecord> shared) {
  std::vector<StringRef> missing;
  for (const KeyRecord &key : shared)
    if (none_of(table.keys,
                [&](const KeyRecord &own) { return own.name == key.name; }))
      missing.push_back(key.name);
  if (missing.empty())
    return;
  os << "Without ";
  ListSeparator comma;
  for (StringRef name : missing)
    os << comma << "`" << name << "`";
  os << ".\n\n";
}

/// The key that says the kind.
static std::string picker(const TableRecord &table) {
  if (table.kindFrom.empty())
    return "`kind`";
  return ("`" + table.kindFrom + "` of `[" + table.path.rsplit('.').first +
          "]`")
      .str();
}

static void emitKinds(raw_ostream &os, ArrayRef<TableRecord> kinds) {
  std::vector<KeyRecord> shared = sharedKeys(kinds);
  os << "## " << title(kinds.front()) << "\n\n";
  os << picker(kinds.front()) << " is one of ";
  ListSeparator comma;
  for (const TableRecord &table : kinds)
    if (!table.kind.empty())
      os << comma << "`" << table.kind << "`";
  os << (kinds.front().kind.empty() ? ", or left out.\n\n" : ".\n\n");
  StringSet<> described;
  emitKeys(os, shared, described);
  for (const TableRecord &table : kinds) {
    if (table.kind.empty())
      os << "### " << title(table) << " without `kind`\n\n";
    else
      os << "### " << title(table) << " `"
         << (table.kindFrom.empty() ? "kind" : table.kindFrom) << " = \""
         << table.kind << "\"`\n\n";
    if (!table.summary.empty())
      os << table.summary << "\n\n";
    std::vector<KeyRecord> own;
    copy_if(table.keys, std::back_inserter(own),
            [&](const KeyRecord &key) { return !is_contained(shared, key); });
    emitKeys(os, own, described);
    emitMissing(os, table, shared);
    emitReserved(os, table.reserved);
  }
}

static void emitKeyDocs(const RecordKeeper &records, raw_ostream &os) {
  MapVector<StringRef, std::vector<TableRecord>> byPath;
  for (TableRecord &table : readTables(records))
    byPath[table.path].push_back(std::move(table));
  for (auto &[path, tables] : byPath) {
    if (tables.size() > 1 || !tables.front().kind.empty()) {
      emitKinds(os, tables);
      continue;
    }
    os << "## " << title(tables.front()) << "\n\n";
    if (!tables.front().summary.empty())
      os << tables.front().summary << "\n\n";
    StringSet<> described;
    emitKeys(os, tables.front().keys, described);
    emitReserved(os, tables.front().reserved);
  }
  std::vector<ReservedTableRecord> reserved = readReservedTables(records);
  if (reserved.empty())
    return;
  os << "## Not supported yet\n\n";
  for (const ReservedTableRecord &table : reserved) {
    os << "- `" << table.path << "`";
    if (!table.kind.empty())
      os << " with `kind = \"" << table.kind << "\"`";
    os << "\n";
  }
}

static TableGen::Emitter::Opt registration("gen-key-docs", emitKeyDocs,
                                           "Generate the key reference");
