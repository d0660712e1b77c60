//===- TorchEngine.cpp - units through LibTorch ---------------------------===//
//
// See TorchEngine.h. LibTorch's generators are never used: what is random comes
// from the runtime.
//
//===----------------------------------------------------------------------===//

#include "runtime/Engine/Torch/TorchEngine.h"
#include "runtime/Engine/Torch/Errors.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full_like.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <dlfcn.h>

using namespace dsc;
using namespace dsc::torch_engine;

TorchEngine::TorchEngine() {
  preparePlace();
  at::init_num_threads();
  threadCount = at::get_num_threads();
}

/// The folder that LibTorch was loaded from.
static std::string libraryFolder() {
  Dl_info info;
  auto *anchor = reinterpret_cast<const void *>(&at::get_num_threads);
  if (!dladdr(anchor, &info) || !info.dli_fname)
    return "an unknown folder";
  std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

std::string TorchEngine::describe() const {
  return "LibTorch " DSC_LIBTORCH_VERSION ", " + placeName() + ", " +
         libraryFolder() + ", " + std::to_string(threadCount) +
         (threadCount == 1 ? " thread" : " threads");
}

//===----------------------------------------------------------------------===//
// Binding
//===----------------------------------------------------------------------===//

void TorchEngine::bind(const plan::Plan &thePlan,
                       std::span<const ParameterBinding> bindings) {
  plan = &thePlan;
  graph = thePlan.graph();
  if (bindings.size() != thePlan.parameters()->size())
    throw Error(Exit::internal,
                std::to_string(bindings.size()) +
                    " parameters are bound, the "
                    "plan has " +
                    std::to_string(thePlan.parameters()->size()));
  if (graph->batch_fields()->size() != thePlan.data()->fields()->size())
    throw Error(Exit::artifact, "the graph's batch fields are not the data's");
  // What the host's operators compute is the same every time.
  if (runsOnDevice())
    at::globalContext().setDeterministicAlgorithms(
        thePlan.training()->deterministic(), /*warn_only=*/false);
  try {
    bindParameters(bindings);
  } catch (const std::exception &exception) {
    throw translated(exception, "the model's parameters");
  }
  try {
    units = bindUnits(*graph, parameterGradients.trained());
  } catch (const std::exception &exception) {
    throw translated(exception, "the model's graph");
  }
  values.assign(graph->values()->size(), {});
  gradients.assign(graph->values()->size(), {});
  edges.assign(units.size(), {});
  sizes = {};
}

/// A tensor over memory of the runtime's. Whose it is need not be asked of the
/// device: parts of it may have addresses alone.
at::Tensor TorchEngine::onDevice(void *data, at::IntArrayRef shape,
                                 c10::ScalarType type) const {
  c10::Device device = placeDevice();
  return at::for_blob(data, shape)
      .options(at::TensorOptions().dtype(type).device(device))
      .target_device(device)
      .make_tensor();
}

bool TorchEngine::runsOnDevice() const { return !placeServes("cpu"); }

void TorchEngine::bindParameters(std::span<const ParameterBinding> bindings) {
  bool isMixed = plan->training()->precision() == plan::Precision::bf16_mixed;
  auto computeType =
      isMixed ? c10::ScalarType::BFloat16 : c10::ScalarType::Float;
  parameters.clear();
  constants.clear();
  std::vector<at::Tensor> places;
  for (size_t i = 0; i < bindings.size(); ++i) {
    const auto *shape = plan->parameters()->Get(i)->shape();
    std::vector<int64_t> dims(shape->begin(), shape->end());
    at::Tensor leaf = onDevice(bindings[i].data, dims, computeType);
    at::Tensor gradient;
    if (bindings[i].gradient) {
      leaf.requires_grad_(true);
      gradient = onDevice(bindings[i].gradient, dims, c10::ScalarType::Float);
    }
    constants.push_back(leaf.detach());
    parameters.push_back(std::move(leaf));
    places.push_back(std::move(gradient));
  }
  parameterGradients.bind(std::move(places));
}

void TorchEngine::beginStep(int64_t) {
  parameterGradients.begin(/*isZeroed=*/false);
}

//===----------------------------------------------------------------------===//
// Forward
//===----------------------------------------------------------------------===//

BoundUnit &TorchEngine::unitAt(int32_t unit) {
  if (unit < 0 || size_t(unit) >= units.size())
    throw Error(Exit::artifact, "the program runs unit " +
                                    std::to_string(unit) + " of " +
                                    std::to_string(units.size()));
  return units[unit];
}

void TorchEngine::detachInputs(const BoundUnit &unit,
                               std::vector<Edge> &unitEdges) {
  for (int32_t input : unit.inputs) {
    at::Tensor &value = values[input];
    if (!value.defined() || !value.requires_grad())
      continue;
    at::Tensor leaf = value.detach();
    leaf.requires_grad_(true);
    unitEdges.push_back({input, std::move(leaf)});
  }
  // The calls read the leaves; swapped back when the unit is done.
  for (Edge &edge : unitEdges)
    std::swap(values[edge.value], edge.leaf);
}

void TorchEngine::takeResults(const BoundCall &call) {
  auto keep = [&](size_t position, const c10::IValue &result) {
    if (int32_t value = call.results[position]; value >= 0)
      values[value] = result.toTensor();
  };
  if (stack.size() == 1 && stack.front().isTensorList()) {
    c10::List<at::Tensor> list = stack.front().toTensorList();
    TORCH_CHECK(list.size() == call.results.size(), "made ", list.size(),
                " tensors, the plan expects ", call.results.size());
    for (size_t i = 0; i < list.size(); ++i)
      keep(i, c10::IValue(list.get(i)));
    return;
  }
  TORCH_CHECK(stack.size() >= call.results.size(), "made ", stack.size(),
              " results, the plan expects ", call.results.size());
  for (size_t i = 0; i < call.results.size(); ++i)
    keep(i, stack[i]);
}

void TorchEngine::call(const BoundUnit &unit, const BoundCall &call) {
  try {
    stack.clear();
    bool isProduct = training && WeightProducts::takes(call, values);
    for (const BoundOperand &operand : call.operands)
      operand.push(stack, values, isProduct ? constants : parameters);
    call.op.callBoxed(stack);
    if (isProduct)
      products.watch(*call.product, values[call.product->input],
                     stack.front().toTensor());
    takeResults(call);
    stack.clear();
    for (int32_t value : call.released)
      values[value].reset();
  } catch (const std::exception &exception) {
    throw translated(exception, "unit '" + unit.name + "', " + call.name,
                     sizes.batch);
  }
}

void TorchEngine::forward(int32_t index) {
  BoundUnit &unit = unitAt(index);
  c10::AutoGradMode mode(training);
  std::vector<Edge> &unitEdges = edges[index];
  unitEdges.clear();
  if (training)
    detachInputs(unit, unitEdges);
  for (const BoundCall &bound : unit.calls)
    call(unit, bound);
  for (Edge &edge : unitEdges)
    std::swap(values[edge.value], edge.leaf);
  if (at::Tensor &made = values[graph->loss()]; made.defined()) {
    loss = made.detach();
    if (deviceBatch)
      onDevice(deviceBatch->places.loss, {}, c10::ScalarType::Double)
          .copy_(loss);
  }
  if (!training)
    for (int32_t value : unit.released)
      values[value].reset();
}

//===----------------------------------------------------------------------===//
// Backward
//===----------------------------------------------------------------------===//

void TorchEngine::collectRoots(const BoundUnit &unit, double seed,
                               std::vector<at::Tensor> &roots,
                               std::vector<at::Tensor> &rootGradients) {
  for (int32_t output : unit.outputs) {
    at::Tensor value = std::move(values[output]);
    at::Tensor gradient = std::move(gradients[output]);
    if (!value.defined() || !value.requires_grad())
      continue;
    if (output == graph->loss())
      gradient = deviceBatch ? onDevice(deviceBatch->places.batch, {},
                                        c10::ScalarType::Double)
                                   .to(value.scalar_type())
                                   .expand_as(value)
                             : at::full_like(value, seed);
    if (!gradient.defined()) // nobody's loss depends on it
      continue;
    roots.push_back(std::move(value));
    rootGradients.push_back(std::move(gradient));
  }
}

void TorchEngine::passOn(int32_t value, const at::Tensor &gradient) {
  if (!gradient.defined())
    return;
  at::Tensor &sum = gradients[value];
  // Not in place: a gradient may be shared with another value's.
  sum = sum.defined() ? sum.add(gradient) : gradient;
}

void TorchEngine::backward(int32_t index, double seed) {
  BoundUnit &unit = unitAt(index);
  if (!training)
    throw Error(Exit::internal,
                "unit '" + unit.name +
                    "': backward of a batch that does not train");
  std::vector<Edge> unitEdges = std::move(edges[index]);
  edges[index].clear();
  c10::AutoGradMode noGradients(false);
  try {
    std::vector<at::Tensor> roots, rootGradients, leaves;
    collectRoots(unit, seed, roots, rootGradients);
    for (const Edge &edge : unitEdges)
      leaves.push_back(edge.leaf);
    for (int32_t parameter : unit.parameters)
      leaves.push_back(parameters[parameter]);
    if (roots.empty() || leaves.empty())
      return;
    std::vector<at::Tensor> results = torch::autograd::grad(
        roots, leaves, rootGradients, /*retain_graph=*/false,
        /*create_graph=*/false, /*allow_unused=*/true);
    products.join();
    for (size_t i = 0; i < unitEdges.size(); ++i)
      passOn(unitEdges[i].value, results[i]);
    parameterGradients.write(unit.parameters,
                             std::span(results).subspan(unitEdges.size()));
  } catch (const std::exception &exception) {
    throw translated(exception, "unit '" + unit.name + "', backward",
                     sizes.batch);
  }
}

void TorchEngine::finishGradients(std::span<const int32_t> which) {
  c10::AutoGradMode noGradients(false);
  parameterGradients.finish(which);
}

//===----------------------------------------------------------------------===//
// Results and threads
//===----------------------------------------------------------------------===//

double TorchEngine::lossSum() {
  if (!loss.defined())
    throw Error(Exit::internal,
                "the loss is read before the last unit has run");
  return loss.item().toDouble();
}

void TorchEngine::readScores(int64_t sample, int64_t position,
                             std::vector<float> &out) {
  const at::Tensor &scores = values[graph->scores()];
  if (!scores.defined())
    throw Error(Exit::internal, "the scores are read before they are made");
  at::Tensor rows = scores.detach().reshape({-1, scores.size(-1)});
  at::Tensor row = rows.select(0, sample * sizes.length + position)
                       .to(c10::kCPU, c10::ScalarType::Float)
                       .contiguous();
  const float *data = row.const_data_ptr<float>();
  out.assign(data, data + row.numel());
}

void TorchEngine::parallelFor(int64_t count, const RangeFunction &body) {
  at::parallel_for(0, count, /*grain_size=*/1, body);
}
