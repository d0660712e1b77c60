//===- RecipeSchedule.h - the schedule of a whole recipe --------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_SCHEDULE_RECIPESCHEDULE_H
#define DSC_COMPILER_TRANSFORMS_SCHEDULE_RECIPESCHEDULE_H

#include "compiler/Transforms/Schedule/LowerSchedule.h"

namespace dsc {

/// Name of the function that every backend and the evaluator share.
inline constexpr llvm::StringLiteral kTracksFunction = "tracks";

/// The phases of a recipe in their order.
llvm::SmallVector<PhaseInterface> listPhases(RecipeOp recipe);

/// A part of the schedule that has a name: a phase, or one of a schedule of
/// another kind.
struct SchedulePart {
  std::string name, kind;
  int64_t begin, end; ///< steps of the run, [begin, end)
};

/// The parts of a resolved recipe, in order, covering the run. Fails after a
/// diagnostic.
llvm::FailureOr<std::vector<SchedulePart>> listParts(RecipeOp recipe);

/// Adds @tracks to `module` for the resolved phases of `recipe`, which may live
/// elsewhere. Before a phase names a track it has the optimizer's value.
llvm::FailureOr<mlir::func::FuncOp> lowerRecipeSchedule(RecipeOp recipe,
                                                        mlir::ModuleOp module);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_SCHEDULE_RECIPESCHEDULE_H
