//===- Catalog.h - what the compiler learns of the data ---------*- C++ -*-===//
//
// Sizes, hashes, sample counts and vocabularies, without LibTorch: linked by
// the compiler, which records them in the plan, and by the runtime, which
// compares.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DATA_CATALOG_H
#define DSC_RUNTIME_DATA_CATALOG_H

#include <cstdint>
#include <string>
#include <vector>

namespace dsc {

struct FileFacts {
  std::string path; ///< after globs and ${VAR}
  uint64_t bytes = 0;
  std::string sha256; ///< hex
};

/// One [[data.source]], or the source part of an [[eval]].
struct SourceSpec {
  std::string name;
  std::string kind;            ///< text, csv, tokens
  std::string path;            ///< globs; ${VAR} expanded when opened
  std::string record = "file"; ///< file, line, paragraph
  std::string field;           ///< csv: target column; "" or "last"
  double holdout = 0;          ///< fraction of the records
  int64_t limit = -1;          ///< records; -1 all
};

struct SourceFacts {
  std::vector<FileFacts> files;
  int64_t records = 0;
  int64_t trainingRecords = 0;
  int64_t heldOutRecords = 0;
  int64_t trainingSamples = 0; ///< in an epoch
  int64_t heldOutSamples = 0;
  int64_t columns = 0; ///< csv: feature columns
  int64_t classes = 0; ///< csv: 1 + largest target
};

/// Reads a source. `sequence` is the tokens in a sample, `seed` draws the
/// holdout. Throws dsc::Error(Exit::refused) on what cannot be read, on a
/// source without records, and on a holdout that comes to none or all of them.
SourceFacts surveySource(const SourceSpec &spec, const std::string &tokenizer,
                         int64_t sequence, uint64_t seed);

/// Tokens that `tokenizer` knows ("bytes": 256; "", where samples are rows: 0).
/// Throws dsc::Error(Exit::refused) on any other.
int64_t vocabularySize(const std::string &tokenizer);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_CATALOG_H
