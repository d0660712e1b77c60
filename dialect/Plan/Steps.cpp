//===- Steps.cpp - checks on groups, buckets and step programs ------------===//

#include "dialect/Plan/PlanDialect.h"

#include "runtime/Artifact/KernelAbi.h"

#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace dsc::plan_ir;

LogicalResult GroupOp::verify() {
  int64_t begin = getBegin(), end = getEnd();
  if (begin < 0 || end < begin) // group_c1
    return emitOpError("found range [")
           << begin << ", " << end << "), expected 0 <= begin <= end";
  if (begin % kBlockElements || end % kBlockElements) // group_c2
    return emitOpError("found range [")
           << begin << ", " << end << "), expected whole blocks of "
           << kBlockElements;
  return success();
}

//===----------------------------------------------------------------------===//
// Buckets
//===----------------------------------------------------------------------===//

LogicalResult BucketOp::verify() {
  int64_t begin = getBegin(), end = getEnd(), passing = getPassing();
  if (begin < 0 || end <= begin) // bucket_c1
    return emitOpError("found range [")
           << begin << ", " << end << "), expected 0 <= begin < end";
  if (begin % kBlockElements || end % kBlockElements) // bucket_c2
    return emitOpError("found range [")
           << begin << ", " << end << "), expected whole blocks of "
           << kBlockElements;
  if (passing < -1) // bucket_c3
    return emitOpError("found place ")
           << passing << ", expected 0 or more, or -1 for none";
  return success();
}

/// The graph of the module that an op stands in; null where there is none.
static GraphOp findGraph(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  auto graphs = module.getOps<GraphOp>();
  return graphs.empty() ? GraphOp() : *graphs.begin();
}

LogicalResult BucketOp::verifySymbolUses(SymbolTableCollection &) {
  GraphOp graph = findGraph(*this);
  for (FlatSymbolRefAttr unit : {getReadyUnitAttr(), getFirstUnitAttr()})
    if (!graph || !graph.lookupUnit(unit.getValue())) // bucket_c4
      return emitOpError("found ") << unit << ", expected the name of a unit";
  for (auto group :
       getOperation()->getParentOfType<ModuleOp>().getOps<GroupOp>())
    if (group.getBegin() <= getBegin() && getEnd() <= group.getEnd())
      return success();
  // bucket_c5
  return emitOpError("found range [")
         << getBegin() << ", " << getEnd() << "), expected a part of one group";
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// Tokens that some program of the module completes.
static llvm::DenseSet<int64_t> listSignals(ModuleOp module) {
  llvm::DenseSet<int64_t> tokens;
  for (auto program : module.getOps<ProgramOp>())
    for (Operation &op : program.getBody().front())
      if (auto token = op.getAttrOfType<IntegerAttr>("signals"))
        tokens.insert(token.getInt());
  return tokens;
}

/// The tokens of one op.
static LogicalResult checkTokens(Operation &op,
                                 const llvm::DenseSet<int64_t> &known,
                                 llvm::DenseSet<int64_t> &signalled) {
  if (auto waits = op.getAttrOfType<DenseI64ArrayAttr>("waits"))
    for (int64_t token : waits.asArrayRef())
      if (!known.contains(token)) // program_c1
        return op.emitOpError("found a wait for token ")
               << token << ", which nothing signals";
  auto signal = op.getAttrOfType<IntegerAttr>("signals");
  if (!signal || signal.getInt() == -1)
    return success();
  if (signal.getInt() < 0) // program_c2
    return op.emitOpError("found token ")
           << signal.getInt() << ", expected 0 or more";
  if (!signalled.insert(signal.getInt()).second) // program_c3
    return op.emitOpError("found token ")
           << signal.getInt() << ", which another op of the program signals";
  return success();
}

/// What an op names is there, and of its kind.
template <typename OpType>
static LogicalResult checkName(Operation &op, llvm::StringRef attribute,
                               llvm::StringRef what) {
  auto name = op.getAttrOfType<FlatSymbolRefAttr>(attribute);
  if (!name || SymbolTable::lookupNearestSymbolFrom<OpType>(&op, name))
    return success();
  // program_c4
  return op.emitOpError("found ")
         << name << ", expected the name of a " << what;
}

LogicalResult ProgramOp::verifySymbolUses(SymbolTableCollection &) {
  auto module = getOperation()->getParentOfType<ModuleOp>();
  llvm::DenseSet<int64_t> known = listSignals(module), signalled;
  GraphOp graph = findGraph(*this);
  for (Operation &op : getBody().front()) {
    if (failed(checkTokens(op, known, signalled)) ||
        failed(checkName<BufferOp>(op, "buffer", "buffer")) ||
        failed(checkName<BucketOp>(op, "bucket", "bucket")) ||
        failed(checkName<KernelOp>(op, "kernel", "kernel")))
      return failure();
    auto unit = op.getAttrOfType<FlatSymbolRefAttr>("unit");
    // program_c5
    if (unit && (!graph || !graph.lookupUnit(unit.getValue())))
      return op.emitOpError("found ")
             << unit << ", expected the name of a unit";
  }
  return success();
}
