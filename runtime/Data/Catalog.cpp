//===- Catalog.cpp - what the compiler learns of the data -----------------===//

#include "runtime/Data/Catalog.h"

#include "runtime/Base/Error.h"
#include "runtime/Data/CatalogSource.h"

#include <fmt/format.h>

using namespace dsc;

SourceFacts dsc::surveySource(const SourceSpec &spec,
                              const std::string &tokenizer, int64_t sequence,
                              uint64_t seed) {
  return openSource(spec, tokenizer, sequence, seed).facts;
}

int64_t dsc::vocabularySize(const std::string &tokenizer) {
  if (tokenizer.empty())
    return 0;
  if (tokenizer == "bytes")
    return 256;
  throw Error(Exit::refused,
              fmt::format("tokenizer '{}' is not supported yet", tokenizer),
              "tokenizer = \"bytes\" takes every byte as a token");
}
