//===- RecipeSchedule.h - the schedule of a whole recipe --------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_RECIPESCHEDULE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_RECIPESCHEDULE_H

#include "compiler/Transforms/Schedule/LowerSchedule.h"

#include <string>
#include <vector>

namespace dsc {

/// Name of the function that every backend and the evaluator share.
inline constexpr llvm::StringLiteral kTracksFunction = "tracks";

/// The phases of a recipe in their order, without those of factors.
llvm::SmallVector<PhaseInterface> listPhases(RecipeOp recipe);

/// The factors of a recipe in the order of their first phases.
llvm::SmallVector<PhaseFactor> listFactors(RecipeOp recipe);

/// A part of the schedule that has a name: a phase, also one of a cycle.
struct SchedulePart {
  std::string name, kind;
  int64_t begin, end; ///< steps of the run, [begin, end)
};

/// The parts of a resolved recipe, in order, covering the run: phases of a
/// cycle as "up #1", "up #2"; cycles of more than a thousand phases together as
/// one part of kind "repeat". Fails after a diagnostic.
llvm::FailureOr<std::vector<SchedulePart>> listParts(RecipeOp recipe);

/// Adds @tracks to `module` for the resolved phases of `recipe`, which may live
/// elsewhere. Before a phase names a track it has the optimizer's value.
llvm::FailureOr<mlir::func::FuncOp> lowerRecipeSchedule(RecipeOp recipe,
                                                        mlir::ModuleOp module);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_RECIPESCHEDULE_H
