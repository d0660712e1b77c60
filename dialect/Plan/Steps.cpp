//===- Steps.cpp - checks on groups and step programs ---------------------===//

#include "dialect/Plan/PlanDialect.h"

#include "runtime/Artifact/KernelAbi.h"

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
