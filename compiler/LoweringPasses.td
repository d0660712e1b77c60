//===- LoweringPasses.td - from a resolved recipe to a plan ---------*- tablegen -*-===//
//
// The order in which Lowering.cpp runs them is the order in which they stand.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_LOWERINGPASSES_TD
#define DSC_COMPILER_LOWERINGPASSES_TD

include "mlir/Pass/PassBase.td"

def LowerModel : Pass<"dsc-lower-model", "::mlir::ModuleOp"> {
  let summary = "build the graph of units from [model]";
  let dependentDialects = ["::dsc::plan_ir::PlanDialect"];
}

def LayoutParameters : Pass<"dsc-layout-parameters", "::mlir::ModuleOp"> {
  let summary = "sort parameters into groups and give each its place in the arenas";
  let dependentDialects = ["::dsc::plan_ir::PlanDialect"];
}

def LowerSchedule : Pass<"dsc-lower-schedule", "::mlir::ModuleOp"> {
  let summary = "turn the phases into one function of the step";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
                           "::mlir::math::MathDialect"];
}

def LowerOptimizer : Pass<"dsc-lower-optimizer", "::mlir::ModuleOp"> {
  let summary = "turn the optimizer into kernels with the schedule inside";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
                           "::mlir::math::MathDialect", "::dsc::plan_ir::PlanDialect"];
}

def LowerRun : Pass<"dsc-lower-run", "::mlir::ModuleOp"> {
  let summary = "turn the rest of the recipe into what the runtime reads";
  let dependentDialects = ["::dsc::plan_ir::PlanDialect"];
}

def BucketGradients : Pass<"dsc-bucket-gradients", "::mlir::ModuleOp"> {
  let summary = "cut the trained arena into what ranks exchange at once";
  let dependentDialects = ["::dsc::plan_ir::PlanDialect"];
}

def BuildSteps : Pass<"dsc-build-steps", "::mlir::ModuleOp"> {
  let summary = "write the programs that a step runs";
  let dependentDialects = ["::dsc::plan_ir::PlanDialect"];
}

def PlaceData : Pass<"dsc-place-data", "::mlir::ModuleOp"> {
  let summary = "make the ranks along the data axis one run";
  let dependentDialects = ["::dsc::plan_ir::PlanDialect"];
}

def EraseRecipe : Pass<"dsc-erase-recipe", "::mlir::ModuleOp"> {
  let summary = "drop the recipe: the plan stands alone";
}

#endif // DSC_COMPILER_LOWERINGPASSES_TD
