//===- TestPlan.cpp -------------------------------------------------------===//

#include "TestPlan.h"

#include "runtime/Base/BFloat16.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Hash.h"
#include "runtime/Base/Signals.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;

static constexpr int64_t kArena = 3 * kBlockElements;
static constexpr int64_t kBlocks = kArena / kBlockElements;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

template <bool shifted>
static void tracks(int64_t step, double *out, const double * = nullptr) {
  double n = double(step);
  double decay = shifted && step >= 30 ? 0.5 : 1;
  double down = std::min(n - 9, 40.0) / 40; // a long run stands still
  out[0] = step < 10 ? 0.01 * (n + 1) / 10 : 0.01 * decay * (1 - down);
}

/// grad, partials.
static void reduceNorm(void *const *buffers, int64_t begin, int64_t end) {
  auto *gradients = static_cast<const float *>(buffers[0]);
  auto *partials = static_cast<double *>(buffers[1]);
  for (int64_t block = begin; block < end; ++block) {
    double sum = 0;
    for (int64_t i = 0; i < kBlockElements; ++i) {
      double value = gradients[block * kBlockElements + i];
      sum += value * value;
    }
    partials[block] = sum;
  }
}

/// partials, counters, uniforms (lr, grad_norm, finite).
template <bool shifted>
static void finish(void *const *buffers, int64_t, int64_t blocks) {
  auto *partials = static_cast<const double *>(buffers[0]);
  auto *counters = static_cast<const int64_t *>(buffers[1]);
  auto *uniforms = static_cast<double *>(buffers[2]);
  double sum = 0;
  for (int64_t block = 0; block < blocks; ++block)
    sum += partials[block];
  tracks<shifted>(counters[kStep], uniforms);
  uniforms[1] = std::sqrt(sum);
  uniforms[2] = std::isfinite(sum);
}

/// param, grad, momentum, uniforms, compute.
static void update(void *const *buffers, int64_t begin, int64_t end) {
  auto *param = static_cast<float *>(buffers[0]);
  auto *gradient = static_cast<const float *>(buffers[1]);
  auto *momentum = static_cast<float *>(buffers[2]);
  float lr = float(static_cast<const double *>(buffers[3])[0]);
  auto *compute = static_cast<uint16_t *>(buffers[4]);
  for (int64_t i = begin; i < end; ++i) {
    momentum[i] = 0.9f * momentum[i] + gradient[i];
    param[i] -= lr * momentum[i];
    compute[i] = toBFloat16(param[i]);
  }
}

KernelTable dsc::test::testKernels(bool shifted) {
  KernelTable table;
  table.isa = "test";
  table.kernels = {reduceNorm, shifted ? finish<true> : finish<false>, update};
  table.tracks = shifted ? tracks<true> : tracks<false>;
  return table;
}

//===----------------------------------------------------------------------===//
// The plan
//===----------------------------------------------------------------------===//

namespace {
enum BufferIndex {
  kParam,
  kGrad,
  kMomentum,
  kPartials,
  kUniforms,
  kCounters,
  kCompute
};
} // namespace

namespace fb = flatbuffers;
using plan::DType;
using plan::Extent;
using plan::OpCode;

static auto makeGraph(fb::FlatBufferBuilder &b) {
  std::vector<plan::SymbolicInt> tokens = {{1, 1, 0}, {1, 0, 1}};
  std::vector<plan::SymbolicInt> scores = {{1, 1, 0}, {1, 0, 1}, {256, 0, 0}};
  std::vector<plan::SymbolicInt> scalar;
  std::vector<fb::Offset<plan::Value>> values = {
      plan::CreateValueDirect(b, "inputs", DType::i64, &tokens),
      plan::CreateValueDirect(b, "targets", DType::i64, &tokens),
      plan::CreateValueDirect(b, "hidden", DType::f32, &scores),
      plan::CreateValueDirect(b, "scores", DType::f32, &scores),
      plan::CreateValueDirect(b, "loss", DType::f32, &scalar)};
  auto unit = [&](const char *name, std::vector<int32_t> in,
                  std::vector<int32_t> out, std::vector<int32_t> parameters) {
    std::vector<fb::Offset<plan::Operand>> operands = {
        plan::CreateOperandDirect(b, plan::OperandKind::value, in[0])};
    std::vector<fb::Offset<plan::Call>> calls = {
        plan::CreateCallDirect(b, "aten::relu", "", &operands, &out)};
    return plan::CreateUnitDirect(b, name, &in, &out, &parameters, &calls);
  };
  std::vector<fb::Offset<plan::Unit>> units = {unit("embed", {0}, {2}, {0}),
                                               unit("head", {2}, {3}, {1, 2})};
  std::vector<int32_t> fields = {0, 1}, usedBy = {0, 1, 1};
  return plan::CreateGraphDirect(b, &values, &fields, &units, 4, 3, &usedBy);
}

