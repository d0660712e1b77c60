//===- BatchShape.h - micro-batches in a device's memory --------*- C++ -*-===//
//
// What a device that makes steps by itself takes beside the plan's buffers.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_ARTIFACT_BATCHSHAPE_H
#define DSC_RUNTIME_ARTIFACT_BATCHSHAPE_H

#include <cstdint>

namespace dsc {

/// Steps that a device may have under way; it holds the batches of each.
inline constexpr int64_t kStepsUnderWay = 4;

/// What stands before each micro-batch; its fields follow, each from a multiple
/// of kBatchAlignment on.
struct BatchHeader {
  double seed; ///< 1 / target tokens of the global batch
  int64_t targetTokens;
  int64_t firstSample;
  int64_t index; ///< among those whose gradients are added up; 0: they begin
  int64_t stopAsked; ///< this rank was asked to stop
};
inline constexpr int64_t kBatchAlignment = 16;

/// Elements of a micro-batch's fields: tokens and targets are i64, features
/// f32.
struct BatchShape {
  int64_t inputs = 0, features = 0, targets = 0;

  int64_t inputsOffset() const { return aligned(sizeof(BatchHeader)); }
  int64_t featuresOffset() const {
    return inputsOffset() + aligned(inputs * int64_t(sizeof(int64_t)));
  }
  int64_t targetsOffset() const {
    return featuresOffset() + aligned(features * int64_t(sizeof(float)));
  }
  int64_t bytes() const {
    return targetsOffset() + aligned(targets * int64_t(sizeof(int64_t)));
  }

  bool operator==(const BatchShape &) const = default;

private:
  static constexpr int64_t aligned(int64_t bytes) {
    return (bytes + kBatchAlignment - 1) / kBatchAlignment * kBatchAlignment;
  }
};

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_BATCHSHAPE_H
