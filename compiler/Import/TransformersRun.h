//===- TransformersRun.h - a trainer's run as a recipe ----------*- C++ -*-===//
//
// What TrainingArguments say of a run beside its optimizer and its schedule.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_IMPORT_TRANSFORMERSRUN_H
#define DSC_COMPILER_IMPORT_TRANSFORMERSRUN_H

#include "compiler/Import/Parts.h"

namespace dsc::importing {

/// The run's name and its length; the steps, where they are known, go into the
/// context.
void importTrainerRun(Context &context);

/// Its seed, and how often it logs and saves, and what it reports to.
void importTrainerRecords(Context &context);

} // namespace dsc::importing

#endif // DSC_COMPILER_IMPORT_TRANSFORMERSRUN_H