static auto makeParameters(fb::FlatBufferBuilder &b, const PlanChoices &c) {
  using plan::InitKind;
  std::vector<int64_t> big = {72, 64}, row = {100}, square = {10, 20};
  return std::vector<fb::Offset<plan::Parameter>>{
      plan::CreateParameterDirect(b, "transformer.wte.weight", &big, 0,
                                  c.parameterOffset, 72 * 64, InitKind::normal,
                                  0.02, false, "embedding"),
      plan::CreateParameterDirect(b, "transformer.ln.weight", &row, 0, 4608,
                                  100, InitKind::ones, 0, false, "norm"),
      plan::CreateParameterDirect(b, "transformer.head.weight", &square, 0,
                                  8192, 200, InitKind::uniform, 0.1, false,
                                  "weight")};
}

static auto makeBuffers(fb::FlatBufferBuilder &b, const PlanChoices &c) {
  auto buffer = [&](const char *name, DType type, Extent extent, int64_t count,
                    bool saved = false,
                    plan::Placement placement = plan::Placement::replicate) {
    return plan::CreateBufferDirect(b, name, type, extent, count, 0, saved,
                                    placement);
  };
  return std::vector<fb::Offset<plan::Buffer>>{
      buffer("param", DType::f32, Extent::element, kArena),
      buffer("grad", DType::f32, Extent::element, kArena),
      buffer("momentum", DType::f32, Extent::element, kArena, true, c.momentum),
      buffer("partials", DType::f64, Extent::block, kBlocks),
      buffer("uniforms", DType::f64, Extent::program, 3),
      buffer("counters", DType::i64, Extent::program, 1),
      buffer("compute", DType::bf16, Extent::element, kArena)};
}

static auto makePrograms(fb::FlatBufferBuilder &b, const PlanChoices &c) {
  using Ops = std::vector<fb::Offset<plan::PlanOp>>;
  auto op = [&](OpCode code, int32_t index = 0, int64_t end = 0) {
    return plan::CreatePlanOp(b, code, index, 0, end);
  };
  Ops micro = {op(OpCode::load_batch), op(OpCode::forward, 0),
               op(OpCode::forward, 1), op(OpCode::backward, 1),
               op(OpCode::backward, 0)};
  Ops last = micro;
  Ops update = {op(OpCode::gradients_done, -1),
                op(OpCode::share_loss),
                op(OpCode::launch, 0, kBlocks),
                op(OpCode::launch, 1, kBlocks),
                op(OpCode::guard),
                op(OpCode::launch, 2, kArena),
                op(OpCode::advance)};
  auto collective = [&](OpCode code, int32_t buffer) {
    return plan::CreatePlanOp(b, code, -1, 0, 0, buffer);
  };
  if (c.meets)
    update.insert(update.begin() + 3,
                  collective(OpCode::all_reduce, kPartials));
  if (c.gathers)
    update.insert(update.end() - 1, collective(OpCode::all_gather, kCompute));
  Ops evaluate = {op(OpCode::load_batch), op(OpCode::forward, 0),
                  op(OpCode::forward, 1)};
  return std::vector<fb::Offset<plan::Program>>{
      plan::CreateProgramDirect(b, "micro", &micro),
      plan::CreateProgramDirect(b, "last_micro", &last),
      plan::CreateProgramDirect(b, "update", &update),
      plan::CreateProgramDirect(b, "evaluate", &evaluate)};
}

