//===- PlanPasses.h - from a resolved recipe to a plan ----------*- C++ -*-===//

#ifndef DSC_COMPILER_PLANPASSES_H
#define DSC_COMPILER_PLANPASSES_H

#include "dialect/Plan/PlanDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dsc {

#define GEN_PASS_DECL
#include "compiler/PlanPasses.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/PlanPasses.h.inc"

} // namespace dsc

#endif // DSC_COMPILER_PLANPASSES_H
