//===- RecipeSchedule.cpp -------------------------------------------------===//

#include "compiler/Transforms/Schedule/RecipeSchedule.h"

using namespace mlir;
using namespace dsc;

llvm::SmallVector<PhaseInterface> dsc::listPhases(RecipeOp recipe) {
  return llvm::to_vector(recipe.getOps<PhaseInterface>());
}

/// A recipe may have no optimizer while only its schedule is looked at.
static TrackStarts readTrackStarts(RecipeOp recipe) {
  TrackStarts starts;
  for (auto optimizer : recipe.getOps<OptimizerInterface>()) {
    starts.momentum = optimizer.getMomentum().value_or(0);
    if (auto decay = optimizer->getAttrOfType<FloatAttr>("weight_decay"))
      starts.weightDecay = decay.getValueAsDouble();
  }
  return starts;
}

llvm::FailureOr<func::FuncOp> dsc::lowerRecipeSchedule(RecipeOp recipe,
                                                       ModuleOp module) {
  auto tables = recipe.getOps<ScheduleOp>();
  ScheduleOp schedule = tables.empty() ? ScheduleOp() : *tables.begin();
  return lowerSchedule(module, kTracksFunction, listPhases(recipe),
                       readTrackStarts(recipe),
                       ScheduleReactions::read(schedule));
}