static auto makeKernels(fb::FlatBufferBuilder &b, const PlanChoices &c) {
  std::vector<int32_t> norm = {kGrad, kPartials},
                       last = {kPartials, kCounters, kUniforms},
                       map = {kParam + c.kernelOperand, kGrad, kMomentum,
                              kUniforms, kCompute};
  return std::vector<fb::Offset<plan::Kernel>>{
      plan::CreateKernelDirect(b, "norm", plan::KernelKind::reduce, &norm, 4),
      plan::CreateKernelDirect(b, "finish", plan::KernelKind::finish, &last),
      plan::CreateKernelDirect(b, "update", plan::KernelKind::map, &map, 22)};
}

static auto makeData(fb::FlatBufferBuilder &b, const PlanChoices &c) {
  std::vector<plan::SymbolicInt> shape = {{1, 1, 0}, {1, 0, 1}};
  std::vector<fb::Offset<plan::Field>> fields = {
      plan::CreateFieldDirect(b, "inputs", DType::i64, &shape),
      plan::CreateFieldDirect(b, "targets", DType::i64, &shape)};
  std::vector<fb::Offset<plan::File>> files;
  std::vector<fb::Offset<plan::Source>> sources = {plan::CreateSourceDirect(
      b, "words", plan::SourceKind::text, "words", plan::RecordKind::line,
      nullptr, 0.05, -1, &files, 1000, 50)};
  return plan::CreateDataDirect(b, c.tokenizer.c_str(), 256, 16, &fields,
                                &sources);
}

TestPlan::TestPlan(const PlanChoices &c) {
  auto print = [&](const char *part) {
    auto found = c.fingerprint.find(part);
    return sha256Hex(found == c.fingerprint.end() ? part : found->second);
  };
  auto fingerprint = plan::CreateFingerprintDirect(
      builder, print("recipe").c_str(), print("model").c_str(),
      print("data").c_str(), print("schedule").c_str(),
      print("optimizer").c_str(), print("batch").c_str());
  auto model = plan::CreateModelDirect(
      builder, "gpt2", "{\"model_type\": \"gpt2\"}\n", 16, c.init.c_str());
  auto graph = makeGraph(builder);
  auto parameters = makeParameters(builder, c);
  std::vector<fb::Offset<plan::Group>> groups = {
      plan::CreateGroupDirect(builder, "default", 0, kArena, 1)};
  auto buffers = makeBuffers(builder, c);
  std::vector<fb::Offset<fb::String>> uniforms, names;
  for (const char *name : {"lr", "grad_norm", "finite"})
    uniforms.push_back(builder.CreateString(name));
  names.push_back(builder.CreateString("lr"));
  auto kernels = makeKernels(builder, c);
  auto programs = makePrograms(builder, c);
  std::vector<fb::Offset<plan::Phase>> phases = {
      plan::CreatePhaseDirect(builder, "warmup", "linear", 0, 10),
      plan::CreatePhaseDirect(builder, "anneal", "linear", 10, c.steps)};
  auto data = makeData(builder, c);
  std::vector<fb::Offset<plan::Evaluation>> evaluations;
  if (c.evaluateEvery)
    evaluations.push_back(plan::CreateEvaluationDirect(
        builder, "words", 0, true, c.evaluateEvery, -1, true, c.stopAfter));
  std::vector<fb::Offset<plan::Bucket>> buckets;
  auto training = plan::CreateTrainingDirect(
      builder, c.steps, c.batch, c.microBatch, 0, 0, 600, c.seed, false,
      c.nonfinite, c.precision, "auto", c.checkpointEvery, c.keepLast,
      c.logEvery);
  plan::FinishPlanBuffer(
      builder,
      plan::CreatePlanDirect(builder, kPlanFormat, "tiny", "test", fingerprint,
                             model, graph, &parameters, &groups, &buckets,
                             &buffers, &uniforms, &names, &kernels, &programs,
                             &phases, data, &evaluations, training));
}

const plan::Plan &TestPlan::get() const {
  return *plan::GetPlan(builder.GetBufferPointer());
}

std::string TestPlan::bytes() const {
  return {reinterpret_cast<const char *>(builder.GetBufferPointer()),
          builder.GetSize()};
}

//===----------------------------------------------------------------------===//
// Samples and jobs
//===----------------------------------------------------------------------===//

