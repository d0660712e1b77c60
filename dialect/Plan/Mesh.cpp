//===- Mesh.cpp - checks on axes and on what ranks along them hold --------===//

#include "dialect/Plan/PlanDialect.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace dsc::plan_ir;

LogicalResult MeshOp::verify() {
  if (getAxes().size() != getRanks().size()) // mesh_c1
    return emitOpError("found ")
           << getRanks().size() << " sizes for " << getAxes().size()
           << " axes, expected one for each";
  llvm::StringSet<> seen;
  for (StringRef axis : getAxes().getAsValueRange<StringAttr>())
    if (!seen.insert(axis).second) // mesh_c2
      return emitOpError("found two axes that are called '") << axis << "'";
  for (int64_t ranks : getRanks())
    if (ranks < 0) // mesh_c3
      return emitOpError("found ") << ranks << " ranks, expected 0 or more";
  return success();
}

LogicalResult StrategyOp::verify() {
  // strategy_c1
  if (getParameter() != Placement::replicate)
    return emitOpError("found parameters placed '")
           << stringifyPlacement(getParameter()) << "', expected 'replicate'";
  // strategy_c2
  if (getOptimizer() == Placement::partial)
    return emitOpError("found optimizer state placed 'partial', expected "
                       "'replicate' or 'shard'");
  // strategy_c3
  if ((getOptimizer() == Placement::shard) !=
      (getGradient() != Placement::replicate))
    return emitOpError("found gradients placed '")
           << stringifyPlacement(getGradient()) << "' for an optimizer placed '"
           << stringifyPlacement(getOptimizer())
           << "', expected both whole, or neither";
  auto module = getOperation()->getParentOfType<ModuleOp>();
  for (auto mesh : module.getOps<MeshOp>())
    if (llvm::is_contained(mesh.getAxes().getAsValueRange<StringAttr>(),
                           getAxis()))
      return success();
  // strategy_c4
  return emitOpError("found axis '") << getAxis() << "', which no mesh has";
}
