//===- BatchLayout.cpp ----------------------------------------------------===//

#include "runtime/Engine/BatchLayout.h"

#include <cstring>

using namespace dsc;

static int64_t aligned(int64_t bytes) {
  return (bytes + kBatchAlignment - 1) / kBatchAlignment * kBatchAlignment;
}

BatchLayout::BatchLayout(const Batch &batch)
    : samples(batch.samples), length(batch.length),
      inputs(int64_t(batch.inputs.size())),
      features(int64_t(batch.features.size())),
      targets(int64_t(batch.targets.size())) {}

int64_t BatchLayout::inputsOffset() const {
  return aligned(sizeof(BatchHeader));
}

int64_t BatchLayout::featuresOffset() const {
  return inputsOffset() + aligned(inputs * int64_t(sizeof(int64_t)));
}

int64_t BatchLayout::targetsOffset() const {
  return featuresOffset() + aligned(features * int64_t(sizeof(float)));
}

int64_t BatchLayout::bytes() const {
  return targetsOffset() + aligned(targets * int64_t(sizeof(int64_t)));
}

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
