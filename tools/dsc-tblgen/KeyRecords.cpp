//===- KeyRecords.cpp - the tables and keys in an ODS file ----------------===//

#include "KeyRecords.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/TableGen/Error.h"

#include <algorithm>

using namespace llvm;

namespace dsc::tblgen {

/// TableGen hands out records by name; authors think in the order of the file.
static std::vector<const Record *> inFileOrder(const RecordKeeper &records,
                                               StringRef className) {
  ArrayRef<const Record *> found =
      records.getAllDerivedDefinitionsIfDefined(className);
  std::vector<const Record *> sorted(found.begin(), found.end());
  std::sort(sorted.begin(), sorted.end(), LessRecordByID());
  return sorted;
}

static KeyRecord readKey(const Record &record) {
  KeyRecord key;
  key.name = record.getValueAsString("name");
  key.attributeName = record.getValueAsString("attributeName");
  key.doc = record.getValueAsString("doc");
  key.defaultText = record.getValueAsString("default");
  key.others = record.getValueAsListOfStrings("others");
  key.required = record.getValueAsBit("required");
  const Record *type = record.getValueAsDef("type");
  key.typeName = type->getValueAsString("name");
  key.words = type->getValueAsString("words");
  if (type->getValue("choices"))
    key.choices = type->getValueAsListOfStrings("choices");
  if (type->getValue("members"))
    for (const Record *member : type->getValueAsListOfDefs("members"))
      key.members.push_back(readKey(*member));
  return key;
}

static TableRecord readTable(const Record &record) {
  TableRecord table;
  table.record = &record;
  StringRef mnemonic = record.getValueAsString("opName");
  StringRef dialect =
      record.getValueAsDef("opDialect")->getValueAsString("name");
  table.opName = (dialect + "." + mnemonic).str();
  table.identifier = mnemonic.str();
  std::replace(table.identifier.begin(), table.identifier.end(), '.', '_');
  table.path = record.getValueAsString("path");
  table.kind = record.getValueAsString("kind");
  table.kindFrom = record.getValueAsString("kindFrom");
  table.kindOthers = record.getValueAsListOfStrings("kindOthers");
  table.summary = record.getValueAsString("summary");
  table.array = record.getValueAsBit("array");
  for (const Record *key : record.getValueAsListOfDefs("keys"))
    table.keys.push_back(readKey(*key));
  for (const Record *key : record.getValueAsListOfDefs("reserved"))
    table.reserved.push_back({key->getValueAsString("name"),
                              key->getValueAsString("doc"),
                              key->getValueAsListOfStrings("others")});
  return table;
}

std::vector<TableRecord> readTables(const RecordKeeper &records) {
  std::vector<TableRecord> tables;
  for (const Record *record : inFileOrder(records, "Dsc_Table")) {
    tables.push_back(readTable(*record));
    const TableRecord &table = tables.back();
    // The importer finds an op by path and kind, so both must be one table's.
    for (size_t i = 0; i + 1 < tables.size(); ++i)
      if (tables[i].path == table.path && tables[i].kind == table.kind)
        PrintFatalError(record->getLoc(), "a second table for path '" +
                                              table.path + "' and kind '" +
                                              table.kind + "'");
  }
  std::vector<StringRef> order =
      records.getDef("Dsc_PaperOrder")->getValueAsListOfStrings("paths");
  std::stable_sort(tables.begin(), tables.end(),
                   [&](const TableRecord &a, const TableRecord &b) {
                     return llvm::find(order, a.path) <
                            llvm::find(order, b.path);
                   });
  return tables;
}

std::vector<ReservedTableRecord>
readReservedTables(const RecordKeeper &records) {
  std::vector<ReservedTableRecord> tables;
  for (const Record *record : inFileOrder(records, "ReservedTable"))
    tables.push_back(
        {record->getValueAsString("path"), record->getValueAsString("kind")});
  return tables;
}

} // namespace dsc::tblgen
