//===- CatalogSource.cpp - a source, opened -------------------------------===//

#include "runtime/Data/CatalogSource.h"

#include "runtime/Base/Error.h"

#include <fmt/format.h>
#include <limits>

using namespace dsc;

int64_t dsc::wholeSamples(uint64_t tokens, int64_t sequence) {
  return tokens == 0 ? 0 : int64_t((tokens - 1) / uint64_t(sequence));
}

int64_t dsc::allSamples(uint64_t tokens, int64_t sequence) {
  if (tokens == 0)
    return 0;
  return int64_t((tokens - 1 + uint64_t(sequence) - 1) / uint64_t(sequence));
}

static uint64_t countTokens(const std::vector<TextRecord> &text,
                            const std::vector<uint32_t> &records) {
  uint64_t tokens = 0;
  for (uint32_t record : records)
    tokens += text[record].tokens();
  return tokens;
}

/// Reads the records and says how many there are.
static uint64_t readRecords(OpenedSource &source, const std::string &tokenizer,
                            int64_t sequence) {
  const SourceSpec &spec = source.spec;
  if (spec.kind == "csv") {
    source.table = readCsv(source.files, spec);
    return uint64_t(source.table.rows);
  }
  if (vocabularySize(tokenizer) == 0 || sequence < 1)
    throw Error(Exit::refused,
                fmt::format("source '{}': text needs a tokenizer and a "
                            "sequence of at least one token",
                            spec.name),
                "set data.tokenizer = \"bytes\" and data.sequence");
  source.text = splitText(source.files, spec);
  return source.text.size();
}

static void checkRecords(const SourceSpec &spec, uint64_t records) {
  if (records == 0)
    throw Error(Exit::refused, fmt::format("source '{}': '{}' holds no records",
                                           spec.name, spec.path));
  if (records > std::numeric_limits<uint32_t>::max())
    throw Error(Exit::refused,
                fmt::format("source '{}' has {} records, more than {} are not "
                            "supported yet",
                            spec.name, records,
                            std::numeric_limits<uint32_t>::max()));
}

/// A holdout that rounds to nothing, or leaves nothing, is not what was asked.
static void checkHoldout(const SourceSpec &spec, const RecordSplit &split) {
  size_t records = split.training.size() + split.heldOut.size();
  if (spec.holdout <= 0 || (!split.heldOut.empty() && !split.training.empty()))
    return;
  throw Error(
      Exit::refused,
      fmt::format(
          "source '{}': a holdout of {:g}% of {} record{} {}", spec.name,
          spec.holdout * 100, records, records == 1 ? "" : "s",
          split.heldOut.empty() ? "is none" : "leaves none to train on"),
      spec.kind == "text" && spec.record != "line"
          ? fmt::format(
                "a record is a {}; record = \"line\" makes smaller ones",
                spec.record)
          : "");
}

static void countSamples(OpenedSource &source, int64_t sequence) {
  SourceFacts &facts = source.facts;
  facts.trainingRecords = int64_t(source.split.training.size());
  facts.heldOutRecords = int64_t(source.split.heldOut.size());
  facts.records = facts.trainingRecords + facts.heldOutRecords;
  if (source.spec.kind == "csv") {
    facts.trainingSamples = facts.trainingRecords;
    facts.heldOutSamples = facts.heldOutRecords;
    facts.columns = source.table.columns;
    facts.classes = source.table.classes;
    return;
  }
  facts.trainingSamples =
      wholeSamples(countTokens(source.text, source.split.training), sequence);
  facts.heldOutSamples =
      allSamples(countTokens(source.text, source.split.heldOut), sequence);
}

OpenedSource dsc::openSource(const SourceSpec &spec,
                             const std::string &tokenizer, int64_t sequence,
                             uint64_t seed) {
  if (spec.kind != "text" && spec.kind != "csv")
    throw Error(Exit::refused,
                fmt::format("source '{}': kind '{}' is not "
                            "supported yet, expected text or csv",
                            spec.name, spec.kind));
  OpenedSource source;
  source.spec = spec;
  for (MappedFile &file : openFiles(spec.path))
    source.files.push_back(std::move(file));
  for (const MappedFile &file : source.files)
    source.facts.files.push_back(file.facts());
  uint64_t records = readRecords(source, tokenizer, sequence);
  checkRecords(spec, records);
  source.split = splitRecords(records, spec.holdout, seed);
  checkHoldout(spec, source.split);
  countSamples(source, sequence);
  return source;
}
