//===- Passes.td - from recipe to resolved recipe -----------*- tablegen -*-===//
//
// One pass for each step, and one that runs them all and so reports all that is
// wrong with a recipe at once. What each does stands in Resolve.h.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TRANSFORMS_RESOLVE_PASSES_TD
#define DSC_TRANSFORMS_RESOLVE_PASSES_TD

include "mlir/Pass/PassBase.td"

class Dsc_ResolvePass<string flag, string what> : Pass<"dsc-" # flag, "::mlir::ModuleOp"> {
  let summary = what;
  let dependentDialects = ["::dsc::DscDialect"];
  let options = [
    Option<"scheduleOnly", "schedule-only", "bool", "false",
           "resolve only what a schedule needs">
  ];
}

def ResolveDefaults : Dsc_ResolvePass<"resolve-defaults", "gives every key a value">;
def SurveyData : Dsc_ResolvePass<"survey-data", "records what the data files hold">;
def ResolveLengths : Dsc_ResolvePass<"resolve-lengths", "makes lengths steps">;
def ResolveSchedule : Dsc_ResolvePass<"resolve-schedule", "makes amounts learning rates">;
def ResolveReactions : Dsc_ResolvePass<"resolve-reactions", "makes reactions counts of observations">;
def CheckRecipe : Dsc_ResolvePass<"check-recipe", "checks what no table can check by itself">;
def ResolveRecipe : Dsc_ResolvePass<"resolve", "runs all of these and reports at once">;

#endif // DSC_TRANSFORMS_RESOLVE_PASSES_TD
