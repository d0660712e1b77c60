//===- GraphFacts.cpp - what other stages ask of a model graph ------------===//

#include "compiler/Transforms/Model/GraphFacts.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

SmallVector<ParameterFacts> dsc::listParameters(GraphOp graph) {
  auto units = graph.getParameterUnits();
  SmallVector<ParameterFacts> result;
  for (ParameterOp op : graph.getBody().getOps<ParameterOp>()) {
    ArrayRef<int64_t> users = units[op.getSymName()];
    ParameterFacts facts;
    facts.op = op;
    facts.name = op.getSymName().str();
    facts.shape.assign(op.getShape().begin(), op.getShape().end());
    facts.size = op.getElements();
    facts.role = op.getRole();
    facts.depth = static_cast<int64_t>(op.getDepth());
    facts.tied = users.size() > 1;
    facts.finalUnit = users.empty() ? 0 : users.front();
    facts.lastUnit = users.empty() ? 0 : users.back();
    result.push_back(std::move(facts));
  }
  SmallVector<size_t> order =
      llvm::to_vector(llvm::seq<size_t>(0, result.size()));
  llvm::stable_sort(order, [&](size_t a, size_t b) {
    return result[a].finalUnit > result[b].finalUnit;
  });
  for (auto [position, index] : llvm::enumerate(order))
    result[index].completion = position;
  return result;
}
