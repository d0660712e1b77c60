//===- Passes.h - from recipe to resolved recipe ----------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_PASSES_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_PASSES_H

#include "dialect/Dsc/DscDialect.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace dsc {

#define GEN_PASS_DECL
#include "compiler/Transforms/Resolve/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "compiler/Transforms/Resolve/Passes.h.inc"

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_PASSES_H
