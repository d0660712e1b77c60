//===- LoweringPasses.cpp - the passes are thin: the work is in Transforms/
//---===//

#include "compiler/LoweringPasses.h"

#include "compiler/Recipe/Print.h"
#include "compiler/Transforms/Layout/LayoutPlan.h"
#include "compiler/Transforms/Model/GraphFacts.h"
#include "compiler/Transforms/Model/LowerModel.h"
#include "compiler/Transforms/Place/Place.h"
#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Tables.h"
#include "compiler/Transforms/Run/LowerRun.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "compiler/Transforms/Steps/Steps.h"

#include "dialect/Plan/PlanNames.h"

#include "mlir/IR/Builders.h"

namespace dsc {
#define GEN_PASS_DEF_LOWERMODEL
#define GEN_PASS_DEF_LAYOUTPARAMETERS
#define GEN_PASS_DEF_LOWERSCHEDULE
#define GEN_PASS_DEF_LOWEROPTIMIZER
#define GEN_PASS_DEF_LOWERRUN
#define GEN_PASS_DEF_BUCKETGRADIENTS
#define GEN_PASS_DEF_BUILDSTEPS
#define GEN_PASS_DEF_PLACEDATA
#define GEN_PASS_DEF_ERASERECIPE
#include "compiler/LoweringPasses.h.inc"
} // namespace dsc

using namespace mlir;
using namespace dsc;

namespace {

/// The recipe that a pass works on; reports where there is none.
FailureOr<RecipeOp> requireRecipe(ModuleOp module) {
  RecipeOp recipe = findRecipe(module);
  if (!recipe)
    return module.emitError("found no recipe");
  return recipe;
}

/// What the model's builder and the run need of the data.
FailureOr<ModelFacts> requireFacts(RecipeOp recipe) {
  auto facts = readModelFacts(recipe);
  if (!facts)
    return recipe.emitError("found a recipe that is not resolved");
  return *facts;
}

struct LowerModelPass : dsc::impl::LowerModelBase<LowerModelPass> {
  LogicalResult lower() {
    auto recipe = requireRecipe(getOperation());
    if (failed(recipe))
      return failure();
    auto facts = requireFacts(*recipe);
    if (failed(facts))
      return failure();
    return lowerModel(getOperation(), *facts);
  }
  void runOnOperation() override {
    if (failed(lower()))
      signalPassFailure();
  }
};

struct LayoutParametersPass
    : dsc::impl::LayoutParametersBase<LayoutParametersPass> {
  void runOnOperation() override {
    auto recipe = requireRecipe(getOperation());
    if (failed(recipe) || failed(layoutPlan(getOperation(), *recipe)))
      signalPassFailure();
  }
};

struct LowerSchedulePass : dsc::impl::LowerScheduleBase<LowerSchedulePass> {
  void runOnOperation() override {
    auto recipe = requireRecipe(getOperation());
    if (failed(recipe) || failed(lowerRecipeSchedule(*recipe, getOperation())))
      signalPassFailure();
  }
};

struct LowerOptimizerPass : dsc::impl::LowerOptimizerBase<LowerOptimizerPass> {
  void runOnOperation() override {
    auto recipe = requireRecipe(getOperation());
    if (failed(recipe) || failed(lowerPlanOptimizer(getOperation(), *recipe)))
      signalPassFailure();
  }
};

struct LowerRunPass : dsc::impl::LowerRunBase<LowerRunPass> {
  LogicalResult lower() {
    auto recipe = requireRecipe(getOperation());
    if (failed(recipe))
      return failure();
    auto model = requireFacts(*recipe);
    auto graphs = getOperation().getOps<plan_ir::GraphOp>();
    if (failed(model) || graphs.empty())
      return recipe->emitError("found a recipe whose model is not lowered");
    RunFacts facts{*model, printRecipe(*recipe),
                   trainingFlopsPerToken(
                       *graphs.begin(), std::max<int64_t>(1, model->sequence))};
    getOperation()->setAttr(
        kRecipeTextAttribute,
        Builder(&getContext()).getStringAttr(facts.recipeText));
    return lowerRun(getOperation(), facts);
  }
  void runOnOperation() override {
    if (failed(lower()))
      signalPassFailure();
  }
};

struct BucketGradientsPass
    : dsc::impl::BucketGradientsBase<BucketGradientsPass> {
  void runOnOperation() override {
    if (failed(bucketGradients(getOperation())))
      signalPassFailure();
  }
};

struct BuildStepsPass : dsc::impl::BuildStepsBase<BuildStepsPass> {
  void runOnOperation() override {
    if (failed(buildStepPrograms(getOperation())))
      signalPassFailure();
  }
};

struct PlaceDataPass : dsc::impl::PlaceDataBase<PlaceDataPass> {
  void runOnOperation() override {
    if (failed(placeData(getOperation())))
      signalPassFailure();
  }
};

struct EraseRecipePass : dsc::impl::EraseRecipeBase<EraseRecipePass> {
  void runOnOperation() override {
    if (RecipeOp recipe = findRecipe(getOperation()))
      recipe.erase();
  }
};

} // namespace
