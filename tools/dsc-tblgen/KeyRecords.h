//===- KeyRecords.h - the tables and keys in an ODS file --------*- C++ -*-===//
//
// Reads the records of DscBase.td once, in the order in which they are written,
// for all emitters.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TOOLS_DSC_TBLGEN_KEYRECORDS_H
#define DSC_TOOLS_DSC_TBLGEN_KEYRECORDS_H

#include "llvm/TableGen/Record.h"

#include <string>
#include <vector>

namespace dsc::tblgen {

struct KeyRecord {
  llvm::StringRef name, attributeName, typeName, words, doc, defaultText;
  std::vector<llvm::StringRef> choices, others;
  bool required = false;
  std::vector<KeyRecord> members; ///< of an inline table

  bool operator==(const KeyRecord &) const = default;
};

struct ReservedKeyRecord {
  llvm::StringRef name, doc;
  std::vector<llvm::StringRef> others;

  bool operator==(const ReservedKeyRecord &) const = default;
};

struct TableRecord {
  std::string opName;     ///< dsc.linear
  std::string identifier; ///< linear, usable in C++
  llvm::StringRef path, kind, kindFrom, summary;
  std::vector<llvm::StringRef> kindOthers;
  bool array = false;
  std::vector<KeyRecord> keys;
  std::vector<ReservedKeyRecord> reserved;
  const llvm::Record *record = nullptr;
};

struct ReservedTableRecord {
  llvm::StringRef path, kind;
};

/// In the order of a recipe on paper.
std::vector<TableRecord> readTables(const llvm::RecordKeeper &records);
std::vector<ReservedTableRecord>
readReservedTables(const llvm::RecordKeeper &records);

} // namespace dsc::tblgen

#endif // DSC_TOOLS_DSC_TBLGEN_KEYRECORDS_H
