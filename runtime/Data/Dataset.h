//===- Dataset.h - samples as a pure function of their index ----*- C++ -*-===//
//
// The sample order is a function of (seed, epoch, index) alone: a resumed run,
// or one at another number of ranks, sees the samples of the uninterrupted one.
//
// Text, training: every epoch permutes the training records, joins their tokens
// into one run t, cuts it into samples i (inputs t[iS, iS + S), targets one
// further), and permutes the order of the samples, so that a text of few
// records is shuffled too. Text, evaluation: the records in the order of the
// files; the last sample may be short and is filled up with ignored targets, so
// that every token but the very first is a target exactly once. Rows: a sample
// is a row; training permutes them every epoch. An epoch is floor(samples /
// batch) updates; the samples left over are dropped, other ones in every epoch.
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

  /// Samples that an epoch uses, a multiple of the batch (training), or all
  /// (evaluation).
  virtual int64_t size() const = 0;

  /// Fills `batch` with samples [first, first + count). Training streams go on
  /// into the next epoch; an evaluation stream is cut at size().
  virtual void read(int64_t first, int64_t count, Batch &batch) = 0;

  /// Targets among samples [first, first + count), which other ranks may read.
  virtual int64_t countTargets(int64_t first, int64_t count) {
    Batch batch;
    read(first, count, batch);
    return batch.targetTokens;
  }
};

/// Opens the plan's data and compares it with what the compiler recorded;
/// throws dsc::Error(Exit::refused) naming the file, what was recorded and what
/// is there.
std::unique_ptr<SampleStream> openTraining(const plan::Plan &plan);

/// With a limit on its samples, an evaluation takes that many, evenly spaced.
std::unique_ptr<SampleStream> openEvaluation(const plan::Plan &plan,
                                             int evaluation);

} // namespace dsc

#endif // DSC_RUNTIME_DATA_DATASET_H
