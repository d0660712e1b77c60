//===- Steps.h - steps as CUDA graphs ---------------------------*- C++ -*-===//
//
// Steps take slots of a ring in turn, and each slot has a stream: its batches
// are copied there, and the step's graph is launched there. A launch of a graph
// is ordered behind the launches of the same graph before it, whatever their
// streams, so the copy for the next step runs beside this one, and the host
// makes two calls a step and waits for nothing but a slot. Where micro-batches
// are accumulated, a step has several graphs, and an event orders it behind the
// step before.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_CUDA_RUNTIME_STEPS_H
#define DSC_CUDA_RUNTIME_STEPS_H

#include "cuda/Runtime/Code.h"
#include "cuda/Runtime/HostCalls.h"
#include "cuda/Runtime/Recording.h"
#include "cuda/Runtime/StepKernels.h"
#include "runtime/Device/Device.h"

#include <array>

namespace dsc::cuda {

/// Buffers of the plan that a step reads and writes beside its kernels'.
struct StepBuffers {
  Address counters = 0, uniforms = 0, state = 0, gradients = 0;
  int64_t gradientBytes = 0;
  int64_t uniformCount = 0, stateCount = 0;
  int finiteSlot = -1; ///< of `uniforms`; -1: every step is made
};

class Steps final : public StepQueue {
public:
  explicit Steps(Gpu &gpu);
  ~Steps() override;

  void bind(const StepBuffers &buffers) { plan = buffers; }

  /// Waits for everything that was enqueued.
  void wait();

  /// Of the control block: the kernels of a step that is not made do nothing.
  Address stopFlag() const;

  /// Launches a kernel with 8-byte parameters.
  void launch(const LoadedKernel &kernel, int64_t count,
              const std::vector<int64_t> &values, const std::string &what);

  /// The device's keepSum() and joinSums().
  void keepSum(Address gradients, Address subtrees, int64_t elements,
               const std::vector<SubtreeKeep> &keeps);
  void joinSums(const SumsJoin &join);

  StepPlaces open(const StepShape &shape) override;
  void *handle() override { return streams.front(); }
  void watch(Look newLook) override { look = std::move(newLook); }
  void agree(Agreement newAgreement) override {
    agreement = std::move(newAgreement);
  }
  void abandon() override;
  int64_t depth() const override { return kSlots; }
  char *batches() override;
  void begin(int64_t step) override;
  void run(StepPart part, const std::function<void()> &body) override;
  void runNow(const std::function<void()> &body) override;
  StepOutcome read() override;
  void restart() override;

  void takeBatch() override;
  void addLoss() override;
  void addTold() override;
  void beginUpdate() override;
  void guard() override;
  void advance() override;
  void record() override;
  void clear(void *address, int64_t bytes) override;
  void announce(const std::string &op) override;

  void *shared(int64_t bytes) override;
  void fetchNow(void *memory, const void *address, int64_t bytes) override;
  void fetch(void *shared, const void *address, int64_t bytes) override;
  void store(void *address, const void *shared, int64_t bytes) override;
  void callHost(std::function<void()> call) override;

private:
  static constexpr int64_t kSlots = kStepsUnderWay;

  Stream streamOf(int64_t ticket) const { return streams[ticket % kSlots]; }
  void makeRecording(Recording &recording, const std::function<void()> &body);
  /// `words` is how many it goes over.
  void launchOwn(StepKernel kernel, std::vector<int64_t> values,
                 int64_t words = 1);
  Address tableOf(const std::vector<SubtreeKeep> &keeps);
  void check(Status status, const std::string &what);
  void waitFor(Stream stream, const std::string &what);
  void lookAfter(std::chrono::steady_clock::time_point begin);
  std::string phase() const;
  std::string lastOp() const;
  int64_t unfinished() const;
  RecordHead *headOf(int64_t ticket) const {
    return reinterpret_cast<RecordHead *>(records +
                                          ticket % kSlots * recordBytes);
  }

  Gpu &gpu;
  StepBuffers plan;
  StepShape shape;
  StepKernels own;
  std::array<Stream, kSlots> streams = {};
  Event stepDone = nullptr;
  Look look;
  Agreement agreement;
  Address control = 0, staged = 0, ring = 0, told = 0, keepTable = 0;
  char *hostRing = nullptr;
  char *records = nullptr;
  int64_t *progress = nullptr;
  int64_t recordBytes = 0, stepBytes = 0;

  int64_t begun = 0, readSoFar = 0;         ///< steps
  std::array<int64_t, kSlots> indices = {}; ///< of the steps in the slots
  std::array<Recording, kStepParts> recordings;
  bool isRecording = false;
  std::string enqueued; ///< the last op, where each is waited for
  HostCalls calls;
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_STEPS_H
