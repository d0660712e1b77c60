//===- BatchLayout.cpp ----------------------------------------------------===//

#include "runtime/Engine/BatchLayout.h"

#include <cstring>

using namespace dsc;

BatchLayout::BatchLayout(const Batch &batch)
    : BatchShape{int64_t(batch.inputs.size()), int64_t(batch.features.size()),
                 int64_t(batch.targets.size())},
      samples(batch.samples), length(batch.length) {}

template <typename Element>
static void put(const std::vector<Element> &values, char *memory) {
  if (!values.empty())
    std::memcpy(memory, values.data(), values.size() * sizeof(Element));
}

template <typename Element>
static void get(std::vector<Element> &values, int64_t count,
                const char *memory) {
  values.resize(size_t(count));
  if (count > 0)
    std::memcpy(values.data(), memory, size_t(count) * sizeof(Element));
}

void BatchLayout::write(const Batch &batch, BatchHeader header,
                        char *memory) const {
  std::memcpy(memory, &header, sizeof(header));
  put(batch.inputs, memory + inputsOffset());
  put(batch.features, memory + featuresOffset());
  put(batch.targets, memory + targetsOffset());
}

BatchHeader BatchLayout::read(const char *memory, Batch &batch) const {
  BatchHeader header;
  std::memcpy(&header, memory, sizeof(header));
  batch.samples = samples;
  batch.length = length;
  batch.targetTokens = header.targetTokens;
  batch.firstSample = header.firstSample;
  get(batch.inputs, inputs, memory + inputsOffset());
  get(batch.features, features, memory + featuresOffset());
  get(batch.targets, targets, memory + targetsOffset());
  return header;
}
