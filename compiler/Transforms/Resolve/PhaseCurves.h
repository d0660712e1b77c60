//===- PhaseCurves.h - where phases start and end ---------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_PHASECURVES_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_PHASECURVES_H

#include "compiler/Transforms/Resolve/PhaseRates.h"
#include "compiler/Transforms/Resolve/PhaseTracks.h"

namespace dsc {

/// A phase starts where the one before it ends and runs to the peak, unless the
/// recipe says otherwise.
class PhaseCurves {
public:
  PhaseCurves(RecipeOp recipe, Report &report, bool partial)
      : rates(recipe, report), tracks(recipe, report),
        builder(recipe.getContext()), report(report), partial(partial) {}

  /// Sets what the next phase of a list comes to. The first of a cycle that is
  /// not the first one names what the peak is multiplied with from the one
  /// before.
  void resolve(PhaseInterface phase, std::optional<double> decayOfCycle = {});

  /// The next phase is the first of another list.
  void startList();
  /// The phase that the next one comes after; null where nothing is known of
  /// it.
  void goOnFrom(PhaseInterface phase) { previous = phase; }

  /// Warns where the last step of a list of phases learns nothing.
  void checkLastStep();

  PhaseRates rates;
  PhaseTracks tracks;

private:
  bool isReady(PhaseInterface phase);
  std::optional<double> startOf(PhaseInterface phase);
  std::optional<double> finishOf(PhaseInterface phase,
                                 std::optional<double> start);
  void warnOfJump(PhaseInterface phase, double start);
  std::string remedyOfJump(PhaseInterface phase, double start);
  std::string remedyBetweenCycles(PhaseInterface phase, AmountAttr from,
                                  double start);
  bool check(PhaseInterface phase, Ends lr, bool trackMoves);
  void refuseEnd(PhaseInterface phase, double value, bool isStart);
  void set(PhaseInterface phase, Ends curve, bool trackMoves);
  void resolveBounds(PhaseInterface phase);

  mlir::Builder builder;
  Report &report;
  bool partial;
  PhaseInterface previous;              ///< null before the first
  std::optional<double> previousFinish; ///< unknown after an error
  std::optional<double> decay;          ///< where a cycle follows another
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_PHASECURVES_H
