//===- CatalogCsv.h - rows of numbers with a class --------------*- C++ -*-===//
//
// A table of comma-separated numbers; one column is the class to predict, the
// others are features. A first line that holds anything but numbers is a
// header.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DATA_CATALOGCSV_H
#define DSC_RUNTIME_DATA_CATALOGCSV_H

#include "runtime/Data/CatalogFiles.h"

namespace dsc {

struct CsvTable {
  int64_t rows = 0;
  int64_t columns = 0;          ///< of features
  int64_t classes = 0;          ///< 1 + largest target
  std::vector<float> features;  ///< [rows, columns]
  std::vector<int64_t> targets; ///< [rows]
};

/// Reads the first `spec.limit` rows. `spec.field` names the target's column;
/// "" or "last" is the last one. Throws dsc::Error(Exit::refused) with file,
/// line and column on what is no such table.
CsvTable readCsv(const std::vector<MappedFile> &files, const SourceSpec &spec);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_CATALOGCSV_H
