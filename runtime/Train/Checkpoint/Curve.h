//===- Curve.h - a schedule as a checkpoint remembers it --------*- C++ -*-===//

#ifndef DSC_RUNTIME_TRAIN_CHECKPOINT_CURVE_H
#define DSC_RUNTIME_TRAIN_CHECKPOINT_CURVE_H

#include "runtime/Artifact/Kernels.h"

#include <string>
#include <utility>
#include <vector>

namespace dsc {

/// The learning rate at some 2,000 steps, evenly spread, and at both ends of
/// each phase: what a later run needs to show how its schedule differs.
struct Curve {
  int64_t steps = 0;
  std::vector<std::pair<int64_t, double>> points; ///< step, lr; ascending
};

Curve sampleCurve(const plan::Plan &plan, const KernelTable &kernels);

/// Says up to which step both schedules agree and shows both around it and at
/// `resumeStep`. Several lines, without a final newline.
std::string compareCurves(const Curve &old, const plan::Plan &plan,
                          const KernelTable &kernels, int64_t resumeStep);

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_CHECKPOINT_CURVE_H
