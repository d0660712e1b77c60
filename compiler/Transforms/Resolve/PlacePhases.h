//===- PlacePhases.h - phases over the run ----------------------*- C++ -*-===//
//
// Lays phases, and cycles of phases that repeat, end to end as exact fractions;
// only their boundaries are rounded, so that rounding never changes the total.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_PLACEPHASES_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_PLACEPHASES_H

#include "compiler/Transforms/Resolve/LengthMeter.h"

namespace dsc {

/// Cycles that are not all alike are phases of their own in the code: no more
/// than this many.
inline constexpr size_t kMostListedPhases = 64;

/// One list of phases: the schedule's, or one of its factors.
class PhasePlacer {
public:
  /// `total` steps, which were `exactTotal` before they were rounded up.
  PhasePlacer(LengthMeter &meter, Report &report, int64_t total,
              const Fraction &exactTotal)
      : meter(meter), report(report), total(total), exactTotal(exactTotal) {}

  /// Sets `begin` and `end` of the phases, and what a repetition knows of its
  /// steps. `repeats` are those of the whole recipe.
  void place(llvm::ArrayRef<PhaseInterface> list,
             llvm::ArrayRef<RepeatOp> repeats);

private:
  /// What takes its turn: a phase, or a repetition.
  struct Entry {
    mlir::Operation *table;
    Fraction steps = Fraction(0);
    RepeatOp repeat = {};
    llvm::SmallVector<std::pair<PhaseInterface, Fraction>> cycle = {};
  };
  /// An entry that takes a share of what the others leave.
  struct Rest {
    size_t entry;
    Fraction share = Fraction(0); ///< of 100; 0: what other shares leave
  };

  bool addPhase(PhaseInterface phase);
  bool addRepeat(RepeatOp repeat, llvm::ArrayRef<PhaseInterface> cycle);
  bool addRest(mlir::Operation *table, llvm::StringRef key, LengthAttr length);
  bool sumCycles(Entry &entry);
  bool fillRest();
  bool shareRest(const Fraction &left);
  void placeEntry(const Entry &entry, const Fraction &position, bool last);
  void placeCycles(const Entry &entry, const Fraction &position, bool last);
  void listCycles(const Entry &entry, Fraction position, int64_t end);
  void reportGap(const Fraction &sum);
  void reportOverrun(const Fraction &sum, mlir::Operation *where);
  void reportTooMany(RepeatOp repeat);
  std::string showSum(const Fraction &sum);
  bool isRest(size_t entry) const;
  llvm::StringRef lengthKey(mlir::Operation *table) const;

  LengthMeter &meter;
  Report &report;
  int64_t total;
  Fraction exactTotal;
  llvm::SmallVector<Entry> entries;
  llvm::SmallVector<Rest> rests;
  int64_t reached = 0; ///< steps placed
};

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_PLACEPHASES_H
