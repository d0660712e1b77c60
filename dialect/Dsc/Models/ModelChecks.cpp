//===- ModelChecks.cpp - what every architecture checks and ends with -----===//

#include "dialect/Dsc/Models/ModelChecks.h"

#include "dialect/Dsc/Diagnostics.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;

LogicalResult dsc::checkRequired(Operation *model,
                                 ArrayRef<RequiredValue> keys) {
  LogicalResult result = success();
  for (const RequiredValue &key : keys)
    if (!key.value)
      result = emitKeyError(model, key.key, "'" + key.key + "' is missing");
  return result;
}

LogicalResult dsc::checkDropout(Operation *model, double dropout) {
  if (dropout == 0)
    return success();
  return refuseKey(model, "dropout",
                   "dropout other than 0 is not supported yet",
                   "leave the key out");
}

LogicalResult dsc::checkElements(Operation *model, StringRef key, int64_t value,
                                 int64_t elements) {
  if (elements <= kMostParameterElements)
    return success();
  return emitKeyError(model, key,
                      key + " is " + Twine(value) +
                          ", which makes a parameter of more than 2^40 "
                          "elements");
}

LogicalResult dsc::reportIndivisible(Operation *model, int64_t width,
                                     int64_t heads) {
  int64_t below = std::min(heads, width), above = heads;
  while (width % below != 0)
    --below;
  while (above < width && width % above != 0)
    ++above;
  std::string remedy = "nearest that divides it: " + std::to_string(below);
  if (above <= width)
    remedy = "nearest that divide it: " + std::to_string(below) + " and " +
             std::to_string(above);
  return refuseKey(model, "heads",
                   "heads is " + Twine(heads) +
                       ", which does not divide width " + Twine(width),
                   remedy);
}

Value dsc::addLossUnit(GraphBuilder &graph, Value scores, Value targets,
                       Dim rows) {
  return graph.unit(
      "loss", {scores, targets}, [&](UnitBuilder &unit, ValueRange in) {
        Value logits = in[0];
        if (graph.getComputeType() != graph.f32())
          logits = unit.call("aten::to.dtype", {logits, graph.f32()});
        Value labels = in[1];
        if (cast<plan_ir::SymbolicTensorType>(labels.getType()).getRank() != 1)
          labels = unit.call("aten::view", {labels, {rows}});
        constexpr int sum = 2;
        return unit.call("aten::cross_entropy_loss",
                         {logits, labels, std::nullopt, sum});
      });
}
