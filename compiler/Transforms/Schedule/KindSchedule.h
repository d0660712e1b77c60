//===- KindSchedule.h - a schedule in place of phases -----------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_KINDSCHEDULE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_KINDSCHEDULE_H

#include "compiler/Transforms/Schedule/RecipeSchedule.h"

namespace dsc {

/// The schedule that is one definition; null where it is of phases.
ScheduleKindInterface findScheduleKind(RecipeOp recipe);

/// Its parts within the run.
std::vector<SchedulePart> listKindParts(ScheduleKindInterface kind);

/// @tracks of one definition, with no end of its own.
mlir::func::FuncOp lowerScheduleKind(ScheduleKindInterface kind,
                                     mlir::ModuleOp module);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_KINDSCHEDULE_H
