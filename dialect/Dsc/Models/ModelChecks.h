//===- ModelChecks.h - what all architectures check -------------*- C++ -*-===//

#ifndef DSC_DIALECT_DSC_MODELS_MODELCHECKS_H
#define DSC_DIALECT_DSC_MODELS_MODELCHECKS_H

#include "dialect/Dsc/Models/GraphBuilder.h"

#include "mlir/IR/Operation.h"

namespace dsc {

struct RequiredValue {
  llvm::StringRef key;
  mlir::Attribute value;
};

/// Reports each key that is missing.
llvm::LogicalResult checkRequired(mlir::Operation *model,
                                  llvm::ArrayRef<RequiredValue> keys);

/// Only 0 is supported.
llvm::LogicalResult checkDropout(mlir::Operation *model, double dropout);

/// Reports `key` when a parameter that it sizes has more than
/// kMostParameterElements elements.
llvm::LogicalResult checkElements(mlir::Operation *model, llvm::StringRef key,
                                  int64_t value, int64_t elements);

/// `heads` does not divide `width`; the hint names the nearest that do.
llvm::LogicalResult reportIndivisible(mlir::Operation *model, int64_t width,
                                      int64_t heads);

/// The last unit: cross entropy in f32, summed over the target tokens. Scores
/// are [rows, classes], targets are seen as [rows].
mlir::Value addLossUnit(GraphBuilder &graph, mlir::Value scores,
                        mlir::Value targets, Dim rows);

} // namespace dsc

#endif // DSC_DIALECT_DSC_MODELS_MODELCHECKS_H
