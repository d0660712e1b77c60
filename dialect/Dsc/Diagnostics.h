//===- Diagnostics.h - how a recipe check reports ---------------*- C++ -*-===//
//
// The only way in which a check on a recipe reports: at the key, in the
// author's file. Messages are lower-case without final period, say what was
// found and what was expected, and never say "op" or "attribute".
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_DIAGNOSTICS_H
#define DSC_DIALECT_DSC_DIAGNOSTICS_H

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Operation.h"

namespace dsc {

/// Where a key of a table comes from: the FileLineColRange of its value, or an
/// origin (NameLoc "--set ...", "refused"); the table's own place when the key
/// was never written.
mlir::Location getKeyLocation(mlir::Operation *table, llvm::StringRef key);

/// "default", "recipe", "--set", or the file of an overlay, as `check
/// --resolved` shows; "refused" where a default is in a bad value's place.
std::string getKeyOrigin(mlir::Operation *table, llvm::StringRef key);

mlir::InFlightDiagnostic emitKeyError(mlir::Operation *table,
                                      llvm::StringRef key,
                                      const llvm::Twine &message = {});
mlir::InFlightDiagnostic emitKeyWarning(mlir::Operation *table,
                                        llvm::StringRef key,
                                        const llvm::Twine &message = {});

/// Attaches the remedy, if there is one: "hint:" below, and `hint` in JSON.
mlir::InFlightDiagnostic &attachHint(mlir::InFlightDiagnostic &diagnostic,
                                     const llvm::Twine &remedy);

/// Reports at a key, with the remedy, if there is one; always failure.
llvm::LogicalResult refuseKey(mlir::Operation *table, llvm::StringRef key,
                              const llvm::Twine &message,
                              const llvm::Twine &remedy);

/// The nearest of `candidates` by edit distance, or "" when none is near.
std::string nearestName(llvm::StringRef name,
                        llvm::ArrayRef<llvm::StringRef> candidates);

} // namespace dsc

#endif // DSC_DIALECT_DSC_DIAGNOSTICS_H
