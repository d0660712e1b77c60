//===- StepKernels.h - what Step.ptx and the host share ---------*- C++ -*-===//

#ifndef DSC_CUDA_RUNTIME_STEPKERNELS_H
#define DSC_CUDA_RUNTIME_STEPKERNELS_H

#include "cuda/Runtime/Code.h"

namespace dsc::cuda {

/// Step.ptx.
extern const char stepText[];

/// The control block in the device's memory, by whose offsets Step.ptx goes.
struct StepControl {
  int64_t ticket; ///< steps begun since the queue was opened
  int64_t batch;  ///< micro-batches of this step that are done
  int64_t frozen; ///< a step was not made: none is until the host has seen it
  int64_t stop;   ///< this step is not made
  double total;   ///< sum of the loss, then its mean
  double loss;    ///< of the micro-batch, from the engine
  int64_t asked;  ///< a rank was asked to stop
};

/// Head of a record in the ring that the host reads.
struct RecordHead {
  int64_t ticket;
  int64_t made;
  double loss;
  int64_t asked;
};

/// How far a step came, as Step.ptx notes it: the last op that is done.
inline constexpr const char *kStepNotes[] = {
    "none", "load_batch in program 'micro'",
    "the last backward in program 'micro'", "guard in program 'update'",
    "advance in program 'update'"};

/// What Step.ptx holds. The first go over memory, the others run as one thread.
enum class StepKernel {
  take,
  zero,
  keep,
  join,
  addLoss,
  addTold,
  beginUpdate,
  guard,
  advance,
  record
};

/// Step.ptx, loaded.
class StepKernels {
public:
  explicit StepKernels(Gpu &gpu);

  const LoadedKernel &operator[](StepKernel kernel) const {
    return kernels[size_t(kernel)];
  }
  static const char *nameOf(StepKernel kernel);

private:
  Code code;
  std::vector<LoadedKernel> kernels;
};

} // namespace dsc::cuda

#endif // DSC_CUDA_RUNTIME_STEPKERNELS_H
