//===- Streams.h - the kinds of sample stream -------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_DATA_STREAMS_H
#define DSC_RUNTIME_DATA_STREAMS_H

#include "runtime/Data/CatalogSource.h"
#include "runtime/Data/Dataset.h"

namespace dsc {

/// What a training stream's order depends on.
struct TrainingOrder {
  uint64_t seed;
  int64_t batch;
};

/// Which records an evaluation reads, and at most how many samples (-1: all).
struct EvaluationExtent {
  bool heldOut;
  int64_t samples;
};

/// Sample `index` of `taken` that are spread over `total`.
int64_t evenlySpaced(int64_t index, int64_t taken, int64_t total);

std::unique_ptr<SampleStream> trainOnText(OpenedSource source, int64_t sequence,
                                          TrainingOrder order);
std::unique_ptr<SampleStream>
evaluateText(OpenedSource source, int64_t sequence, EvaluationExtent extent);
std::unique_ptr<SampleStream> trainOnRows(OpenedSource source,
                                          TrainingOrder order);
std::unique_ptr<SampleStream> evaluateRows(OpenedSource source,
                                           EvaluationExtent extent);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_STREAMS_H
