//===- EarlyEnds.h - what an early end of a phase moves ---------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_EARLYENDS_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_EARLYENDS_H

#include "compiler/Transforms/Resolve/Tables.h"

#include <vector>

namespace dsc {

/// Whether a phase is part of a repetition, where it has no single end.
bool isRepeated(RecipeOp recipe, PhaseInterface phase);

/// Adds `follows` and `stretches` to the reactions of the phases, of which
/// those with `until` may end early: that moves all phases up to the next
/// "rest", which fills the time; without one, the last phase holds its end for
/// what is left.
void followPhases(
    RecipeOp recipe, llvm::ArrayRef<PhaseInterface> phases,
    std::vector<llvm::SmallVector<mlir::NamedAttribute>> &reactions,
    Report &report);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_EARLYENDS_H
