//===- ResolveRepeat.h - learning rates of each cycle -----------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVEREPEAT_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVEREPEAT_H

#include "compiler/Transforms/Resolve/Tables.h"

namespace dsc {

/// Resolves a phase in a cycle, counted from 0, after all phases before it.
using ResolveInCycle = llvm::function_ref<void(PhaseInterface, int64_t)>;

/// Resolves the phases of a repetition, cycle by cycle until no cycle can
/// differ from the one before, and keeps what they come to in its `cycles`.
/// Returns the last phase of the last cycle; null where that is cut, or after a
/// report.
PhaseInterface resolveRepeat(RepeatOp repeat,
                             llvm::ArrayRef<PhaseInterface> phases,
                             Report &report, ResolveInCycle resolve);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_RESOLVEREPEAT_H
