//===- BatchLayout.h - a micro-batch as bytes -------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ENGINE_BATCHLAYOUT_H
#define DSC_RUNTIME_ENGINE_BATCHLAYOUT_H

#include "runtime/Device/StepQueue.h"
#include "runtime/Engine/Engine.h"

namespace dsc {

/// Where the fields of a micro-batch lie behind its BatchHeader. All training
/// batches of a run have one shape.
struct BatchLayout : BatchShape {
  BatchLayout() = default;
  explicit BatchLayout(const Batch &batch);

  int64_t samples = 0, length = 1;

  bool operator==(const BatchLayout &) const = default;

  /// Between a batch and bytes() of memory.
  void write(const Batch &batch, BatchHeader header, char *memory) const;
  BatchHeader read(const char *memory, Batch &batch) const;
};

/// A micro-batch in a device's memory.
struct DeviceBatch {
  StepPlaces places;
  BatchLayout layout;
  int64_t batches = 1;      ///< of a step
  bool accumulates = false; ///< gradients begin as zero, and are added up
};

} // namespace dsc

#endif // DSC_RUNTIME_ENGINE_BATCHLAYOUT_H
