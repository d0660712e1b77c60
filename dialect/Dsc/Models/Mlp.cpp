//===- Mlp.cpp - fully connected layers over rows of numbers --------------===//
//
// Layers are those of torch.nn.Linear: weights [outputs, inputs], all values
// uniform up to 1 / sqrt(inputs) at the start.
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/Models/GraphBuilder.h"
#include "dialect/Dsc/Models/ModelChecks.h"

#include "llvm/Support/JSON.h"

#include <cmath>

using namespace mlir;
using namespace dsc;
using plan_ir::InitKind;
using plan_ir::Role;

static SmallVector<int64_t> hiddenOf(MlpOp op) {
  return llvm::map_to_vector(op.getHiddenAttr().getAsRange<IntegerAttr>(),
                             [](IntegerAttr width) { return width.getInt(); });
}

static StringRef activationOf(MlpOp op) {
  return op.getActivation().value_or("relu");
}

static std::string layerName(size_t layer) {
  return "layers." + std::to_string(layer);
}

static void linearParameters(GraphBuilder &graph, size_t layer, int64_t inputs,
                             int64_t outputs, bool last) {
  Initial initial{InitKind::uniform, 1 / std::sqrt(double(inputs))};
  int64_t depth = layer + 1;
  graph.parameter(layerName(layer) + ".weight", {outputs, inputs},
                  last ? Role::head : Role::weight, depth, initial);
  graph.parameter(layerName(layer) + ".bias", {outputs}, Role::bias, depth,
                  initial);
}

static Value linear(UnitBuilder &unit, size_t layer, Value x) {
  return unit.call("aten::linear", {x, unit.use(layerName(layer) + ".weight"),
                                    unit.use(layerName(layer) + ".bias")});
}

static LogicalResult writeGraph(MlpOp op, GraphBuilder &graph,
                                const ModelFacts &facts) {
  Value rows =
      graph.input("inputs", graph.f32(), {Dim::batch(), Dim(facts.columns)});
  Value targets = graph.input("targets", graph.i64(), {Dim::batch()});
  SmallVector<int64_t> widths = hiddenOf(op);
  widths.push_back(facts.classes);
  int64_t inputs = facts.columns;
  for (auto [layer, width] : llvm::enumerate(widths)) {
    linearParameters(graph, layer, inputs, width, layer + 1 == widths.size());
    inputs = width;
  }

  std::string activation = "aten::" + activationOf(op).str();
  Value x = rows;
  for (size_t layer = 0; layer < widths.size(); ++layer) {
    bool last = layer + 1 == widths.size();
    std::string name = last ? "head" : "layer" + std::to_string(layer);
    x = graph.unit(name, x, [&](UnitBuilder &unit, ValueRange in) {
      Value y = in[0];
      if (layer == 0 && graph.getComputeType() != graph.f32())
        y = unit.call("aten::to.dtype", {y, graph.getComputeType()});
      y = linear(unit, layer, y);
      return last ? y : unit.call(activation, {y});
    });
  }
  return graph.outputs(addLossUnit(graph, x, targets, Dim::batch()), x);
}

LogicalResult MlpOp::buildGraph(GraphBuilder &graph, const ModelFacts &facts) {
  if (failed(checkRequired(*this, {{"hidden", getHiddenAttr()}})))
    return failure();
  LogicalResult result = checkDropout(*this, getDropout().value_or(0));
  if (facts.columns <= 0 || facts.classes <= 0)
    return emitKeyError(*this, "kind",
                        "'mlp' reads rows of numbers, but the data are tokens");
  SmallVector<int64_t> widths = hiddenOf(*this);
  if (static_cast<int64_t>(widths.size()) > kMostLayers)
    return emitKeyError(*this, "hidden",
                        "hidden has " + Twine(widths.size()) +
                            " layers, expected at most " + Twine(kMostLayers));
  widths.insert(widths.begin(), facts.columns);
  widths.push_back(facts.classes);
  for (size_t i = 1; i < widths.size(); ++i)
    if (failed(checkElements(*this, "hidden", widths[i],
                             saturatingProduct(widths[i - 1], widths[i]))))
      return failure();
  if (failed(result))
    return failure();
  return writeGraph(*this, graph, facts);
}

std::string MlpOp::getConfig(const ModelFacts &facts) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::json::OStream json(os, 2);
  json.object([&] {
    json.attribute("model_type", "mlp");
    json.attribute("inputs", facts.columns);
    json.attributeArray("hidden", [&] {
      for (int64_t width : hiddenOf(*this))
        json.value(width);
    });
    json.attribute("outputs", facts.classes);
    json.attribute("activation", activationOf(*this));
    json.attribute("torch_dtype", "float32");
  });
  return text + "\n";
}
