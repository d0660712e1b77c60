//===- Kernels.h - a payload's machine code ---------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_ARTIFACT_KERNELS_H
#define DSC_RUNTIME_ARTIFACT_KERNELS_H

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/KernelAbi.h"

namespace dsc {

/// The state of a schedule that reacts; empty where a plan has none.
using ScheduleState = std::vector<double>;

/// A plan's kernels at one ISA level. The code stays mapped for good.
struct KernelTable {
  std::string isa;
  std::vector<CpuKernel> kernels; ///< in the order of plan::Plan::kernels
  TracksFunction tracks = nullptr;

  /// All tracks of a step, in the order of the plan. Without a state nothing
  /// has been triggered.
  std::vector<double> tracksAt(const plan::Plan &plan, int64_t step,
                               ScheduleState state = {}) const;

  /// The base learning rate of a step.
  double learningRate(const plan::Plan &plan, int64_t step,
                      const ScheduleState &state = {}) const {
    return tracksAt(plan, step, state).front();
  }
};

/// Whether this CPU has an ISA level of kCpuIsaLevels. Features masked by
/// GLIBC_TUNABLES count as absent.
bool cpuHasIsa(std::string_view level);

/// Maps the payload and finds the kernels for the best level that both it and
/// the CPU have, or for `isa` ("" takes $DSC_ISA, then the best). Throws
/// dsc::Error(Exit::artifact) saying what was found and what is there.
KernelTable loadKernels(const Artifact &artifact, std::string isa = "");

} // namespace dsc

#endif // DSC_RUNTIME_ARTIFACT_KERNELS_H
