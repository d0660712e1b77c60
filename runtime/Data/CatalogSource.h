//===- CatalogSource.h - a source, opened -----------------------*- C++ -*-===//
//
// What the survey and the streams share: the files, their records, and which of
// them are held out. So the compiler's counts are the runtime's by
// construction.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DATA_CATALOGSOURCE_H
#define DSC_RUNTIME_DATA_CATALOGSOURCE_H

#include "runtime/Data/CatalogCsv.h"
#include "runtime/Data/CatalogHoldout.h"
#include "runtime/Data/CatalogText.h"

namespace dsc {

struct OpenedSource {
  SourceSpec spec;
  std::vector<MappedFile> files;
  std::vector<TextRecord> text; ///< kind text
  CsvTable table;               ///< kind csv
  RecordSplit split;
  SourceFacts facts;
};

/// Opens, hashes and counts. Throws as surveySource() does.
OpenedSource openSource(const SourceSpec &spec, const std::string &tokenizer,
                        int64_t sequence, uint64_t seed);

/// Samples of `sequence` tokens whose every token has a successor.
int64_t wholeSamples(uint64_t tokens, int64_t sequence);
/// The same with the last, short one.
int64_t allSamples(uint64_t tokens, int64_t sequence);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_CATALOGSOURCE_H
