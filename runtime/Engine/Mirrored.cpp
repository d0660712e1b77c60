//===- Mirrored.cpp -------------------------------------------------------===//

#include "runtime/Engine/Mirrored.h"

#include "runtime/Base/Error.h"
#include "runtime/Engine/BatchLayout.h"

#include <utility>

using namespace dsc;

namespace {

class MirroredEngine : public Engine {
public:
  MirroredEngine(std::unique_ptr<Engine> engine, Device &device)
      : inner(std::move(engine)), queue(*device.steps()) {}

  std::string describe() const override { return inner->describe(); }
  bool runsOnDevice() const override { return true; }
  void bind(const plan::Plan &plan,
            std::span<const ParameterBinding> parameters) override;
  void beginStep(int64_t step) override { inner->beginStep(step); }
  void beginBatch(const Batch &batch, bool train) override;
  void beginDeviceBatch(const DeviceBatch &batch) override;
  void forward(int32_t unit) override;
  void backward(int32_t unit, double seed) override;
  void finishGradients(std::span<const int32_t> parameters) override;
  double lossSum() override { return inner->lossSum(); }
  void readScores(int64_t sample, int64_t position,
                  std::vector<float> &out) override {
    inner->readScores(sample, position, out);
  }
  void parallelFor(int64_t count, const RangeFunction &body) override {
    inner->parallelFor(count, body);
  }
  int threads() const override { return inner->threads(); }

private:
  /// A parameter's memory on the device and here.
  struct Mirror {
    ParameterBinding there, here;
    int64_t bytes, gradientBytes;
    // In this micro-batch:
    bool fetched = false; ///< the parameter
    bool brought = false; ///< the gradient
  };

  void fetchParameters(int32_t unit);
  void bringGradients(std::span<const int32_t> parameters);

  std::unique_ptr<Engine> inner;
  StepQueue &queue;
  const plan::Plan *plan = nullptr;
  std::vector<Mirror> mirrors;
  bool onDevice = false; ///< the batch is the device's

  // Of the step that the device makes.
  StepPlaces places;
  char *bytes = nullptr; ///< the micro-batch
  int64_t *step = nullptr;
  double *loss = nullptr;
  Batch batch;
  double seed = 0;
};

} // namespace

void MirroredEngine::bind(const plan::Plan &newPlan,
                          std::span<const ParameterBinding> parameters) {
  plan = &newPlan;
  int64_t width = plan->training()->precision() == plan::Precision::f32 ? 4 : 2;
  std::vector<ParameterBinding> bindings;
  for (size_t i = 0; i < parameters.size(); ++i) {
    int64_t size = plan->parameters()->Get(unsigned(i))->size();
    Mirror mirror{parameters[i], {}, size * width, size * 4};
    mirror.here.data = queue.shared(mirror.bytes);
    if (mirror.there.gradient)
      mirror.here.gradient =
          static_cast<float *>(queue.shared(mirror.gradientBytes));
    bindings.push_back(mirror.here);
    mirrors.push_back(mirror);
  }
  step = static_cast<int64_t *>(queue.shared(sizeof(int64_t)));
  loss = static_cast<double *>(queue.shared(sizeof(double)));
  inner->bind(newPlan, bindings);
}

//===----------------------------------------------------------------------===//
// A batch of the host: evaluation and sampling
//===----------------------------------------------------------------------===//

void MirroredEngine::beginBatch(const Batch &newBatch, bool train) {
  if (train)
    throw Error(Exit::internal, "a device's batch does not come from the host");
  onDevice = false;
  for (const Mirror &mirror : mirrors)
    queue.fetchNow(mirror.here.data, mirror.there.data, mirror.bytes);
  inner->beginBatch(newBatch, train);
}

//===----------------------------------------------------------------------===//
// A batch of the device
//===----------------------------------------------------------------------===//

void MirroredEngine::beginDeviceBatch(const DeviceBatch &newBatch) {
  onDevice = true;
  places = newBatch.places;
  BatchLayout layout = newBatch.layout;
  if (!bytes)
    bytes = static_cast<char *>(queue.shared(layout.bytes()));
  queue.fetch(bytes, places.batch, layout.bytes());
  queue.fetch(step, places.step, sizeof(int64_t));
  for (Mirror &mirror : mirrors)
    mirror.fetched = mirror.brought = false;
  queue.callHost([this, layout] {
    BatchHeader header = layout.read(bytes, batch);
    seed = header.seed;
    if (header.index == 0)
      inner->beginStep(*step);
    inner->beginBatch(batch, /*train=*/true);
  });
}

/// No earlier than a unit reads them: other ranks may send them until then.
void MirroredEngine::fetchParameters(int32_t unit) {
  for (int32_t i : *plan->graph()->units()->Get(unsigned(unit))->parameters())
    if (Mirror &mirror = mirrors[size_t(i)];
        !std::exchange(mirror.fetched, true))
      queue.fetch(mirror.here.data, mirror.there.data, mirror.bytes);
}

void MirroredEngine::forward(int32_t unit) {
  if (!onDevice)
    return inner->forward(unit);
  fetchParameters(unit);
  bool last = unit + 1 == int32_t(plan->graph()->units()->size());
  queue.callHost([this, unit, last] {
    inner->forward(unit);
    if (last)
      *loss = inner->lossSum();
  });
  if (last)
    queue.store(places.loss, loss, sizeof(double));
}

void MirroredEngine::backward(int32_t unit, double) {
  queue.callHost([this, unit] { inner->backward(unit, seed); });
}

void MirroredEngine::finishGradients(std::span<const int32_t> parameters) {
  std::vector<int32_t> which(parameters.begin(), parameters.end());
  queue.callHost([this, which] { inner->finishGradients(which); });
  bringGradients(parameters);
}

/// Once: two buckets may hold parts of one, and ranks exchange the first while
/// the second is told to be done.
void MirroredEngine::bringGradients(std::span<const int32_t> parameters) {
  for (int32_t i : parameters) {
    if (!mirrors[i].here.gradient || std::exchange(mirrors[i].brought, true))
      continue;
    queue.store(mirrors[i].there.gradient, mirrors[i].here.gradient,
                mirrors[i].gradientBytes);
  }
}

std::unique_ptr<Engine> dsc::fitEngine(std::unique_ptr<Engine> engine,
                                       Device &device) {
  if (!device.steps() || engine->runsOnDevice())
    return engine;
  return std::make_unique<MirroredEngine>(std::move(engine), device);
}
