//===- LowerPlanOptimizer.cpp - kernels for the groups of a plan ----------===//

#include "compiler/Transforms/Layout/LayoutPlan.h"

#include "compiler/Transforms/Layout/Groups.h"
#include "compiler/Transforms/Optimizer/OptimizerProgram.h"
#include "compiler/Transforms/Resolve/Tables.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "dialect/Plan/PlanDialect.h"
#include "dialect/Plan/PlanNames.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dsc;

/// The program over the groups that layoutPlan laid out. `combined` owns the
/// merged optimizers and outlives it.
static OptimizerProgram makeProgram(ModuleOp module, RecipeOp recipe,
                                    std::vector<CombinedGroup> &combined) {
  OptimizerProgram program;
  auto trained = llvm::make_filter_range(
      combined, [](CombinedGroup &group) { return !group.frozen; });
  for (auto [group, op] :
       llvm::zip(trained, module.getOps<plan_ir::GroupOp>())) {
    program.groups.push_back({group.name, group.getOptimizer(), group.lrScale,
                              group.weightDecay, group.followsWeightDecayTrack,
                              static_cast<int64_t>(op.getBegin()),
                              static_cast<int64_t>(op.getEnd()), op.getLoc()});
    program.elements = op.getEnd();
  }
  auto optimizer = findTable<OptimizerInterface>(recipe);
  if (auto clip = optimizer->getAttrOfType<FloatAttr>("clip_norm"))
    program.clipNorm = clip.getValueAsDouble();
  auto train = findTable<TrainOp>(recipe);
  if (train.getPrecision() == "bf16-mixed")
    program.precision = ComputePrecision::bf16Mixed;
  program.tracks = module.lookupSymbol<func::FuncOp>(kTracksFunction);
  program.observe = module.lookupSymbol<func::FuncOp>(kObserveFunction);
  return program;
}

/// Memory of the parameters that are not trained, in whole blocks.
static void addFrozenBuffers(ModuleOp module, plan_ir::GraphOp graph,
                             ComputePrecision precision) {
  int64_t end = 0;
  for (auto parameter : graph.getOps<plan_ir::ParameterOp>())
    if (parameter.getFrozen())
      end = std::max<int64_t>(end,
                              *parameter.getOffset() + parameter.getElements());
  if (end == 0)
    return;
  end = llvm::alignTo(end, kBlockElements);
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  auto add = [&](llvm::StringRef name, Type type) {
    plan_ir::BufferOp::create(builder, graph.getLoc(), name, type,
                              plan_ir::Extent::element, end, llvm::APFloat(0.0),
                              /*saved=*/false);
  };
  add("frozen", builder.getF32Type());
  if (precision == ComputePrecision::bf16Mixed)
    add("frozen_compute", builder.getBF16Type());
}

LogicalResult dsc::lowerPlanOptimizer(ModuleOp module, RecipeOp recipe) {
  auto graphs = module.getOps<plan_ir::GraphOp>();
  if (graphs.empty())
    return module.emitError("found no model graph whose parameters to update");
  plan_ir::GraphOp graph = *graphs.begin();
  auto combined = combineGroups(recipe, listParameters(graph));
  OptimizerProgram program = makeProgram(module, recipe, combined);
  if (!program.tracks)
    return module.emitError("found no schedule to put into the update");
  auto kernels = lowerOptimizer(program, module);
  if (failed(kernels))
    return failure();
  addFrozenBuffers(module, graph, program.precision);
  Builder builder(module.getContext());
  auto names = [&](llvm::ArrayRef<std::string> list) {
    return builder.getStrArrayAttr(llvm::to_vector(llvm::map_range(
        list, [](const std::string &name) { return llvm::StringRef(name); })));
  };
  module->setAttr(kUniformsAttribute, names(kernels->uniforms));
  module->setAttr(kTrackNamesAttribute, names(kernels->tracks));
  if (func::FuncOp observe = program.observe) {
    module->setAttr(kStateAttribute, observe->getAttr(stateAttributeName));
    module->setAttr(kReactionsAttribute,
                    observe->getAttr(reactionsAttributeName));
  }
  return success();
}
