//===- TorchBatch.cpp - a micro-batch as tensors --------------------------===//
//
// The host's batch is copied; the device's is seen where it lies.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/Errors.h"
#include "runtime/Engine/Torch/TorchEngine.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <c10/core/GradMode.h>

using namespace dsc;
using namespace dsc::torch_engine;

/// A copy of `data` as a tensor; the batch may go while the step still runs.
template <typename Element>
static at::Tensor tensorOf(const std::vector<Element> &data,
                           const std::vector<int64_t> &shape,
                           const std::string &name) {
  int64_t expected = 1;
  for (int64_t size : shape)
    expected *= size;
  if (int64_t(data.size()) != expected)
    throw Error(Exit::internal, "field '" + name + "' of a batch has " +
                                    std::to_string(data.size()) +
                                    " elements, expected " +
                                    std::to_string(expected));
  auto type = std::is_same_v<Element, float> ? c10::ScalarType::Float
                                             : c10::ScalarType::Long;
  at::Tensor host =
      at::from_blob(const_cast<Element *>(data.data()), shape, type);
  return placeDevice().is_cpu() ? host.clone() : host.to(placeDevice());
}

at::Tensor TorchEngine::field(size_t index, const Batch &batch) const {
  std::string name = plan->data()->fields()->Get(index)->name()->str();
  const plan::Value &value =
      *graph->values()->Get(graph->batch_fields()->Get(index));
  std::vector<int64_t> shape = evaluate(value.shape(), sizes);
  c10::ScalarType type = scalarType(value.dtype());
  if (name == "targets" && batch.targets.empty()) // sampling: no loss is read
    return at::full(shape, kIgnoredTarget,
                    at::TensorOptions().dtype(type).device(placeDevice()));
  if (name == "targets")
    return tensorOf(batch.targets, shape, name).to(type);
  if (name != "inputs")
    throw Error(Exit::artifact,
                "a batch has no field '" + name + "', only inputs and targets");
  return batch.inputs.empty() ? tensorOf(batch.features, shape, name).to(type)
                              : tensorOf(batch.inputs, shape, name).to(type);
}

/// A field of the device's batch, as it lies there.
at::Tensor TorchEngine::deviceField(size_t index) const {
  std::string name = plan->data()->fields()->Get(index)->name()->str();
  const plan::Value &value =
      *graph->values()->Get(graph->batch_fields()->Get(index));
  const BatchLayout &layout = deviceBatch->layout;
  char *memory = deviceBatch->places.batch;
  std::vector<int64_t> shape = evaluate(value.shape(), sizes);
  c10::ScalarType type = scalarType(value.dtype());
  if (name == "targets")
    return onDevice(memory + layout.targetsOffset(), shape,
                    c10::ScalarType::Long)
        .to(type);
  if (name != "inputs")
    throw Error(Exit::artifact,
                "a batch has no field '" + name + "', only inputs and targets");
  if (layout.features > 0)
    return onDevice(memory + layout.featuresOffset(), shape,
                    c10::ScalarType::Float)
        .to(type);
  return onDevice(memory + layout.inputsOffset(), shape, c10::ScalarType::Long)
      .to(type);
}

/// Forgets the batch before.
void TorchEngine::beginFields(Sizes wanted, bool train) {
  training = train;
  loss.reset();
  values.assign(values.size(), {});
  gradients.assign(gradients.size(), {});
  edges.assign(edges.size(), {});
  if (!(wanted == sizes))
    for (BoundUnit &unit : units)
      unit.bind(wanted);
  sizes = wanted;
}

void TorchEngine::beginBatch(const Batch &batch, bool train) {
  deviceBatch.reset();
  beginFields({batch.samples, batch.length}, train);
  try {
    c10::AutoGradMode noGradients(false);
    for (size_t i = 0; i < graph->batch_fields()->size(); ++i)
      values[graph->batch_fields()->Get(i)] = field(i, batch);
  } catch (const std::exception &exception) {
    throw translated(exception, "a batch's fields", sizes.batch);
  }
}

void TorchEngine::beginDeviceBatch(const DeviceBatch &batch) {
  try {
    scope.reset(); // one that a failure left
    scope = std::make_unique<QueueScope>(batch.places.queue);
    deviceBatch = batch;
    beginFields({batch.layout.samples, batch.layout.length}, /*train=*/true);
    // Where micro-batches are summed the device has zeroed the gradients.
    parameterGradients.begin(batch.accumulates);
    c10::AutoGradMode noGradients(false);
    for (size_t i = 0; i < graph->batch_fields()->size(); ++i)
      values[graph->batch_fields()->Get(i)] = deviceField(i);
  } catch (const std::exception &exception) {
    throw translated(exception, "a batch's fields", sizes.batch);
  }
}

void TorchEngine::endDeviceBatch() { scope.reset(); }
