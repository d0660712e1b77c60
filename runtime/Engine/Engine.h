//===- Engine.h - what runs a model's units ---------------------*- C++ -*-===//
//
// The seam between the step plan and whatever computes a model. An engine runs
// the forward and backward of the plan's units over memory that the runtime
// owns; it knows nothing of schedules, optimizers, checkpoints or ranks.
// LibTorch's engine lives in a library of its own that is opened on demand; the
// synthetic one is built in and makes gradients from a counter.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ENGINE_ENGINE_H
#define DSC_RUNTIME_ENGINE_ENGINE_H

#include "runtime/Artifact/Plan_generated.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace dsc {

/// Samples of one micro-batch. Token data: `inputs` and `targets` are
/// [samples, length] i64, a target of kIgnoredTarget counts for nothing. Row
/// data (csv): `inputs` is [samples, columns] f32 in `features`, `targets`
/// [samples] i64.
struct Batch {
  int64_t samples = 0;
  int64_t length = 1;          ///< tokens in a sample; 1 for rows
  std::vector<int64_t> inputs; ///< empty where `features` is used
  std::vector<float> features;
  std::vector<int64_t> targets;
  int64_t targetTokens = 0; ///< targets that are not kIgnoredTarget
  int64_t firstSample = 0;  ///< global index of the first sample
};

inline constexpr int64_t kIgnoredTarget = -100;

struct DeviceBatch;

/// Where a parameter lives. `data` has the model's compute type, `gradient` is
/// f32 in the flat gradient arena, null when the parameter is frozen.
struct ParameterBinding {
  void *data = nullptr;
  float *gradient = nullptr;
};

/// Work split over the engine's threads: called with [begin, end) of chunks.
using RangeFunction = std::function<void(int64_t begin, int64_t end)>;

class Engine {
public:
  virtual ~Engine() = default;

  /// One line for logs and `dsc doctor`: name, version, where it was found.
  virtual std::string describe() const = 0;

  /// Binds the graph to memory. `plan` and the memory outlive the engine.
  /// Throws dsc::Error(Exit::artifact) on an operator that it does not know.
  virtual void bind(const plan::Plan &plan,
                    std::span<const ParameterBinding> parameters) = 0;

  /// Starts a step: the first gradient written to a parameter overwrites the
  /// arena, later ones (further micro-batches, tied uses) are added to it.
  virtual void beginStep(int64_t step) = 0;

  /// Binds a micro-batch. With `train`, what backward needs is kept and every
  /// unit's input is detached at its edge.
  virtual void beginBatch(const Batch &batch, bool train) = 0;

  /// Binds a training micro-batch in the memory of a device. Its seed and loss
  /// are there too: nothing of it may pass through the host, and what is
  /// enqueued for it may be recorded and replayed with other contents. Only
  /// for engines of a device; see runsOnDevice().
  virtual void beginDeviceBatch(const DeviceBatch &batch) {
    throw std::logic_error("an engine of the host was given a device's batch");
  }

  /// After the part of a step that began with the batch.
  virtual void endDeviceBatch() {}

  /// Whether it computes in a device's memory, given to it by bind().
  virtual bool runsOnDevice() const { return false; }

  virtual void forward(int32_t unit) = 0;

  /// Backward of one unit, last to first. `seed` multiplies the loss sum's
  /// gradient: 1 / (target tokens of the global batch); a device's batch has
  /// its own.
  virtual void backward(int32_t unit, double seed) = 0;

  /// Zeroes those gradients of `parameters` that no backward of this step
  /// wrote. What the plan exchanges next is then as it will be.
  virtual void finishGradients(std::span<const int32_t> parameters) = 0;

  /// Sum of the loss over the micro-batch's target tokens, after the last unit.
  virtual double lossSum() = 0;

  /// Copies the scores (logits) of `sample` at `position` into `out`, f32.
  virtual void readScores(int64_t sample, int64_t position,
                          std::vector<float> &out) = 0;

  /// Runs `body` over [0, count) on the engine's threads, split anywhere.
  virtual void parallelFor(int64_t count, const RangeFunction &body) = 0;

  virtual int threads() const = 0;
};

/// Version of the C++ interface above; an engine library of another is refused.
inline constexpr int kEngineAbi = 4;

/// Exported by an engine library as `extern "C" dscEngineOpen`. Returns null
/// and leaves a message when `abi` differs or the engine cannot start.
using EngineOpenFunction = Engine *(*)(int abi, const char *device,
                                       std::string *message);

/// Opens the engine that `choice` names: "synthetic", a path to a library, or
/// "" for the usual search ($DSC_HOME, the program's own folder, the prefix
/// noted at build). Throws dsc::Error(Exit::artifact) listing where it looked.
std::unique_ptr<Engine> openEngine(const std::string &choice,
                                   const std::string &device);

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_ENGINE_H
