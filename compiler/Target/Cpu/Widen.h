//===- Widen.h - a scalar body on vectors -----------------------*- C++ -*-===//
//
// Our own vectoriser, for straight-line code only: each operation of a body
// becomes the same operation on as many lanes, so the results keep their bits.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TARGET_CPU_WIDEN_H
#define DSC_COMPILER_TARGET_CPU_WIDEN_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

namespace dsc {

/// Lanes of every wide body: one 512-bit vector of f32, two of 256 bits.
inline constexpr int64_t kLanes = 16;

/// `type` on kLanes lanes.
mlir::VectorType widen(mlir::Type type);

/// Repeats a scalar on all lanes.
mlir::Value splat(mlir::OpBuilder &builder, mlir::Location loc,
                  mlir::Value scalar);

/// Emits `body`, which has passed checkBody, on vectors.
llvm::SmallVector<mlir::Value> inlineWideBody(mlir::OpBuilder &builder,
                                              mlir::func::FuncOp body,
                                              mlir::ValueRange arguments);

} // namespace dsc

#endif // DSC_COMPILER_TARGET_CPU_WIDEN_H
