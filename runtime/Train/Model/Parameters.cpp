//===- Parameters.cpp - initial values, compute copies, model files -------===//

#include "runtime/Train/Model/Parameters.h"

#include "runtime/Artifact/Types.h"
#include "runtime/Base/BFloat16.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Random.h"

#include <cstring>
#include <optional>

using namespace dsc;

Parameters::Parameters(const plan::Plan &plan, PlacedMemory memory,
                       ParallelFor parallelFor)
    : plan(plan), memory(memory), parallelFor(std::move(parallelFor)) {}

static const char *arenaOf(const plan::Parameter &parameter) {
  return parameter.frozen() ? "frozen" : "param";
}

/// Of the low-precision copy, -1 where the plan has none.
static int copiesOf(const plan::Plan &plan, const plan::Parameter &parameter) {
  return findBuffer(plan, parameter.frozen() ? "frozen_compute" : "compute");
}

bool dsc::holdsParameters(const plan::Plan &plan, int buffer) {
  for (const plan::Parameter *parameter : *plan.parameters())
    if (buffer == findBuffer(plan, arenaOf(*parameter)) ||
        buffer == copiesOf(plan, *parameter))
      return true;
  return false;
}

std::vector<ParameterBinding> dsc::bindParameters(
    const plan::Plan &plan, Device &device,
    const std::function<float *(const plan::Parameter &)> &gradientOf) {
  std::vector<ParameterBinding> bindings;
  for (const plan::Parameter *parameter : *plan.parameters()) {
    int buffer = copiesOf(plan, *parameter);
    if (buffer < 0)
      buffer = findBuffer(plan, arenaOf(*parameter));
    int64_t width = elementBytes(plan.buffers()->Get(buffer)->dtype());
    ParameterBinding binding;
    binding.data = static_cast<char *>(device.address(buffer)) +
                   parameter->offset() * width;
    if (gradientOf && !parameter->frozen())
      binding.gradient = gradientOf(*parameter);
    bindings.push_back(binding);
  }
  return bindings;
}

void Parameters::upload(const plan::Parameter &parameter,
                        const std::vector<float> &values) {
  memory.write(findBuffer(plan, arenaOf(parameter)), parameter.offset(),
               parameter.size(), values.data());
  int copies = copiesOf(plan, parameter);
  if (copies < 0)
    return;
  std::vector<uint16_t> rounded(values.size());
  parallelFor(parameter.size(), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      rounded[i] = toBFloat16(values[i]);
  });
  memory.write(copies, parameter.offset(), parameter.size(), rounded.data());
}

void Parameters::initialise() {
  RandomStream stream(plan.training()->seed(), "init");
  std::vector<float> values;
  for (unsigned p = 0; p < plan.parameters()->size(); ++p) {
    const plan::Parameter &parameter = *plan.parameters()->Get(p);
    double scale = parameter.init_scale();
    values.assign(parameter.size(),
                  parameter.init() == plan::InitKind::ones ? 1.0f : 0.0f);
    if (parameter.init() == plan::InitKind::normal)
      parallelFor(parameter.size(), [&](int64_t begin, int64_t end) {
        for (int64_t e = begin; e < end; ++e)
          values[e] = float(scale * stream.normal(p, e));
      });
    else if (parameter.init() == plan::InitKind::uniform)
      parallelFor(parameter.size(), [&](int64_t begin, int64_t end) {
        for (int64_t e = begin; e < end; ++e)
          values[e] = float(scale * (2 * stream.uniform(p, e) - 1));
      });
    upload(parameter, values);
  }
}

static std::vector<Tensor> modelTensors(const plan::Plan &plan) {
  std::vector<Tensor> tensors;
  for (const plan::Parameter *parameter : *plan.parameters()) {
    Tensor tensor;
    tensor.name = parameter->name()->str();
    tensor.shape.assign(parameter->shape()->begin(), parameter->shape()->end());
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

FileRecord Parameters::writeModel(const std::string &path) {
  std::optional<SafetensorsWriter> writer;
  if (memory.isFirst())
    writer.emplace(path, modelTensors(plan));
  std::vector<float> values;
  for (const plan::Parameter *parameter : *plan.parameters()) {
    values.resize(parameter->size());
    memory.read(findBuffer(plan, arenaOf(*parameter)), parameter->offset(),
                parameter->size(), values.data());
    if (writer)
      writer->append(values.data(), values.size() * sizeof(float));
  }
  return writer ? writer->finish() : FileRecord();
}

/// Element `index` of a tensor as f32.
static float valueAt(const uint8_t *data, plan::DType type, int64_t index) {
  auto as = [&](auto zero) {
    std::memcpy(&zero, data + index * int64_t(sizeof(zero)), sizeof(zero));
    return zero;
  };
  switch (type) {
  case plan::DType::f32:
    return as(float());
  case plan::DType::f64:
    return float(as(double()));
  case plan::DType::bf16:
    return fromBFloat16(as(uint16_t()));
  default:
    return fromHalf(as(uint16_t()));
  }
}

void Parameters::read(const plan::Parameter &parameter,
                      const SafetensorsFile &file, const Tensor &tensor) {
  std::vector<int64_t> shape(parameter.shape()->begin(),
                             parameter.shape()->end());
  if (tensor.shape != shape) {
    Tensor expected;
    expected.shape = shape;
    throw Error(Exit::refused, "'" + file.path() + "': '" + tensor.name +
                                   "' has shape " + tensor.shapeText() +
                                   ", expected " + expected.shapeText());
  }
  if (tensor.dtype == plan::DType::i64 || tensor.dtype == plan::DType::i32 ||
      tensor.dtype == plan::DType::i1)
    throw Error(Exit::refused, "'" + file.path() + "': '" + tensor.name +
                                   "' holds integers, expected numbers");
  const uint8_t *data = file.data(tensor);
  std::vector<float> values(parameter.size());
  parallelFor(parameter.size(), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      values[i] = valueAt(data, tensor.dtype, i);
  });
  upload(parameter, values);
}

void Parameters::readModel(const SafetensorsFile &file) {
  for (const plan::Parameter *parameter : *plan.parameters()) {
    const Tensor *tensor = file.find(parameter->name()->str());
    if (!tensor)
      throw Error(Exit::refused, "'" + file.path() + "' has no tensor '" +
                                     parameter->name()->str() + "'");
    read(*parameter, file, *tensor);
  }
}
