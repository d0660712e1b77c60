//===- TransformersSchedule.h - lr_scheduler_type as phases -----*- C++ -*-===//

#ifndef DSC_COMPILER_IMPORT_TRANSFORMERSSCHEDULE_H
#define DSC_COMPILER_IMPORT_TRANSFORMERSSCHEDULE_H

#include "compiler/Import/Parts.h"

namespace dsc::importing {

/// [schedule] and its phases, from lr_scheduler_type, its kwargs and the
/// warm-up.
void importTrainerSchedule(Context &context);

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_TRANSFORMERSSCHEDULE_H
