//===- PlanDialect.h - the plan dialect -------------------------*- C++ -*-===//

#ifndef DSC_DIALECT_PLAN_PLANDIALECT_H
#define DSC_DIALECT_PLAN_PLANDIALECT_H

#include "dialect/Plan/Dim.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringMap.h"

#include "dialect/Plan/PlanDialect.h.inc"

#include "dialect/Plan/PlanEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/Plan/PlanAttributes.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialect/Plan/PlanTypes.h.inc"

#define GET_OP_CLASSES
#include "dialect/Plan/PlanOps.h.inc"

#endif // DSC_DIALECT_PLAN_PLANDIALECT_H
