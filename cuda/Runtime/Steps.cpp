//===- Steps.cpp ----------------------------------------------------------===//

#include "cuda/Runtime/Steps.h"

#include "runtime/Artifact/KernelAbi.h"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <functional>
#include <thread>

using namespace dsc;
using namespace dsc::cuda;

/// Steps op by op before a part is recorded.
static constexpr int64_t kWarmUps = 2;

/// Where a wait has to be watched: small ones are done in less than this; a
/// sleep would make them longer.
static constexpr std::chrono::microseconds kSpin{200}, kPause{20};

Steps::Steps(Gpu &gpu) : gpu(gpu), own(gpu), calls(gpu.driver) {
  for (Stream &stream : streams)
    gpu.check(gpu.driver.createStream(&stream, kNonBlocking), "a stream");
  gpu.check(gpu.driver.createEvent(&stepDone, kDisableTiming), "an event");
  control =
      gpu.allocate("the step's control block", sizeof(StepControl), Use::batch);
  progress = static_cast<int64_t *>(
      gpu.allocatePinned("the step's notes", sizeof(int64_t)));
}

Steps::~Steps() {
  // A graph that is still running must not be taken away.
  for (Stream stream : streams)
    gpu.driver.wait(stream);
  for (Recording &recording : recordings)
    recording.destroy(gpu);
  gpu.driver.destroyEvent(stepDone);
  for (Stream stream : streams)
    gpu.driver.destroyStream(stream);
}

//===----------------------------------------------------------------------===//
// Failures
//===----------------------------------------------------------------------===//

/// Where each op is waited for it is the one that failed; else the device has
/// noted the last of some that were done.
std::string Steps::lastOp() const {
  if (!enqueued.empty())
    return "plan op: " + enqueued;
  constexpr int64_t notes = std::size(kStepNotes);
  int64_t note = *static_cast<volatile int64_t *>(progress);
  return std::string("last plan op done: ") +
         kStepNotes[note >= 0 && note < notes ? note : 0];
}

/// The first step that left no record.
int64_t Steps::unfinished() const {
  int64_t ticket = readSoFar;
  while (ticket + 1 < begun && headOf(ticket)->ticket == ticket)
    ticket += 1;
  return ticket;
}

std::string Steps::phase() const {
  if (begun > readSoFar)
    return fmt::format("step {} runs", indices[unfinished() % kSlots]);
  return begun > 0 ? fmt::format("the run goes on after step {}",
                                 indices[(begun - 1) % kSlots])
                   : gpu.phase;
}

void Steps::check(Status status, const std::string &what) {
  if (status == kSuccess)
    return;
  gpu.phase = phase();
  gpu.check(status, what + "; " + lastOp());
}

void Steps::lookAfter(std::chrono::steady_clock::time_point begin) {
  try {
    calls.check();
    if (look)
      look(std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - begin));
  } catch (const Error &error) {
    throw Error(
        error.code(),
        fmt::format("{}, while {}; {}", error.what(), phase(), lastOp()),
        error.hint());
  }
}

/// The driver's own wait would not end where another rank is waited for that
/// is gone.
void Steps::waitFor(Stream stream, const std::string &what) {
  if (!look) {
    check(gpu.driver.wait(stream), what);
    lookAfter(std::chrono::steady_clock::now());
    return;
  }
  auto begin = std::chrono::steady_clock::now();
  Status status = gpu.driver.query(stream);
  for (; status == kNotReady; status = gpu.driver.query(stream)) {
    lookAfter(begin);
    if (std::chrono::steady_clock::now() - begin > kSpin)
      std::this_thread::sleep_for(kPause);
  }
  check(status, what);
  lookAfter(std::chrono::steady_clock::now());
}

void Steps::wait() {
  for (Stream stream : streams)
    waitFor(stream, "the step's work");
}

