//===- Body.h - a kernel's scalar body --------------------------*- C++ -*-===//

#ifndef DSC_COMPILER_TARGET_LOOPS_BODY_H
#define DSC_COMPILER_TARGET_LOOPS_BODY_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

namespace dsc {

/// Whether a body is straight-line elementwise code, as inlining needs it; if
/// not, it says why.
llvm::LogicalResult checkBody(mlir::func::FuncOp body);

/// Emits `body` on scalars.
llvm::SmallVector<mlir::Value> inlineBody(mlir::OpBuilder &builder,
                                          mlir::func::FuncOp body,
                                          mlir::ValueRange arguments);

/// What a body's terminator returns, once all of it is mapped.
llvm::SmallVector<mlir::Value> getResults(mlir::func::FuncOp body,
                                          const mlir::IRMapping &mapping);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_LOOPS_BODY_H
