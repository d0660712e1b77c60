//===- Lowering.cpp -------------------------------------------------------===//

#include "compiler/Lowering.h"

#include "compiler/LoweringPasses.h"
#include "compiler/Transforms/Resolve/Passes.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Plan/PlanDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace dsc;

namespace {

/// A pass and the level that it works towards.
struct Stage {
  Level level;
  std::unique_ptr<Pass> (*create)();
};

} // namespace

static llvm::ArrayRef<Stage> pipeline() {
  static const Stage stages[] = {
      {Level::resolved, [] { return createResolveRecipe(); }},
      {Level::plan, [] { return createLowerModel(); }},
      {Level::plan, [] { return createLayoutParameters(); }},
      {Level::plan, [] { return createLowerSchedule(); }},
      {Level::plan, [] { return createLowerOptimizer(); }},
      {Level::plan, [] { return createLowerRun(); }},
      {Level::plan, [] { return createBucketGradients(); }},
      {Level::plan, [] { return createBuildSteps(); }},
      {Level::plan, [] { return createPlaceData(); }},
      {Level::plan, [] { return createEraseRecipe(); }},
  };
  return stages;
}

void dsc::registerDialects(DialectRegistry &registry) {
  registry.insert<DscDialect, plan_ir::PlanDialect, arith::ArithDialect,
                  cf::ControlFlowDialect, func::FuncDialect, math::MathDialect,
                  LLVM::LLVMDialect>();
}

void dsc::registerPasses() {
  registerResolvePasses();
  registerDscLoweringPasses();
}

llvm::SmallVector<llvm::StringRef> dsc::listPassNames() {
  llvm::SmallVector<llvm::StringRef> names;
  for (const Stage &stage : pipeline())
    names.push_back(stage.create()->getArgument());
  return names;
}

LogicalResult dsc::lower(Level from, Level to, ModuleOp module,
                         llvm::StringRef stopAfter) {
  PassManager manager(module.getContext());
  for (const Stage &stage : pipeline()) {
    if (stage.level <= from)
      continue;
    if (stage.level > to)
      break;
    auto pass = stage.create();
    bool last = pass->getArgument() == stopAfter;
    manager.addPass(std::move(pass));
    if (last)
      break;
  }
  return manager.run(module);
}
