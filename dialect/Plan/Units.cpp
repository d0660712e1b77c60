//===- Units.cpp - what a model graph must be -----------------------------===//

#include "dialect/Plan/PlanDialect.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

#include <cmath>

using namespace mlir;
using namespace dsc::plan_ir;

//===----------------------------------------------------------------------===//
// Graph and outputs
//===----------------------------------------------------------------------===//

OutputsOp GraphOp::getOutputs() {
  return cast<OutputsOp>(getBody().front().getTerminator());
}

UnitOp GraphOp::lookupUnit(StringRef name) {
  for (UnitOp unit : getBody().getOps<UnitOp>())
    if (unit.getUnitName() == name)
      return unit;
  return {};
}

llvm::StringMap<SmallVector<int64_t, 2>> GraphOp::getParameterUnits() {
  llvm::StringMap<SmallVector<int64_t, 2>> units;
  for (auto [index, unit] : llvm::enumerate(getBody().getOps<UnitOp>()))
    for (UseOp use : unit.getBody().getOps<UseOp>()) {
      auto &users = units[use.getParameter()];
      if (users.empty() || users.back() != static_cast<int64_t>(index))
        users.push_back(index);
    }
  return units;
}

LogicalResult GraphOp::verifyRegions() {
  Block &block = getBody().front();
  for (Operation &op : block)
    if (!isa<InputOp, ParameterOp, UnitOp, OutputsOp>(op)) // graph_g1
      return op.emitOpError()
             << "cannot stand in a graph: expected inputs, parameters, units";
  llvm::StringSet<> names;
  for (UnitOp unit : getBody().getOps<UnitOp>())
    if (!names.insert(unit.getUnitName()).second) // graph_g2
      return unit.emitOpError() << "has the name of another unit";
  auto units = getParameterUnits();
  for (ParameterOp parameter : getBody().getOps<ParameterOp>())
    if (!units.contains(parameter.getSymName())) // graph_g3
      return parameter.emitOpError() << "is used by no unit";
  return success();
}

LogicalResult OutputsOp::verify() {
  auto loss = getLoss().getType(), scores = getScores().getType();
  if (!loss.getElementType().isF32() || loss.getRank() != 0) // outputs_o1
    return emitOpError() << "has a loss of type " << loss
                         << ", expected an f32 scalar";
  if (!isa<FloatType>(scores.getElementType()) ||
      scores.getRank() < 2) // outputs_o2
    return emitOpError() << "has scores of type " << scores
                         << ", expected rows of floating-point numbers";
  for (Value value : getOperands())
    if (!value.getDefiningOp<UnitOp>()) // outputs_o3
      return emitOpError() << "reads a value that no unit makes";
  return success();
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

int64_t ParameterOp::getElements() {
  int64_t product = 1;
  for (int64_t size : getShape())
    product *= size;
  return product;
}

LogicalResult ParameterOp::verify() {
  int64_t elements = 1;
  for (int64_t size : getShape())
    if (size < 1 || llvm::MulOverflow(elements, size, elements)) // parameter_p1
      return emitOpError() << "has an impossible shape";
  if (static_cast<int64_t>(getDepth()) < 0) // parameter_p2
    return emitOpError() << "has depth " << static_cast<int64_t>(getDepth())
                         << ", expected 0 or more";
  double scale = getInitScale().convertToDouble();
  if (!std::isfinite(scale) || scale < 0) // parameter_p3
    return emitOpError() << "has the initial scale " << scale
                         << ", expected a finite number of 0 or more";
  return success();
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

LogicalResult UnitOp::verifyRegions() {
  Block &block = getBody().front();
  for (Operation &op : block)
    if (!isa<UseOp, CallOp, YieldOp>(op)) // unit_u1
      return op.emitOpError()
             << "cannot stand in a unit: expected uses and calls";
  auto yield = cast<YieldOp>(block.back()); // the one terminator of those
  if (block.getArgumentTypes() != getInputs().getTypes()) // unit_u2
    return emitOpError() << "has arguments of other types than its inputs";
  if (yield.getValues().getTypes() != getOutputs().getTypes()) // unit_u3
    return emitOpError() << "yields other types than it declares";
  for (Value value : yield.getValues())
    if (!value.getDefiningOp<CallOp>()) // unit_u4
      return emitOpError() << "yields a value that none of its calls makes";
  return success();
}

LogicalResult UseOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto parameter =
      symbols.lookupNearestSymbolFrom<ParameterOp>(*this, getParameterAttr());
  if (!parameter) // use_s1
    return emitOpError() << "names '" << getParameter()
                         << "', which is not a parameter of this graph";
  SmallVector<Dim> shape(parameter.getShape().begin(),
                         parameter.getShape().end());
  auto type = getValue().getType();
  if (type.getShape() != ArrayRef<Dim>(shape) ||
      !isa<FloatType>(type.getElementType())) // use_s2
    return emitOpError() << "reads '" << getParameter() << "' as " << type
                         << ", but its shape is " << toString(shape);
  return success();
}
