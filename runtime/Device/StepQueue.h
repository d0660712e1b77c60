//===- StepQueue.h - steps without the host ---------------------*- C++ -*-===//
//
// On a device whose work goes on while the host does something else, a step is
// enqueued and read later. Nothing of it passes through the host but its
// batches, on their way in, and a record of its scalars, some steps later on
// the way out: the device counts the steps, decides whether one is made, and
// does not make those after one that was not. So its parts can be recorded once
// and replayed.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DEVICE_STEPQUEUE_H
#define DSC_RUNTIME_DEVICE_STEPQUEUE_H

#include "runtime/Artifact/BatchShape.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace dsc {

struct StepShape {
  int64_t batchBytes = 0; ///< a micro-batch with its header
  int64_t batches = 1;    ///< micro-batches of a step
  bool accumulates =
      false;         ///< their gradients are added up where they are made
  int lossSlot = -1; ///< of the buffer `state`; -1: nobody observes it
  int64_t rank = 0, ranks = 1;
};

/// Where a step's numbers lie on the device, the same in every step.
struct StepPlaces {
  char *batch = nullptr;         ///< the micro-batch being run
  double *loss = nullptr;        ///< the engine puts its loss sum here
  const int64_t *step = nullptr; ///< index of the step being made
  void *queue = nullptr;         ///< handle()
  /// What ranks tell one another in a step, [ranks][batches + 1]: the loss sums
  /// of a rank's micro-batches, then whether it was asked to stop. A step
  /// writes its own rank's.
  double *told = nullptr;
};

/// What the host learns of a step. The arrays stay until the next one is read.
struct StepOutcome {
  bool made = false;
  bool stopAsked = false; ///< of any rank, where there are several
  double loss = 0;        ///< mean over the step's target tokens
  const double *uniforms = nullptr;
  const double *state = nullptr;
};

/// What is enqueued again and again: a micro-batch, and one with the update.
/// The first of several is a part by itself where a step begins with something
/// else.
enum class StepPart { firstMicroBatch, microBatch, lastMicroBatch };
inline constexpr int kStepParts = 3;

class StepQueue {
public:
  virtual ~StepQueue() = default;

  /// Takes the memory that steps of this shape need.
  virtual StepPlaces open(const StepShape &shape) = 0;

  /// The driver's handle of what parts are enqueued on.
  virtual void *handle() = 0;

  /// `look` is called again and again while the host waits for the device, with
  /// how long it has waited, and once when it is done: what it throws ends the
  /// wait.
  using Look = std::function<void(std::chrono::milliseconds waited)>;
  virtual void watch(Look look) = 0;

  /// Called when a part has been recorded, or could not be: returns the first
  /// rank that could not record it, -1 where all could. Ranks run a part in one
  /// way: where one could not record it, none replays it.
  using Agreement = std::function<int64_t(bool recorded)>;
  virtual void agree(Agreement agreement) = 0;

  /// What is under way need not come to an end: forgets what was recorded.
  virtual void abandon() = 0;

  /// Steps that may be under way at a time.
  virtual int64_t depth() const = 0;

  /// Host memory for the micro-batches of the next step, one after the other.
  /// No more than depth() steps may be unread.
  virtual char *batches() = 0;

  /// Sends them, and begins the step of this index.
  virtual void begin(int64_t step) = 0;

  /// Enqueues a part of the step: `body` does, or what was recorded of it,
  /// which is never that of the first step.
  virtual void run(StepPart part, const std::function<void()> &body) = 0;

  /// Between steps: enqueues what `body` does, and waits for it.
  virtual void runNow(const std::function<void()> &body) = 0;

  /// Waits for the oldest unread step.
  virtual StepOutcome read() = 0;

  /// After a step that was not made: forgets the unread ones, none of which
  /// was, and begins anew with the step after them.
  virtual void restart() = 0;

  //===--------------------------------------------------------------------===//
  // Inside of a part
  //===--------------------------------------------------------------------===//

  virtual void takeBatch() = 0;
  virtual void addLoss() = 0;
  /// After all ranks have told theirs: the losses of all are added, in order.
  virtual void addTold() = 0;
  virtual void beginUpdate() = 0;
  virtual void guard() = 0;
  virtual void advance() = 0;
  virtual void record() = 0;
  virtual void clear(void *address, int64_t bytes) = 0;

  /// Names the plan's op that comes next, for the message of a failure.
  virtual void announce(const std::string &op) = 0;

  //===--------------------------------------------------------------------===//
  // For an engine that computes on the host
  //===--------------------------------------------------------------------===//

  /// Memory that both can reach, for as long as the device lives.
  virtual void *shared(int64_t bytes) = 0;

  /// Copies from the device to the host, after all that was enqueued.
  virtual void fetchNow(void *memory, const void *address, int64_t bytes) = 0;

  /// Inside of a part: copies between it and the device, and calls the host.
  /// What `call` throws is thrown where the host waits for the device; calls
  /// behind it are not made any more.
  virtual void fetch(void *shared, const void *address, int64_t bytes) = 0;
  virtual void store(void *address, const void *shared, int64_t bytes) = 0;
  virtual void callHost(std::function<void()> call) = 0;
};

} // namespace dsc

#endif // DSC_RUNTIME_DEVICE_STEPQUEUE_H
