//===- DscDialect.cpp - registration --------------------------------------===//

#include "dialect/Dsc/DscDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace dsc;

#include "dialect/Dsc/DscDialect.cpp.inc"

#include "dialect/Dsc/DscInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/Dsc/DscAttributes.cpp.inc"

#define GET_OP_CLASSES
#include "dialect/Dsc/DscOps.cpp.inc"

void DscDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/Dsc/DscAttributes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialect/Dsc/DscOps.cpp.inc"
      >();
}
