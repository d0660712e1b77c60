//===- SurveyData.cpp - what the files hold -------------------------------===//

#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Tables.h"

#include "runtime/Base/Error.h"
#include "runtime/Data/Catalog.h"

#include "mlir/IR/Builders.h"

#include <functional>

using namespace mlir;
using namespace dsc;

namespace {

class Surveyor {
public:
  Surveyor(RecipeOp recipe, bool partial)
      : recipe(recipe), builder(recipe.getContext()),
        data(findTable<DataOp>(recipe)), train(findTable<TrainOp>(recipe)),
        report(partial) {}

  LogicalResult run();

private:
  void surveyVocabulary();
  void survey(Operation *table, const SourceSpec &spec);
  void record(Operation *table, const SourceFacts &facts);
  bool attempt(Operation *table, StringRef key, std::function<void()> action);

  RecipeOp recipe;
  Builder builder;
  DataOp data;
  TrainOp train;
  Report report;
};

} // namespace

/// The catalog speaks in exceptions, which must not pass through MLIR.
bool Surveyor::attempt(Operation *table, StringRef key,
                       std::function<void()> action) {
  try {
    action();
    return true;
  } catch (const Error &error) {
    report.error(table, key, error.what(), error.hint());
  } catch (const std::exception &error) {
    report.error(table, key, error.what());
  }
  return false;
}

static int64_t integerOr(Operation *table, StringRef key, int64_t fallback) {
  auto value = table->getAttrOfType<IntegerAttr>(key);
  return value ? value.getInt() : fallback;
}

static StringRef textOr(Operation *table, StringRef key, StringRef fallback) {
  auto value = table->getAttrOfType<StringAttr>(key);
  return value ? value.getValue() : fallback;
}

/// The keys that sources and evaluations share.
static SourceSpec readSpec(Operation *table) {
  SourceSpec spec;
  spec.name = getName(table).str();
  spec.path = textOr(table, "path", "").str();
  spec.limit = integerOr(table, "limit", -1);
  if (auto holdout = table->getAttrOfType<FloatAttr>("holdout"))
    spec.holdout = holdout.getValueAsDouble();
  return spec;
}

void Surveyor::record(Operation *table, const SourceFacts &facts) {
  SmallVector<Attribute> files;
  for (const FileFacts &file : facts.files)
    files.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("path", builder.getStringAttr(file.path)),
         builder.getNamedAttr("bytes", builder.getI64IntegerAttr(file.bytes)),
         builder.getNamedAttr("sha256", builder.getStringAttr(file.sha256))}));
  table->setAttr("files", builder.getArrayAttr(files));
  auto set = [&](StringRef key, int64_t value) {
    table->setAttr(key, builder.getI64IntegerAttr(value));
  };
  set("training_samples", facts.trainingSamples);
  set("heldout_samples", facts.heldOutSamples);
  if (facts.columns) {
    set("columns", facts.columns);
    set("classes", facts.classes);
  }
}

void Surveyor::survey(Operation *table, const SourceSpec &spec) {
  int64_t sequence = data ? integerOr(data, "sequence", 0) : 0;
  if (spec.kind == "text" && sequence < 1)
    return report.absent(data ? data.getOperation() : table, "sequence",
                         "'sequence' is missing, and no model has a context to "
                         "take it from",
                         "write sequence = 128 in [data]");
  std::string tokenizer = data ? textOr(data, "tokenizer", "").str() : "";
  uint64_t seed = train ? integerOr(train, "seed", 0) : 0;
  attempt(table, "path", [&] {
    record(table, surveySource(spec, tokenizer, sequence, seed));
  });
}

void Surveyor::surveyVocabulary() {
  if (!data || !data.getTokenizer())
    return;
  attempt(data, "tokenizer", [&] {
    int64_t tokens = vocabularySize(data.getTokenizer()->str());
    data->setAttr("vocabulary", builder.getI64IntegerAttr(tokens));
  });
}

LogicalResult Surveyor::run() {
  surveyVocabulary();
  for (auto source : listTables<SourceInterface>(recipe)) {
    SourceSpec spec = readSpec(source);
    spec.kind = source.getSourceKind().str();
    spec.record = source.getRecordKind().str();
    spec.field = source.getTargetField().str();
    survey(source, spec);
  }
  for (auto eval : listTables<EvalOp>(recipe)) {
    if (!eval.getPath() || !eval.getKind())
      continue;
    SourceSpec spec = readSpec(eval);
    spec.kind = eval.getKind()->str();
    spec.record = eval.getRecord().value_or("file").str();
    spec.field = eval.getField().value_or("").str();
    survey(eval, spec);
  }
  return report.result();
}

/// Whether the length of the run or of a phase counts passes over the data.
static bool needsSurvey(RecipeOp recipe) {
  for (Operation &table : recipe.getBody().front()) {
    if (!isa<TrainOp, PhaseInterface>(table))
      continue;
    bool found = false;
    table.getAttrDictionary().walk(
        [&](LengthAttr length) { found |= length.getUnit() == "epochs"; });
    if (found)
      return true;
  }
  return false;
}

LogicalResult dsc::surveyData(RecipeOp recipe, const ResolveOptions &options) {
  if (options.scheduleOnly && !needsSurvey(recipe))
    return success();
  return Surveyor(recipe, options.partial).run();
}

std::optional<ModelFacts> dsc::readModelFacts(RecipeOp recipe) {
  auto data = findTable<DataOp>(recipe);
  auto source = findTable<SourceInterface>(recipe);
  if (!data || !source)
    return std::nullopt;
  ModelFacts facts;
  if (auto train = findTable<TrainOp>(recipe))
    facts.precision = train.getPrecision().value_or("f32").str();
  if (source.getSourceKind() == "csv") {
    facts.columns = integerOr(source, "columns", 0);
    facts.classes = integerOr(source, "classes", 0);
    return facts.columns ? std::optional(facts) : std::nullopt;
  }
  facts.vocabulary = integerOr(data, "vocabulary", 0);
  facts.sequence = integerOr(data, "sequence", 0);
  return facts.vocabulary && facts.sequence ? std::optional(facts)
                                            : std::nullopt;
}
