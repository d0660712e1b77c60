//===- Dataset.cpp - opens the plan's data and checks that it is the same -===//

#include "runtime/Data/Dataset.h"

#include "runtime/Base/Error.h"
#include "runtime/Data/Streams.h"

#include <fmt/format.h>

using namespace dsc;

static SourceSpec specOf(const plan::Source &source) {
  SourceSpec spec;
  spec.name = source.name()->str();
  spec.kind = plan::EnumNameSourceKind(source.kind());
  spec.path = source.path()->str();
  spec.record = plan::EnumNameRecordKind(source.record());
  spec.field = source.field() ? source.field()->str() : "";
  spec.holdout = source.holdout();
  spec.limit = source.limit();
  return spec;
}

static Error changed(const std::string &name, const std::string &what) {
  return Error(Exit::refused,
               fmt::format("source '{}' is not the data that the recipe was "
                           "compiled with: {}",
                           name, what),
               "put the recorded data back, or compile the recipe again");
}

static void compareFiles(const plan::Source &recorded,
                         const OpenedSource &found) {
  const auto &files = *recorded.files();
  const auto &facts = found.facts.files;
  // Paths may differ, as ${VAR} may: what counts is the content.
  for (size_t i = 0; i < std::min<size_t>(files.size(), facts.size()); ++i) {
    const plan::File &file = *files[flatbuffers::uoffset_t(i)];
    if (file.bytes() != facts[i].bytes ||
        file.sha256()->str() != facts[i].sha256)
      throw changed(
          found.spec.name,
          fmt::format("'{}' has {} bytes and SHA-256 {}, recorded were {} "
                      "bytes and SHA-256 {} of '{}'",
                      facts[i].path, facts[i].bytes, facts[i].sha256,
                      file.bytes(), file.sha256()->str(), file.path()->str()));
  }
  if (files.size() == facts.size())
    return;
  bool more = facts.size() > files.size();
  size_t extra = std::min<size_t>(files.size(), facts.size());
  throw changed(
      found.spec.name,
      fmt::format("'{}' names {} files, recorded were {}; {} '{}'",
                  found.spec.path, facts.size(), files.size(),
                  more ? "new is" : "missing is",
                  more ? facts[extra].path
                       : files[flatbuffers::uoffset_t(extra)]->path()->str()));
}

static void compareCount(const OpenedSource &source, const char *what,
                         int64_t recorded, int64_t found) {
  if (recorded != found)
    throw changed(source.spec.name, fmt::format("{} {} samples, recorded were "
                                                "{}",
                                                found, what, recorded));
}

static OpenedSource open(const plan::Plan &plan, int32_t index) {
  const plan::Data &data = *plan.data();
  if (index < 0 || uint32_t(index) >= data.sources()->size())
    throw Error(Exit::artifact,
                fmt::format("the plan names data source {}, but has {}", index,
                            data.sources()->size()));
  const plan::Source &recorded = *data.sources()->Get(uint32_t(index));
  OpenedSource source = openSource(specOf(recorded), data.tokenizer()->str(),
                                   data.sequence(), plan.training()->seed());
  compareFiles(recorded, source);
  compareCount(source, "training", recorded.training_samples(),
               source.facts.trainingSamples);
  compareCount(source, "held-out", recorded.heldout_samples(),
               source.facts.heldOutSamples);
  return source;
}

std::unique_ptr<SampleStream> dsc::openTraining(const plan::Plan &plan) {
  OpenedSource source = open(plan, 0);
  int64_t batch = plan.training()->batch();
  if (batch < 1 || source.facts.trainingSamples < batch)
    throw Error(Exit::refused,
                fmt::format("source '{}' has {} training samples, which is "
                            "less than one batch of {}",
                            source.spec.name, source.facts.trainingSamples,
                            batch),
                "lower train.batch or data.sequence, or add data");
  TrainingOrder order{plan.training()->seed(), batch};
  if (source.spec.kind == "csv")
    return trainOnRows(std::move(source), order);
  return trainOnText(std::move(source), plan.data()->sequence(), order);
}

std::unique_ptr<SampleStream> dsc::openEvaluation(const plan::Plan &plan,
                                                  int evaluation) {
  if (evaluation < 0 || uint32_t(evaluation) >= plan.evaluations()->size())
    throw Error(Exit::artifact,
                fmt::format("the plan has {} evaluations, evaluation {} is "
                            "asked for",
                            plan.evaluations()->size(), evaluation));
  const plan::Evaluation &recorded =
      *plan.evaluations()->Get(uint32_t(evaluation));
  OpenedSource source = open(plan, recorded.source());
  EvaluationExtent extent{recorded.held_out(), recorded.samples()};
  std::string name = source.spec.name;
  std::unique_ptr<SampleStream> stream =
      source.spec.kind == "csv"
          ? evaluateRows(std::move(source), extent)
          : evaluateText(std::move(source), plan.data()->sequence(), extent);
  if (stream->size() == 0)
    throw Error(Exit::refused,
                fmt::format("evaluation '{}' finds no samples in source '{}'",
                            recorded.name()->str(), name),
                recorded.held_out() ? "give the source a holdout, as in "
                                      "holdout = \"5%\""
                                    : "");
  return stream;
}
