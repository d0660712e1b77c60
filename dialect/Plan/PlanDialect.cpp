//===- PlanDialect.cpp - registration -------------------------------------===//

#include "dialect/Plan/PlanDialect.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace dsc::plan_ir;

#include "dialect/Plan/PlanDialect.cpp.inc"

#include "dialect/Plan/PlanEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/Plan/PlanAttributes.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialect/Plan/PlanTypes.cpp.inc"

#define GET_OP_CLASSES
#include "dialect/Plan/PlanOps.cpp.inc"

void PlanDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/Plan/PlanAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialect/Plan/PlanTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialect/Plan/PlanOps.cpp.inc"
      >();
}
