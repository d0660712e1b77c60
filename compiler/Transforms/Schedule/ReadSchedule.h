//===- ReadSchedule.h - resolved phases in order ----------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_READSCHEDULE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_READSCHEDULE_H

#include "compiler/Transforms/Schedule/LowerSchedule.h"

namespace dsc {

/// Phases in order and the steps that they cover. Cycles that are alike are one
/// phase; phases without a step are left out, unless they may gain some.
struct PhaseList {
  std::vector<ResolvedPhase> phases;
  int64_t total = 0;

  /// Fails, with a message, where they do not follow each other from step 0.
  static llvm::FailureOr<PhaseList> read(mlir::ModuleOp module,
                                         llvm::ArrayRef<PhaseInterface> phases,
                                         llvm::ArrayRef<RepeatOp> repeats);
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_READSCHEDULE_H
