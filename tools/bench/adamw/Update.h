//===- Update.h - our update, launched as the runtime does ------*- C++ -*-===//

#ifndef DSC_TOOLS_BENCH_ADAMW_UPDATE_H
#define DSC_TOOLS_BENCH_ADAMW_UPDATE_H

#include "runtime/Device/Device.h"

#include <span>

namespace dsc::bench {

/// A training binary's update over arenas of its own.
class Update {
public:
  Update(const Artifact &artifact, ParallelFor parallelFor);

  const plan::Plan &plan;
  KernelTable kernels;

  /// The f32 arena `name`: param, grad, exp_avg, exp_avg_sq.
  std::span<float> arena(const char *name) const;

  /// The kernels that make the new parameters: finish, then each map.
  void run();

  /// The same behind the kernel that sums the squares of the gradients.
  void runWithNorm();

  /// Which update comes next.
  int64_t step = 0;

private:
  std::unique_ptr<Device> device;
  void launch(bool withNorm);
};

} // namespace dsc::bench

#endif // DSC_TOOLS_BENCH_ADAMW_UPDATE_H
