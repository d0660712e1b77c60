//===- ExactSchedule.h - a recipe's learning rate in MPFR -------*- C++ -*-===//
//
// The true learning rate at a step: the formulas of the catalogue
// (test/unit/Curves/CurveCases.h) under everything that a recipe may put
// over them, repetitions, stairs, noise, bounds, lists that multiply and the
// scale of the batch, each written down a second time here.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_EXACTSCHEDULE_H
#define DSC_TEST_UNIT_CONFORMANCE_EXACTSCHEDULE_H

#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "compiler/Transforms/Schedule/Repeat.h"
#include "dialect/Dsc/Formula/Formula.h"
#include "test/unit/Curves/CurveCases.h"

namespace dsc::test {

/// A learning rate, and whether an author's formula has a part in it: it is
/// then as exact as that formula lets it be, and nothing more is promised.
struct ExactRate {
  Real value;
  bool byFormula = false;

  ExactRate operator*(const ExactRate &other) const {
    return {value * other.value, byFormula || other.byFormula};
  }
};

/// A phase with its place in the run.
class ExactPhase {
public:
  explicit ExactPhase(const ResolvedPhase &phase);

  /// At a step of the run, `index` steps into the phase.
  ExactRate at(int64_t step, int64_t index) const;

  int64_t begin, end;

private:
  Real curve(int64_t index) const;
  Real formulaAt(const CurvePlace &place, int64_t index) const;

  PhaseInterface op;
  TrackEnds ends;
  std::string inclusive;
  CurveKeys keys;
  const Exact *exact;
  std::optional<Formula> formula;
};

/// Phases that follow each other through the run, repetitions among them.
class ExactList {
public:
  ExactList(llvm::ArrayRef<PhaseInterface> phases,
            llvm::ArrayRef<RepeatOp> repeats);
  ExactRate at(int64_t step) const;

private:
  struct Cycles {
    int64_t begin, end, period; ///< period 0: one cycle, as long as it is
    std::vector<std::vector<ExactPhase>> phases; ///< the last one goes on
  };
  std::vector<Cycles> groups;
};

/// A recipe that is resolved.
class ExactSchedule {
public:
  explicit ExactSchedule(RecipeOp recipe);

  /// Nullopt where there is no formula: an older release of another tool.
  std::optional<ExactRate> at(int64_t step) const;

private:
  ScheduleOp schedule;
  std::vector<ExactList> lists;      ///< the phases, then what multiplies them
  std::function<Real(int64_t)> kind; ///< in place of phases
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_EXACTSCHEDULE_H
