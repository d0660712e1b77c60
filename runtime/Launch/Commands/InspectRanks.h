//===- InspectRanks.h - how ranks share what a binary holds -----*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_COMMANDS_INSPECTRANKS_H
#define DSC_RUNTIME_LAUNCH_COMMANDS_INSPECTRANKS_H

#include "runtime/Artifact/Plan_generated.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace dsc {

/// The mesh, what each rank holds along it, and the buckets that are exchanged;
/// with `ranks`, which elements of each are whose. Throws
/// dsc::Error(Exit::usage) on a number that the plan does not run at.
nlohmann::ordered_json describeRanks(const plan::Plan &plan,
                                     std::optional<int64_t> ranks);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_COMMANDS_INSPECTRANKS_H
