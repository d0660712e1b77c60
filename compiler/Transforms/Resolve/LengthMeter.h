//===- LengthMeter.h - lengths in steps -------------------------*- C++ -*-===//
//
// Samples, tokens, epochs and percentages all become steps, exactly, before
// anything is rounded.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_LENGTHMETER_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_LENGTHMETER_H

#include "compiler/Transforms/Resolve/Decimal.h"
#include "compiler/Transforms/Resolve/Tables.h"

namespace dsc {

class LengthMeter {
public:
  LengthMeter(RecipeOp recipe, Report &report);

  /// The length at a key, in steps; nullopt after a report, and silently where
  /// what it counts could not be found out. Percentages are of setTotal.
  std::optional<Fraction> measure(mlir::Operation *table, llvm::StringRef key,
                                  LengthAttr length);

  /// The same in whole steps, at least `least`. Of a member of the key's value
  /// messages say "key.member".
  std::optional<int64_t> measureSteps(mlir::Operation *table,
                                      llvm::StringRef key, LengthAttr length,
                                      int64_t least,
                                      llvm::StringRef member = {});

  void setTotal(int64_t steps) { total = steps; }

  /// Updates in one pass over the data: floor(samples / batch). Nullopt where
  /// the data were not surveyed; 0 where they do not fill one batch.
  std::optional<int64_t> getEpochSteps() const { return epochSteps; }
  int64_t getTrainingSamples() const { return trainingSamples; }

private:
  std::optional<Fraction> measureTokens(mlir::Operation *table,
                                        llvm::StringRef key,
                                        const Fraction &tokens);
  std::optional<Fraction> measureEpochs(mlir::Operation *table,
                                        llvm::StringRef key,
                                        const Fraction &epochs);

  RecipeOp recipe;
  Report &report;
  int64_t batch = 0;
  int64_t trainingSamples = 0;
  std::optional<int64_t> epochSteps, total;
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_LENGTHMETER_H
