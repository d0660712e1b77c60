//===- DscOps.td - the tables of a recipe -------------------*- tablegen -*-===//

#ifndef DSC_OPS_TD
#define DSC_OPS_TD

include "dialect/Dsc/DscBase.td"
include "dialect/Dsc/Phases.td"
include "dialect/Dsc/Optimizers.td"
include "dialect/Dsc/Models.td"

def Dsc_RecipeOp : Dsc_Table<"recipe", "", [
    RequiredKey<"dsc", Count, "version of the language">,
    RequiredKey<"name", Text, "names the binary and the run">], [],
    [NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "a whole recipe";
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "attr-dict-with-keyword $body";
}

#endif // DSC_OPS_TD
