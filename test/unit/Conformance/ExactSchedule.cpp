//===- ExactSchedule.cpp --------------------------------------------------===//

#include "test/unit/Conformance/ExactSchedule.h"

#include "compiler/Transforms/Schedule/KindSchedule.h"
#include "dialect/Dsc/PhaseValues.h"
#include "runtime/Base/Random.h"
#include "test/unit/Conformance/ExactDeepSpeed.h"
#include "test/unit/Conformance/ExactFormula.h"

using namespace dsc;
using namespace dsc::test;

//===----------------------------------------------------------------------===//
// What keys make of a value
//===----------------------------------------------------------------------===//

static double numberOf(mlir::Operation *table, llvm::StringRef key,
                       double otherwise) {
  auto number = table->getAttrOfType<mlir::FloatAttr>(key);
  return number ? number.getValueAsDouble() : otherwise;
}

/// Noise is a factor in [1 - noise, 1 + noise), drawn for the step.
static Real shaken(mlir::Operation *table, uint64_t index, int64_t step,
                   const Real &lr) {
  double amount = numberOf(table, "noise", 0);
  if (amount == 0)
    return lr;
  auto seed = table->getAttrOfType<mlir::IntegerAttr>("noise_seed");
  RandomStream stream(seed ? seed.getInt() : 0, "schedule-noise");
  double drawn = stream.uniform(step, index);
  return lr * (Real(1) + Real(amount) * (Real(2) * Real(drawn) - Real(1)));
}

static Real bounded(std::optional<double> lowest, std::optional<double> highest,
                    Real lr) {
  if (lowest && mpfr_cmp_d(lr.get(), *lowest) < 0)
    lr = Real(*lowest);
  if (highest && mpfr_cmp_d(lr.get(), *highest) > 0)
    lr = Real(*highest);
  return lr;
}

/// The nearest stair at or below a place; the nearest of all where rounded.
static CurvePlace onStair(mlir::Operation *phase, CurvePlace place) {
  auto stairs = phase->getAttrOfType<mlir::IntegerAttr>("stairs");
  if (!stairs)
    return place;
  auto rounding = phase->getAttrOfType<mlir::StringAttr>("stair_rounding");
  auto count = __int128(stairs.getInt()), up = __int128(0);
  if (rounding && rounding.getValue() == "round")
    up = place.d;
  place.m = int64_t((2 * count * place.m + up) / (2 * __int128(place.d)));
  place.d = int64_t(count);
  return place;
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

ExactPhase::ExactPhase(const ResolvedPhase &phase)
    : begin(phase.begin), end(phase.end), op(phase.op), ends(phase.lr),
      inclusive(phase.inclusive), keys(readKeys(phase.op)),
      exact(findExact(op->getName().stripDialect())) {
  FormulaError error;
  if (auto expr = llvm::dyn_cast<ExprOp>(op.getOperation()))
    formula = Formula::parse(*expr.getFormula(), error);
}

Real ExactPhase::formulaAt(const CurvePlace &place, int64_t index) const {
  PhaseInterface phase = op;
  return evaluateExactly(*formula, {place.x(), Real(double(index)),
                                    Real(double(end - begin)), Real(ends.from),
                                    Real(numberOf(phase, "peak_value", 0)),
                                    Real(numberOf(phase, "floor_value", 0))});
}

Real ExactPhase::curve(int64_t index) const {
  if (ends.from == ends.to && !ends.ownFinish)
    return Real(ends.from);
  CurvePlace place = onStair(op, placeOf(inclusive, end - begin, index));
  return formula ? formulaAt(place, index)
                 : (*exact)(keys, place, {ends.from, ends.to});
}

ExactRate ExactPhase::at(int64_t step, int64_t index) const {
  PhaseInterface phase = op;
  auto bound = [&](llvm::StringRef key) {
    return phase->hasAttr(key) ? std::optional(rateOf(phase, key))
                               : std::nullopt;
  };
  Real lr = shaken(phase, 1, step, curve(index));
  return {bounded(bound("min"), bound("max"), lr), formula.has_value()};
}

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

static std::vector<ExactPhase> takePhases(llvm::ArrayRef<ResolvedPhase> cycle) {
  std::vector<ExactPhase> phases;
  for (const ResolvedPhase &phase : cycle)
    if (phase.begin < phase.end)
      phases.emplace_back(phase);
  return phases;
}

ExactList::ExactList(llvm::ArrayRef<PhaseInterface> phases,
                     llvm::ArrayRef<RepeatOp> repeats) {
  for (const PhaseGroup &group : groupPhases(phases, repeats)) {
    if (!group.repeat) {
      ResolvedPhase phase = *ResolvedPhase::read(group.phases.front());
      groups.push_back({phase.begin, phase.end, 0, {takePhases(phase)}});
      continue;
    }
    ResolvedRepeat repeat = *ResolvedRepeat::read(group.repeat);
    Cycles cycles{repeat.begin, repeat.end, repeat.period, {}};
    for (const auto &cycle : repeat.cycles)
      cycles.phases.push_back(takePhases(cycle));
    if (!repeat.period) // cycles of their own lengths, one after the other
      for (size_t i = 1; i < cycles.phases.size(); ++i)
        llvm::append_range(cycles.phases.front(), cycles.phases[i]);
    groups.push_back(std::move(cycles));
  }
}

ExactRate ExactList::at(int64_t step) const {
  for (const Cycles &group : groups) {
    if (step >= group.end)
      continue;
    int64_t local = step;
    size_t cycle = 0;
    if (group.period) {
      cycle = std::min<size_t>((step - group.begin) / group.period,
                               group.phases.size() - 1);
      local = group.begin + (step - group.begin) % group.period +
              int64_t(cycle) * group.period;
    }
    for (const ExactPhase &phase : group.phases[cycle])
      if (local < phase.end)
        return phase.at(step, local - phase.begin);
  }
  llvm::report_fatal_error("a step beyond the schedule");
}

ExactSchedule::ExactSchedule(RecipeOp recipe) {
  if (ScheduleKindInterface whole = findScheduleKind(recipe)) {
    kind = exactDeepSpeed(whole);
    return;
  }
  schedule = *recipe.getOps<ScheduleOp>().begin();
  auto repeats = llvm::to_vector(recipe.getOps<RepeatOp>());
  lists.emplace_back(listPhases(recipe), repeats);
  for (const PhaseFactor &factor : listFactors(recipe))
    lists.emplace_back(factor.phases, repeats);
}

std::optional<ExactRate> ExactSchedule::at(int64_t step) const {
  if (!schedule)
    return kind ? std::optional(ExactRate{kind(step)}) : std::nullopt;
  ExactRate rate = lists.front().at(step);
  for (const ExactList &factor : llvm::ArrayRef(lists).drop_front())
    rate = rate * factor.at(step);
  mlir::Operation *table = ScheduleOp(schedule);
  auto bound = [&](llvm::StringRef key) {
    return table->hasAttr(key) ? std::optional(numberOf(table, key, 0))
                               : std::nullopt;
  };
  rate.value = bounded(bound("lowest"), bound("highest"),
                       shaken(table, 0, step, rate.value));
  rate.value = rate.value * Real(numberOf(table, "lr_scale", 1));
  return rate;
}
