//===- CatalogText.h - text as records of bytes -----------------*- C++ -*-===//
//
// A record is what a text is shuffled and held out by: a line, a paragraph
// (with the blank lines after it) or a file. With the tokenizer "bytes" its
// tokens are its bytes, newline included. A line or paragraph at the end of a
// file that lacks its newlines gets them, or the shuffle would glue two records
// together.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DATA_CATALOGTEXT_H
#define DSC_RUNTIME_DATA_CATALOGTEXT_H

#include "runtime/Data/CatalogFiles.h"

namespace dsc {

struct TextRecord {
  const char *data;
  uint64_t bytes : 62;
  uint64_t missingNewlines : 2;

  uint64_t tokens() const { return bytes + missingNewlines; }
};

/// The first `spec.limit` records in the order of the files. Throws
/// dsc::Error(Exit::refused) on an unknown kind of record.
std::vector<TextRecord> splitText(const std::vector<MappedFile> &files,
                                  const SourceSpec &spec);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_CATALOGTEXT_H