namespace {

/// Token t of sample i is a hash of both; sample i has i mod 5 ignored targets.
class TestStream : public SampleStream {
public:
  explicit TestStream(int64_t samples) : samples(samples) {}
  int64_t size() const override { return samples; }
  void read(int64_t first, int64_t count, Batch &batch) override {
    batch = {};
    batch.samples = count;
    batch.length = 16;
    batch.firstSample = first;
    for (int64_t i = first; i < first + count; ++i)
      for (int64_t t = 0; t < 16; ++t) {
        batch.inputs.push_back((i * 31 + t * 7) % 251);
        bool ignored = t < i % 5;
        batch.targets.push_back(ignored ? kIgnoredTarget : (i + t) % 256);
        batch.targetTokens += !ignored;
      }
  }

private:
  int64_t samples;
};

} // namespace

TrainJob dsc::test::testJob(const TestPlan &plan,
                            const std::string &runDirectory) {
  TrainJob job;
  job.plan = &plan.get();
  job.recipe = "name = \"tiny\"\n";
  job.kernels = testKernels();
  job.openEngine = [] { return openEngine("synthetic", "cpu"); };
  job.openDevice = [&plan](const KernelTable &kernels, ParallelFor parallelFor,
                           const DeviceMemory &memory) {
    return openCpuDevice(plan.get(), kernels, std::move(parallelFor), memory);
  };
  job.openTraining = [] { return std::make_unique<TestStream>(1000); };
  job.openEvaluation = [](int) { return std::make_unique<TestStream>(10); };
  job.place.name = "tiny";
  job.place.directory = runDirectory;
  job.quiet = true;
  return job;
}

Workplace::Workplace() : before(std::filesystem::current_path()) {
  // In memory where there is such a place: a kill should not mostly hit fsync.
  std::filesystem::path parent = "/dev/shm";
  if (::access(parent.c_str(), W_OK) != 0)
    parent = std::filesystem::temp_directory_path();
  std::string pattern = parent / "dsc-train-XXXXXX";
  folder = ::mkdtemp(pattern.data());
  std::filesystem::current_path(folder);
}

Workplace::~Workplace() {
  std::filesystem::current_path(before);
  std::filesystem::remove_all(folder);
}

std::map<std::string, std::string> dsc::test::contract(const std::string &run) {
  std::map<std::string, std::string> all;
  std::istringstream events(readFile(run + "/events.jsonl"));
  for (std::string line; std::getline(events, line);) {
    auto event = nlohmann::ordered_json::parse(line);
    std::string kind = event["event"];
    event.erase("time");
    if (kind == "step" || kind == "eval" || kind == "phase" ||
        kind == "checkpoint")
      all["events"] += event.dump() + "\n";
  }
  std::istringstream metrics(readFile(run + "/metrics.csv"));
  for (std::string line; std::getline(metrics, line);)
    all["metrics"] += line.substr(0, line.rfind(',')) + "\n";
  for (const std::string &name : listDirectory(run + "/checkpoints")) {
    all["names"] += name + "\n";
    for (const char *file :
         {"model.safetensors", "optimizer.safetensors", "config.json"})
      all[name + "/" + file] =
          readFile(run + "/checkpoints/" + name + "/" + file);
  }
  return all;
}

int dsc::test::runChild(const std::function<int()> &body, int signal,
                        const std::function<void()> &wait) {
  pid_t child = ::fork();
  if (child == 0) {
    int code = body();
    ::_exit(code);
  }
  if (signal) {
    wait();
    ::kill(child, signal);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int dsc::test::trainCode(const TrainJob &job) {
  try {
    return int(train(job));
  } catch (const Error &error) {
    return int(error.code());
  }
}

std::string dsc::test::trainError(const TrainJob &job) {
  try {
    train(job);
  } catch (const Error &error) {
    return std::string(error.what()) + "\n" + error.hint();
  }
  return "";
}

std::vector<std::string> dsc::test::eventsOf(const std::string &run,
                                             const std::string &kind) {
  std::vector<std::string> lines;
  std::istringstream events(readFile(run + "/events.jsonl"));
  for (std::string line; std::getline(events, line);)
    if (line.find("{\"event\":\"" + kind + "\"") == 0)
      lines.push_back(line);
  return lines;
}
