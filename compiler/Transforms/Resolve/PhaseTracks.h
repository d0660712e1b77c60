//===- PhaseTracks.h - momentum and weight decay of phases ------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_PHASETRACKS_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_PHASETRACKS_H

#include "compiler/Transforms/Resolve/Tables.h"
#include "dialect/Dsc/PhaseValues.h"

#include "mlir/IR/Builders.h"

namespace dsc {

/// What a curve runs between.
struct Ends {
  double from, to;
  bool moves() const { return from != to; }
};

/// The value of a placed phase at x = 0 or x = 1.
std::optional<double> getCurveEnd(PhaseInterface phase, CurveEnd end,
                                  Ends ends);

/// Tracks follow the phase's curve between ends of their own and hold their
/// last value where no phase names them.
class PhaseTracks {
public:
  PhaseTracks(RecipeOp recipe, Report &report);

  /// Sets `tracks` of the next phase. True where one of them moves.
  bool resolve(PhaseInterface phase);

  /// A factor multiplies the learning rate alone. False after a report.
  bool checkFactor(PhaseInterface phase);

private:
  struct Track {
    llvm::StringRef key;
    llvm::StringRef expected;   ///< words that finish "expected ..."
    double below;               ///< values are from 0 up to, not including, it
    std::optional<double> held; ///< what it has before the next phase
  };

  std::optional<Ends> endsOf(PhaseInterface phase, Track &track,
                             mlir::DictionaryAttr value);
  void checkMoving(PhaseInterface phase, const Track &track, Ends ends);
  void checkBeta1(PhaseInterface phase, llvm::StringRef key);

  RecipeOp recipe;
  mlir::Builder builder;
  Report &report;
  mlir::Operation *optimizer;
  Track tracks[2];
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_PHASETRACKS_H