void Steps::abandon() {
  for (Recording &recording : recordings)
    recording.destroy(gpu);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

StepPlaces Steps::open(const StepShape &newShape) {
  gpu.phase = "the first step is prepared";
  shape = newShape;
  stepBytes = shape.batchBytes * shape.batches;
  recordBytes = int64_t(sizeof(RecordHead)) +
                (plan.uniformCount + plan.stateCount) * int64_t(sizeof(double));
  staged = gpu.allocate("a micro-batch", shape.batchBytes, Use::batch);
  ring = gpu.allocate("the ring of batches", stepBytes * kSlots, Use::batch);
  hostRing = static_cast<char *>(
      gpu.allocatePinned("the ring of batches", stepBytes * kSlots));
  records = static_cast<char *>(
      gpu.allocatePinned("the ring of records", recordBytes * kSlots));
  for (int64_t slot = 0; slot < kSlots; ++slot)
    headOf(slot)->ticket = -1;
  told = gpu.allocate(
      "what ranks tell",
      size_t(shape.ranks * (shape.batches + 1)) * sizeof(double), Use::batch);
  return {reinterpret_cast<char *>(staged),
          reinterpret_cast<double *>(control + offsetof(StepControl, loss)),
          reinterpret_cast<const int64_t *>(plan.counters +
                                            kStep * sizeof(int64_t)),
          handle(), reinterpret_cast<double *>(told)};
}

Address Steps::stopFlag() const {
  return control + offsetof(StepControl, stop);
}

void *Steps::shared(int64_t bytes) {
  return gpu.allocatePinned("what the host computes", bytes);
}

//===----------------------------------------------------------------------===//
// A step from the host
//===----------------------------------------------------------------------===//

char *Steps::batches() { return hostRing + begun % kSlots * stepBytes; }

void Steps::begin(int64_t step) {
  indices[begun % kSlots] = step;
  Stream stream = streamOf(begun);
  int64_t slot = begun % kSlots;
  check(gpu.driver.uploadAsync(ring + slot * stepBytes, batches(), stepBytes,
                               stream),
        "a copy of a batch");
  if (shape.batches > 1 && begun > 0)
    check(gpu.driver.waitEvent(stream, stepDone, 0), "the step before");
  begun += 1;
}

void Steps::runNow(const std::function<void()> &body) {
  wait();
  body();
  wait();
  enqueued.clear();
  calls.forget();
}

void Steps::makeRecording(Recording &recording,
                          const std::function<void()> &body) {
  wait();
  isRecording = true;
  std::string reason = recording.make(gpu, streams.front(), body);
  isRecording = false;
  int64_t refusing = agreement        ? agreement(reason.empty())
                     : reason.empty() ? -1
                                      : shape.rank;
  if (refusing < 0)
    return;
  recording.refuse(gpu);
  // One of the ranks says why.
  if (refusing == shape.rank)
    fmt::print(stderr,
               "dsc: warning: the step runs op by op, not as one graph: {}\n",
               reason);
}

void Steps::run(StepPart part, const std::function<void()> &body) {
  Recording &recording = recordings[size_t(part)];
  Stream stream = streamOf(begun - 1);
  // Where one part cannot be recorded, neither can another.
  bool mayRecord =
      begun > kWarmUps && std::none_of(recordings.begin(), recordings.end(),
                                       std::mem_fn(&Recording::isRefused));
  if (mayRecord && recording.isDue())
    makeRecording(recording, body);
  if (recording.isReady())
    recording.replay(gpu, stream);
  else
    runNow(body); // op by op
  if (part == StepPart::lastMicroBatch && shape.batches > 1)
    check(gpu.driver.recordEvent(stepDone, stream), "the step's end");
}

StepOutcome Steps::read() {
  waitFor(streamOf(readSoFar), "the step's work");
  const RecordHead *head = headOf(readSoFar);
  if (head->ticket != readSoFar++)
    throw Error(Exit::internal, "a step's record is that of another step");
  auto *values = reinterpret_cast<const double *>(head + 1);
  return {head->made != 0, head->asked != 0, head->loss, values,
          values + plan.uniformCount};
}

void Steps::restart() {
  wait();
  readSoFar = begun;
  int64_t thawed = 0;
  gpu.upload(control + offsetof(StepControl, frozen), &thawed, sizeof(thawed),
             "the step's control block");
}
