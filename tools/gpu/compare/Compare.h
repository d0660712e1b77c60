//===- Compare.h - the device's bits against the host's ---------*- C++ -*-===//

#ifndef DSC_TOOLS_GPU_COMPARE_COMPARE_H
#define DSC_TOOLS_GPU_COMPARE_COMPARE_H

#include "runtime/Engine/ThreadPool.h"
#include "tools/gpu/update/GpuUpdate.h"

#include <nlohmann/json.hpp>

namespace dsc::gpu {

/// What was compared.
struct Count {
  int64_t values = 0, differing = 0;
  std::string first; ///< the first difference, with both values
};

/// Adds the values of two memories to what was compared, all NaNs counting as
/// one. `label` says where they are.
void compare(plan::DType type, const void *expected, const void *found,
             int64_t count, const std::string &label, ThreadPool &pool,
             Count &total);

/// Every track of every step of every phase, or, with `each` above 0, of so
/// many steps of each phase: half where it begins, half where it ends.
nlohmann::json compareSchedule(GpuUpdate &update, ThreadPool &pool,
                               int64_t each);

/// All that `rounds` updates write, from equal values of several kinds.
nlohmann::json compareUpdate(GpuUpdate &update, ThreadPool &pool,
                             int64_t rounds);

} // namespace dsc::gpu

#endif // DSC_TOOLS_GPU_COMPARE_COMPARE_H
