//===- PhaseValues.h - what a resolved phase knows --------------*- C++ -*-===//
//
// Some kinds of phase have lengths and amounts of their own, beside `length`,
// `from` and `to`: the resolve passes turn them into steps and learning rates.
// And some kinds end where their curve takes them, which is computed here from
// the very operations that are compiled.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_PHASEVALUES_H
#define DSC_DIALECT_DSC_PHASEVALUES_H

#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/KeyTable.h"

namespace dsc {

/// Keys whose values only the resolve passes know in full.
bool isOwnLength(const KeyInfo &key); ///< becomes steps
bool isOwnAmount(const KeyInfo &key); ///< becomes learning rates

/// Whether the kind has a key of this name.
bool hasKey(mlir::Operation *phase, llvm::StringRef key);

/// Whether every key has the value that it needs.
bool isResolved(mlir::Operation *phase);

/// Resolved values of a key that is present.
int64_t stepsOf(mlir::Operation *phase, llvm::StringRef key);
llvm::ArrayRef<int64_t> stepsListOf(mlir::Operation *phase,
                                    llvm::StringRef key);
double rateOf(mlir::Operation *phase, llvm::StringRef key);
llvm::SmallVector<double> ratesOf(mlir::Operation *phase, llvm::StringRef key);

enum class CurveEnd { start, finish };

/// The value of a resolved phase of `steps` at x = 0 or x = 1, with `from` and
/// `to` as its ends. Nullopt where the curve did not fold, which none does.
std::optional<double> getCurveEnd(PhaseInterface phase, CurveEnd end,
                                  int64_t steps, double from, double to);

} // namespace dsc

#endif // DSC_DIALECT_DSC_PHASEVALUES_H
