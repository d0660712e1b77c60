//===- LowerModel.cpp - the recipe's model as a graph of units ------------===//

#include "compiler/Transforms/Model/LowerModel.h"

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/Models/GraphBuilder.h"

using namespace mlir;
using namespace dsc;

ModelInterface dsc::findModel(ModuleOp module) {
  ModelInterface model;
  module.walk([&](ModelInterface found) {
    model = found;
    return WalkResult::interrupt();
  });
  return model;
}

/// bf16-mixed computes in bf16 from f32 masters.
static Type computeTypeOf(const ModelFacts &facts, OpBuilder &builder) {
  if (facts.precision == "bf16-mixed")
    return builder.getBF16Type();
  return builder.getF32Type();
}

FailureOr<plan_ir::GraphOp> dsc::lowerModel(ModuleOp module,
                                            const ModelFacts &facts) {
  ModelInterface model = findModel(module);
  if (!model)
    return emitError(module.getLoc()) << "the recipe has no [model]";
  module.getContext()->loadDialect<plan_ir::PlanDialect>();
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  GraphBuilder graph(builder, getKeyLocation(model, "kind"),
                     computeTypeOf(facts, builder));
  if (failed(model.buildGraph(graph, facts))) {
    graph.getGraph().erase();
    return failure();
  }
  return graph.getGraph();
}
