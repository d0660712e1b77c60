//===- OptimizerState.cpp - slots of the optimizer on disk ----------------===//

#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"
#include "runtime/Train/Model/Parameters.h"

#include <optional>

using namespace dsc;

/// A saved piece of a buffer: an element slot has one for each trained
/// parameter, any other extent is one piece under the buffer's own name.
struct Parameters::Slot {
  Tensor tensor;
  int buffer = 0;
  int64_t first = 0; ///< element of the buffer
};

std::vector<Parameters::Slot> Parameters::slots() const {
  std::vector<Slot> list;
  auto add = [&](const std::string &name, int index, std::vector<int64_t> shape,
                 int64_t first) {
    Slot slot;
    slot.tensor = {name, plan.buffers()->Get(index)->dtype(), std::move(shape)};
    slot.buffer = index;
    slot.first = first;
    list.push_back(std::move(slot));
  };
  for (unsigned i = 0; i < plan.buffers()->size(); ++i) {
    const plan::Buffer &buffer = *plan.buffers()->Get(i);
    if (!buffer.saved())
      continue;
    if (buffer.extent() != plan::Extent::element) {
      add(buffer.name()->str(), int(i), {buffer.count()}, 0);
      continue;
    }
    for (const plan::Parameter *parameter : *plan.parameters())
      if (!parameter->frozen())
        add(parameter->name()->str() + "." + buffer.name()->str(), int(i),
            {parameter->shape()->begin(), parameter->shape()->end()},
            parameter->offset());
  }
  return list;
}

FileRecord Parameters::writeOptimizer(const std::string &path) {
  std::vector<Slot> list = slots();
  std::vector<Tensor> tensors;
  for (const Slot &slot : list)
    tensors.push_back(slot.tensor);
  std::optional<SafetensorsWriter> writer;
  if (memory.isFirst())
    writer.emplace(path, tensors);
  std::vector<uint8_t> bytes;
  for (const Slot &slot : list) {
    int64_t elements = slot.tensor.elements();
    bytes.resize(size_t(elements * elementBytes(slot.tensor.dtype)));
    memory.read(slot.buffer, slot.first, elements, bytes.data());
    if (writer)
      writer->append(bytes.data(), bytes.size());
  }
  return writer ? writer->finish() : FileRecord();
}

void Parameters::readOptimizer(const SafetensorsFile &file, bool lenient) {
  for (const Slot &slot : slots()) {
    const Tensor *tensor = file.find(slot.tensor.name);
    bool fits = tensor && tensor->dtype == slot.tensor.dtype &&
                tensor->shape == slot.tensor.shape;
    if (fits)
      memory.write(slot.buffer, slot.first, tensor->elements(),
                   file.data(*tensor));
    else if (!lenient)
      throw Error(Exit::refused, "'" + file.path() + "' does not hold '" +
                                     slot.tensor.name + "' of shape " +
                                     slot.tensor.shapeText());
  }
}
