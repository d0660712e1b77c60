//===- StepKernels.cpp ----------------------------------------------------===//

#include "cuda/Runtime/StepKernels.h"

#include <iterator>

using namespace dsc;
using namespace dsc::cuda;

/// Threads of a block that goes over memory.
static constexpr unsigned kThreads = 256;

/// In the order of StepKernel.
static constexpr const char *kNames[] = {
    "dsc_take",     "dsc_zero",     "dsc_keep",         "dsc_join",
    "dsc_add_loss", "dsc_add_told", "dsc_begin_update", "dsc_guard",
    "dsc_advance",  "dsc_record"};
static_assert(std::size(kNames) == size_t(StepKernel::record) + 1);

/// The first one that runs as one thread.
static constexpr size_t kAlone = size_t(StepKernel::addLoss);

StepKernels::StepKernels(Gpu &gpu)
    : code(gpu, stepText, "the step's own kernels") {
  for (const char *name : kNames)
    kernels.push_back(kernels.size() < kAlone
                          ? code.find(name, kThreads, kThreads)
                          : code.find(name, 1, 0));
}

const char *StepKernels::nameOf(StepKernel kernel) {
  return kNames[size_t(kernel)];
}
