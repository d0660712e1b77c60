//===- LoweringPasses.h - from a resolved recipe to a plan ------*- C++ -*-===//

#ifndef DSC_COMPILER_LOWERINGPASSES_H
#define DSC_COMPILER_LOWERINGPASSES_H

#include "dialect/Plan/PlanDialect.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dsc {

#define GEN_PASS_DECL
#include "compiler/LoweringPasses.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/LoweringPasses.h.inc"

} // namespace dsc

#endif // DSC_COMPILER_LOWERINGPASSES_H
