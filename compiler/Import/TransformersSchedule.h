//===- TransformersSchedule.h - lr_scheduler_type as phases -----*- C++ -*-===//

#ifndef DSC_COMPILER_IMPORT_TRANSFORMERSSCHEDULE_H
#define DSC_COMPILER_IMPORT_TRANSFORMERSSCHEDULE_H

#include "compiler/Import/Parts.h"

namespace dsc::importing {

/// [schedule] and its phases, from lr_scheduler_type, its kwargs and the
/// warm-up.
void importTrainerSchedule(Context &context);

/// A share of the run as TOML, such as "5%".
std::string percentText(double share);

/// Refuses what the trainer's own checks refuse.
void checkWarmup(Context &context);

/// Steps of the warm-up; nullopt where it is a share of an unknown length.
std::optional<int64_t> countWarmup(Context &context);

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_TRANSFORMERSSCHEDULE_H
