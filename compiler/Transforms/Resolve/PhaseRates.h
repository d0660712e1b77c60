//===- PhaseRates.h - amounts become learning rates -------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_PHASERATES_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_PHASERATES_H

#include "compiler/Transforms/Resolve/Tables.h"
#include "dialect/Dsc/Formula/Formula.h"

#include "mlir/IR/Builders.h"

namespace dsc {

/// Reads amounts against the peak. Nullopt after a report.
class PhaseRates {
public:
  PhaseRates(RecipeOp recipe, Report &report);

  /// The peak, which `need` refers to.
  std::optional<double> peakFor(PhaseInterface phase, llvm::StringRef key,
                                const llvm::Twine &need);
  /// The learning rate of an amount at a key of a phase.
  std::optional<double> rateAt(PhaseInterface phase, llvm::StringRef key,
                               AmountAttr amount);
  /// The same for a bound of the whole schedule.
  std::optional<double> boundOf(ScheduleOp schedule, llvm::StringRef key,
                                AmountAttr amount);

  /// Sets `own_rates`: amounts at keys of the kind's own, and those of points.
  void resolveOwn(PhaseInterface phase);
  /// Sets what the formula calls peak and floor, before any of its values is
  /// asked for.
  void resolveFormula(ExprOp phase);

  /// The schedule's; another within factors and cycles.
  std::optional<double> peak;

private:
  std::optional<double> rateOf(mlir::Operation *table, llvm::StringRef key,
                               AmountAttr amount);

  mlir::Builder builder;
  Report &report;
};

/// Whether a phase of kind `expr` has a formula, and whether that names a
/// variable. A text that is none was reported.
bool hasFormula(PhaseInterface phase);
bool formulaNames(PhaseInterface phase, Formula::Variable variable);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_PHASERATES_H
