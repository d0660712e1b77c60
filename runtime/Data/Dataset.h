//===- Dataset.h - samples as a pure function of their index ----*- C++ -*-===//
//
// The sample order is a function of (seed, epoch, index) alone: a resumed run,
// or one at another number of ranks, sees the samples of the uninterrupted one.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_DATA_DATASET_H
#define DSC_RUNTIME_DATA_DATASET_H

#include "runtime/Engine/Engine.h"

#include <memory>

namespace dsc {

/// The training stream or one evaluation's samples.
class SampleStream {
public:
  virtual ~SampleStream() = default;

  /// Samples in an epoch (training) or in all (evaluation).
  virtual int64_t size() const = 0;

  /// Fills `batch` with samples [first, first + count). Training streams go on
  /// into the next epoch; an evaluation stream is cut at size().
  virtual void read(int64_t first, int64_t count, Batch &batch) = 0;
};

/// Opens the plan's data and compares it with what the compiler recorded;
/// throws dsc::Error(Exit::refused) naming the file, what was recorded and what
/// is there.
std::unique_ptr<SampleStream> openTraining(const plan::Plan &plan);
std::unique_ptr<SampleStream> openEvaluation(const plan::Plan &plan,
                                             int evaluation);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_DATASET_H
