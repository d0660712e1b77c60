//===- DataFixture.cpp - files and plans for the data tests ---------------===//

#include "DataFixture.h"

#include "runtime/Artifact/KernelAbi.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace dsc;

DataTest::DataTest() {
  std::string pattern =
      (std::filesystem::temp_directory_path() / "dsc-data-XXXXXX").string();
  folder = std::string(mkdtemp(pattern.data())) + "/";
}

DataTest::~DataTest() { std::filesystem::remove_all(folder); }

std::string DataTest::write(const std::string &name,
                            const std::string &bytes) const {
  std::ofstream(folder + name, std::ios::binary) << bytes;
  return folder + name;
}

static plan::SourceKind kindOf(const std::string &name) {
  return name == "csv" ? plan::SourceKind::csv : plan::SourceKind::text;
}

static plan::RecordKind recordOf(const std::string &name) {
  return name == "line"        ? plan::RecordKind::line
         : name == "paragraph" ? plan::RecordKind::paragraph
                               : plan::RecordKind::file;
}

using Builder = flatbuffers::FlatBufferBuilder;

static flatbuffers::Offset<plan::Data> buildData(Builder &b,
                                                 const SourceSpec &spec,
                                                 const SourceFacts &facts,
                                                 const PlanOptions &options) {
  std::vector<flatbuffers::Offset<plan::File>> files;
  for (const FileFacts &file : facts.files)
    files.push_back(plan::CreateFileDirect(b, file.path.c_str(), file.bytes,
                                           file.sha256.c_str()));
  std::vector<flatbuffers::Offset<plan::Source>> sources{
      plan::CreateSourceDirect(
          b, spec.name.c_str(), kindOf(spec.kind), spec.path.c_str(),
          recordOf(spec.record), spec.field.c_str(), spec.holdout, spec.limit,
          &files, facts.trainingSamples, facts.heldOutSamples)};
  std::vector<flatbuffers::Offset<plan::Field>> fields;
  return plan::CreateDataDirect(b, options.tokenizer.c_str(), 256,
                                options.sequence, &fields, &sources);
}

RecordedPlan::RecordedPlan(const SourceSpec &spec, const PlanOptions &options)
    : facts(surveySource(spec, options.tokenizer, options.sequence,
                         options.seed)) {
  Builder b;
  auto data = buildData(b, spec, facts, options);
  std::vector<flatbuffers::Offset<plan::Evaluation>> evaluations{
      plan::CreateEvaluationDirect(b, "check", 0, options.heldOut, 1,
                                   options.evaluationSamples)};
  auto training = plan::CreateTrainingDirect(
      b, 1, options.batch, 0, 1, 0, 600, options.seed, false,
      plan::Nonfinite::stop, plan::Precision::f32, "cpu", 1, 2, 1);
  auto fingerprint = plan::CreateFingerprintDirect(b, "", "", "", "", "", "");
  auto model = plan::CreateModelDirect(b, "gpt2", "{}");
  std::vector<flatbuffers::Offset<plan::Value>> values;
  std::vector<int32_t> batchFields;
  std::vector<flatbuffers::Offset<plan::Unit>> units;
  auto graph = plan::CreateGraphDirect(b, &values, &batchFields, &units);
  std::vector<flatbuffers::Offset<plan::Parameter>> parameters;
  std::vector<flatbuffers::Offset<plan::Group>> groups;
  std::vector<flatbuffers::Offset<plan::Bucket>> buckets;
  std::vector<flatbuffers::Offset<plan::Buffer>> buffers;
  std::vector<flatbuffers::Offset<flatbuffers::String>> names;
  std::vector<flatbuffers::Offset<plan::Kernel>> kernels;
  std::vector<flatbuffers::Offset<plan::Program>> programs;
  std::vector<flatbuffers::Offset<plan::Phase>> phases;
  plan::FinishPlanBuffer(
      b, plan::CreatePlanDirect(b, kPlanFormat, "test", "test", fingerprint,
                                model, graph, &parameters, &groups, &buckets,
                                &buffers, &names, &names, &kernels, &programs,
                                &phases, data, &evaluations, training));
  bytes.assign(b.GetBufferPointer(), b.GetBufferPointer() + b.GetSize());
}
