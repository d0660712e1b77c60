//===- DeviceStepTest.cpp - what a device is told of a plan ---------------===//
//
// A queue, a communicator and an engine that write down what they are told, in
// the order in which a device would be. A gather is named by the first unit
// that reads its bucket; `await` says what the step waits for from there on.
//
//===----------------------------------------------------------------------===//

#include "RightPlans.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Train/Step/Executor.h"
#include "test/unit/Collectives/HalfOfPair.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <map>

using namespace dsc;
using namespace dsc::test;
using testing::ElementsAre;

namespace {

/// Buckets of a unit follow each other: what is the same is said once.
class Said : public std::vector<std::string> {
public:
  void add(const std::string &text) {
    if (empty() || back() != text)
      push_back(text);
  }
};

class Queue : public StepQueue {
public:
  explicit Queue(Said &said) : said(said) {}

  StepPlaces open(const StepShape &shape) override {
    memory.resize(size_t(shape.batchBytes * shape.batches));
    return {memory.data(), &told, nullptr, nullptr, &told};
  }
  void *handle() override { return nullptr; }
  void watch(Look) override {}
  void agree(Agreement) override {}
  void abandon() override {}
  int64_t depth() const override { return 4; }
  char *batches() override { return memory.data(); }
  void begin(int64_t step) override { said.add("step"); }
  void run(StepPart part, const std::function<void()> &body) override {
    said.add(part == StepPart::firstMicroBatch ? "first:"
             : part == StepPart::microBatch    ? "micro:"
                                               : "last:");
    body();
  }
  void runNow(const std::function<void()> &body) override {
    said.add("now:");
    body();
  }
  StepOutcome read() override { return {true, false, 0, numbers, numbers}; }
  void restart() override {}
  void takeBatch() override {}
  void addLoss() override {}
  void addTold() override {}
  void beginUpdate() override {}
  void guard() override {}
  void advance() override { said.add("advance"); }
  void record() override {}
  void clear(void *, int64_t) override {}
  void announce(const std::string &) override {}
  void *shared(int64_t) override { return nullptr; }
  void fetchNow(void *, const void *, int64_t) override {}
  void fetch(void *, const void *, int64_t) override {}
  void store(void *, const void *, int64_t) override {}
  void callHost(std::function<void()>) override {}

private:
  Said &said;
  std::vector<char> memory;
  double told = 0;
  const double numbers[8] = {};
};

/// Its buffers lie far apart, and are never touched.
class QueuedDevice : public Device {
public:
  explicit QueuedDevice(Said &said) : queue(said) {}
  std::string describe() const override { return "a list"; }
  void *address(int buffer) override {
    return reinterpret_cast<void *>((uintptr_t(buffer) + 1) << 32);
  }
  void upload(int, int64_t, const void *, int64_t) override {}
  void download(int, int64_t, void *, int64_t) override {}
  void launch(int, int64_t, int64_t) override {}
  void *scratch(int64_t) override { return nullptr; }
  void keepSum(int, int, const std::vector<SubtreeKeep> &, size_t) override {}
  void joinSums(const SumsJoin &) override {}
  StepQueue *steps() override { return &queue; }

private:
  Queue queue;
};

class Wire : public DeviceCommunicator {
public:
  Wire(Said &said, const plan::Plan &plan) : said(said), plan(plan) {}

