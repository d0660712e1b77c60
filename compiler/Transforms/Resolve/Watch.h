//===- Watch.h - a metric, and how long it may be no better -----*- C++ -*-===//
//
// What the reactions of a recipe have in common: they name a metric, and count
// its observations, which come at every step or at every evaluation.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_WATCH_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_WATCH_H

#include "compiler/Transforms/Resolve/LengthMeter.h"

namespace dsc {

/// Reads members of a reaction: `table` and `key` say where it stands, `value`
/// is what stands there. False or nullopt after a report.
class WatchReader {
public:
  using Members = llvm::SmallVector<mlir::NamedAttribute>;

  WatchReader(RecipeOp recipe, Report &report, bool scheduleOnly);

  bool checkMetric(mlir::Operation *table, llvm::StringRef key,
                   llvm::StringRef metric);

  /// Exclusive bounds of a number.
  bool checkBetween(mlir::Operation *table, llvm::StringRef key,
                    mlir::DictionaryAttr value, llvm::StringRef member,
                    double low, double high, llvm::StringRef expected);

  /// Adds the members that say when a metric is no better.
  bool resolve(mlir::Operation *table, llvm::StringRef key,
               mlir::DictionaryAttr value, Members &members);

  /// A length in observations of the metric, rounded up; one that must be there
  /// and come to at least 1, or one that has a default.
  std::optional<int64_t> observations(mlir::Operation *table,
                                      llvm::StringRef key,
                                      mlir::DictionaryAttr value,
                                      llvm::StringRef member);
  std::optional<int64_t>
  observationsOr(int64_t otherwise, mlir::Operation *table, llvm::StringRef key,
                 mlir::DictionaryAttr value, llvm::StringRef member);

  /// A length in steps, at least 1.
  std::optional<int64_t> steps(mlir::Operation *table, llvm::StringRef key,
                               mlir::DictionaryAttr value,
                               llvm::StringRef member);

private:
  std::optional<int64_t> inObservations(mlir::Operation *table,
                                        llvm::StringRef key,
                                        mlir::DictionaryAttr value,
                                        llvm::StringRef member);

  RecipeOp recipe;
  Report &report;
  LengthMeter meter;
  bool scheduleOnly;
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_WATCH_H
