//===- TestPlan.h - a small plan with kernels in C++ ------------*- C++ -*-===//
//
// Two units, three parameters, one of them of two blocks; SGD with momentum;
// a schedule of two phases. Everything of a run but MLIR and LibTorch.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_TRAIN_TESTPLAN_H
#define DSC_TEST_UNIT_TRAIN_TESTPLAN_H

#include "runtime/Train/Trainer.h"

#include <map>
#include <string>
#include <vector>

namespace dsc::test {

struct PlanChoices {
  int64_t steps = 40;
  int64_t batch = 8;
  int64_t microBatch = 4;
  int64_t checkpointEvery = 5;
  int64_t keepLast = 2;
  int64_t logEvery = 1;
  int64_t evaluateEvery = 7; ///< 0: no evaluation
  int64_t stopAfter = -1;
  uint64_t seed = 7;
  plan::Nonfinite nonfinite = plan::Nonfinite::stop;
  plan::Precision precision = plan::Precision::f32;
  std::string init;
  std::map<std::string, std::string> fingerprint;
  std::string tokenizer = "bytes";
  /// Ranks sum partials before they update, and gather `compute` after it.
  bool meets = false, gathers = false;
  plan::Placement momentum = plan::Placement::replicate;
  /// Turns a good plan into a bad one.
  int64_t parameterOffset = 0;
  int32_t kernelOperand = 0;
};

/// A plan and the bytes that hold it.
class TestPlan {
public:
  explicit TestPlan(const PlanChoices &choices = {});
  const plan::Plan &get() const;
  std::string bytes() const;

private:
  flatbuffers::FlatBufferBuilder builder;
};

/// The kernels of the plan; `shifted` has another decay.
KernelTable testKernels(bool shifted = false);

/// A job with the synthetic engine and samples that are functions of their
/// index. The plan outlives it.
TrainJob testJob(const TestPlan &plan, const std::string &runDirectory = "");

/// An empty directory, entered for as long as the object lives.
class Workplace {
public:
  Workplace();
  ~Workplace();
  const std::string &path() const { return folder; }

private:
  std::string folder, before;
};

/// What must be equal between a killed and an undisturbed run: events without
/// `time`, metrics without `seconds`, names and bytes of the checkpoints.
std::map<std::string, std::string> contract(const std::string &runDirectory);

/// Runs `body` in a child process; kills it with `signal` when `wait` returns.
/// Returns the exit code, or -1 when the signal ended it.
int runChild(const std::function<int()> &body, int signal = 0,
             const std::function<void()> &wait = {});

/// train() with errors as exit codes.
int trainCode(const TrainJob &job);

/// The message of the dsc::Error that train() throws, or "".
std::string trainError(const TrainJob &job);

/// Lines of events.jsonl of a kind.
std::vector<std::string> eventsOf(const std::string &runDirectory,
                                  const std::string &kind);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_TRAIN_TESTPLAN_H
