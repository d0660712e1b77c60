//===- Passes.cpp - the functions of Resolve.h as passes ------------------===//

#include "compiler/Transforms/Resolve/Passes.h"

#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Tables.h"

using namespace mlir;

namespace dsc {

#define GEN_PASS_DEF_RESOLVEDEFAULTS
#define GEN_PASS_DEF_SURVEYDATA
#define GEN_PASS_DEF_RESOLVELENGTHS
#define GEN_PASS_DEF_RESOLVESCHEDULE
#define GEN_PASS_DEF_RESOLVEREACTIONS
#define GEN_PASS_DEF_CHECKRECIPE
#define GEN_PASS_DEF_RESOLVERECIPE
#include "compiler/Transforms/Resolve/Passes.h.inc"

namespace {

/// A pass that runs one function of Resolve.h on the recipe of a module.
template <typename Base,
          LogicalResult (*function)(RecipeOp, const ResolveOptions &)>
struct RecipePass : Base {
  using Base::Base;
  void runOnOperation() override {
    ResolveOptions options{this->scheduleOnly};
    if (RecipeOp recipe = findRecipe(this->getOperation()))
      if (failed(function(recipe, options)))
        this->signalPassFailure();
  }
};

struct ResolveDefaultsPass
    : RecipePass<impl::ResolveDefaultsBase<ResolveDefaultsPass>,
                 resolveDefaults> {
  using RecipePass::RecipePass;
};
struct SurveyDataPass
    : RecipePass<impl::SurveyDataBase<SurveyDataPass>, surveyData> {
  using RecipePass::RecipePass;
};
struct ResolveLengthsPass
    : RecipePass<impl::ResolveLengthsBase<ResolveLengthsPass>, resolveLengths> {
  using RecipePass::RecipePass;
};
struct ResolveSchedulePass
    : RecipePass<impl::ResolveScheduleBase<ResolveSchedulePass>,
                 resolveSchedule> {
  using RecipePass::RecipePass;
};
struct ResolveReactionsPass
    : RecipePass<impl::ResolveReactionsBase<ResolveReactionsPass>,
                 resolveReactions> {
  using RecipePass::RecipePass;
};
struct CheckRecipePass
    : RecipePass<impl::CheckRecipeBase<CheckRecipePass>, checkRecipe> {
  using RecipePass::RecipePass;
};

struct ResolveRecipePass : impl::ResolveRecipeBase<ResolveRecipePass> {
  using Base::Base;
  void runOnOperation() override {
    if (failed(resolveRecipe(getOperation(), {scheduleOnly})))
      signalPassFailure();
  }
};

} // namespace
} // namespace dsc