  std::string describe() const override { return "a list"; }
  int rank() const override { return 0; }
  int size() const override { return 2; }
  void reduceScatterTo(float *, Bounds, float *) override {}
  /// Of parameters; losses are numbers of eight bytes.
  void allGather(void *, int64_t width, Bounds bounds) override {
    for (const plan::Bucket *bucket : *plan.buckets())
      if (width == sizeof(float) && bounds.front() == bucket->begin()) {
        said.add(fmt::format("gather {}", bucket->first_unit()));
        open[tickets] = fmt::format("await {}", bucket->first_unit());
      }
  }
  void allReduce(float *, int64_t) override {}
  void allReduce(double *, int64_t) override {}
  void transfer(std::span<const Transfer>, std::span<const Transfer>) override {
  }
  int64_t submit(std::function<void()> work) override {
    ++tickets;
    work();
    return tickets;
  }
  /// Says which gathers are waited for now that were not before.
  void wait(int64_t ticket) override {
    for (; !open.empty() && open.begin()->first <= ticket;
         open.erase(open.begin()))
      said.add(open.begin()->second);
  }
  void check(std::chrono::milliseconds) override {}
  void abort(const Error &) override {}
  void leave() override {}

private:
  Said &said;
  const plan::Plan &plan;
  int64_t tickets = 0;
  std::map<int64_t, std::string> open; ///< gathers, by their tickets
};

class QuietEngine : public Engine {
public:
  explicit QuietEngine(Said &said) : said(said) {}
  std::string describe() const override { return "a list"; }
  void bind(const plan::Plan &, std::span<const ParameterBinding>) override {}
  void beginStep(int64_t) override {}
  void beginBatch(const Batch &, bool) override {}
  void beginDeviceBatch(const DeviceBatch &) override {}
  bool runsOnDevice() const override { return true; }
  void forward(int32_t unit) override {
    said.add(fmt::format("forward {}", unit));
  }
  void backward(int32_t, double) override {}
  void finishGradients(std::span<const int32_t>) override {}
  double lossSum() override { return 0; }
  void readScores(int64_t, int64_t, std::vector<float> &) override {}
  void parallelFor(int64_t, const RangeFunction &) override {}
  int threads() const override { return 1; }

private:
  Said &said;
};

/// Three units, each with buckets that it is the first to read.
class DeviceSteps : public testing::Test {
protected:
  void open(Strategy strategy, int64_t micro) {
    PlanShape shape;
    shape.strategy = strategy;
    shape.units = 3;
    shape.blocks = 3;
    shape.bucketBlocks = 1;
    shape.batch = 2 * micro;
    shape.microBatch = 1;
    bytes = pack(rightPlan(shape));
    const plan::Plan &plan = *plan::GetPlan(bytes.data());
    wire.emplace(said, plan);
    executor.emplace(plan, device, engine, peer, &*wire);
    batches.micro.resize(size_t(micro));
  }

  Said step() {
    said.clear();
    executor->submit(count++, batches);
    return said;
  }
  Said settle() {
    said.clear();
    executor->settle();
    return said;
  }

  std::vector<uint8_t> bytes;
  Said said;
  HalfOfPair peer;
  QueuedDevice device{said};
  QuietEngine engine{said};
  std::optional<Wire> wire;
  std::optional<Executor> executor;
  StepBatches batches;
  int64_t count = 0;
};

} // namespace

/// What the first unit reads is gathered while the rest is updated, what others
/// read while the units before them run.
TEST_F(DeviceSteps, LeaveGathersToTheNextForward) {
  open(Strategy::zero1, /*micro=*/1);
  step();
  EXPECT_THAT(step(),
              ElementsAre("step", "last:", "gather 1", "gather 2", "forward 0",
                          "await 1", "forward 1", "await 2", "forward 2",
                          "gather 0", "advance", "await 0"));
}

/// It has nothing to go on with, and its order is compared as a whole.
TEST_F(DeviceSteps, SettleTheFirst) {
  open(Strategy::zero1, /*micro=*/1);
  EXPECT_THAT(step(), ElementsAre("step", "last:", "forward 0", "forward 1",
                                  "forward 2", "gather 0", "advance", "await 0",
                                  "now:", "gather 1", "gather 2", "await 1",
                                  "await 2"));
  EXPECT_THAT(settle(), ElementsAre());
}

/// What is read between steps is whole, and is not asked for twice.
TEST_F(DeviceSteps, AreSettledOnce) {
  open(Strategy::zero2, /*micro=*/1);
  step();
  step();
  EXPECT_THAT(settle(), ElementsAre("now:", "gather 1", "gather 2", "await 1",
                                    "await 2"));
  EXPECT_THAT(settle(), ElementsAre());
}

/// The parts are the same in every step, or they could not be recorded.
TEST_F(DeviceSteps, GoOnWithTheFirstMicroBatchAlone) {
  open(Strategy::zero2, /*micro=*/3);
  step();
  Said second = step();
  EXPECT_THAT(second,
              ElementsAre("step", "first:", "gather 1", "gather 2", "forward 0",
                          "await 1", "forward 1", "await 2", "forward 2",
                          "micro:", "forward 0", "forward 1", "forward 2",
                          "last:", "forward 0", "forward 1", "forward 2",
                          "gather 0", "advance", "await 0"));
  settle();
  EXPECT_EQ(step(), second);
}

TEST_F(DeviceSteps, WithoutGathersHaveNoPartMore) {
  open(Strategy::replicated, /*micro=*/2);
  step();
  EXPECT_THAT(step(), ElementsAre("step", "micro:", "forward 0", "forward 1",
                                  "forward 2", "last:", "forward 0",
                                  "forward 1", "forward 2", "advance"));
  EXPECT_THAT(settle(), ElementsAre());
}
