//===- PhaseCurves.cpp - where phases start and end -----------------------===//

#include "compiler/Transforms/Resolve/PhaseCurves.h"

#include "compiler/Recipe/Quantity.h"
#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/Resolve/CheckFormula.h"
#include "compiler/Transforms/Resolve/Decimal.h"
#include "runtime/Base/Limits.h"

#include <cmath>

using namespace mlir;
using namespace dsc;

//===----------------------------------------------------------------------===//
// What the recipe says
//===----------------------------------------------------------------------===//

/// Without 'from' the second cycle would go on from the first, but the first
/// would begin elsewhere: it is the end of a cycle that can lead to the next.
std::string PhaseCurves::remedyBetweenCycles(PhaseInterface phase,
                                             AmountAttr from, double start) {
  auto before = previous->getAttrOfType<FloatAttr>("start");
  bool leads = previous.moves() && previous.runsTo() && before &&
               getName(previous) != getName(phase) &&
               before.getValueAsDouble() != start &&
               previous.expectedEnds(before.getValueAsDouble(), start).empty();
  if (!leads)
    return "where no restart is meant, let another phase of the cycle lead "
           "from " +
           formatNumber(*previousFinish) + " to " + formatNumber(start);
  double value = from.getValue().getValueAsDouble();
  std::string end = from.getOfPeak()
                        ? quoteText(formatPercent(timesPower(value, *decay, 1)))
                        : formatNumber(value);
  return "where no restart is meant, write to = " + end + " in phase " +
         quoteName(getName(previous)) + ", where the next cycle begins";
}

std::string PhaseCurves::remedyOfJump(PhaseInterface phase, double start) {
  auto from = phase->getAttrOfType<AmountAttr>("from");
  if (!from)
    return "";
  if (decay)
    return remedyBetweenCycles(phase, from, start);
  return "leave 'from' out to go on from " + formatNumber(*previousFinish);
}

void PhaseCurves::warnOfJump(PhaseInterface phase, double start) {
  if (!previous || !previousFinish || *previousFinish == start)
    return;
  auto begin = phase->getAttrOfType<IntegerAttr>("begin");
  std::string step =
      begin ? " at step " + std::to_string(begin.getInt()) : std::string();
  report.warn(phase, "from",
              "the learning rate jumps" + step + ": phase " +
                  quoteName(getName(previous)) + " ends at " +
                  formatNumber(*previousFinish) + ", " +
                  quoteName(getName(phase)) + " starts from " +
                  formatNumber(start),
              remedyOfJump(phase, start));
}

std::optional<double> PhaseCurves::startOf(PhaseInterface phase) {
  if (!hasKey(phase, "from"))
    return 0;
  if (isa<ExprOp>(phase) && !formulaNames(phase, Formula::Variable::start))
    return 0;
  if (auto from = phase->getAttrOfType<AmountAttr>("from")) {
    std::optional<double> start = rates.rateAt(phase, "from", from);
    if (start)
      warnOfJump(phase, *start);
    return start;
  }
  if (previous)
    return previousFinish;
  return rates.peakFor(phase, "from", "the start");
}

std::optional<double> PhaseCurves::finishOf(PhaseInterface phase,
                                            std::optional<double> start) {
  if (!phase.moves() || !phase.runsTo())
    return start;
  if (auto to = phase->getAttrOfType<AmountAttr>("to"))
    return rates.rateAt(phase, "to", to);
  return rates.peakFor(phase, "to", "the end");
}

/// False after a report.
bool PhaseCurves::check(PhaseInterface phase, Ends lr, bool trackMoves) {
  if (!phase.moves() || !phase.runsTo())
    return true;
  StringRef key = phase->hasAttr("to") ? "to" : "from";
  if (!lr.moves() && !trackMoves) {
    report.absent(phase, key,
                  "phase " + quoteName(getName(phase)) +
                      " does not move: it runs from " + formatNumber(lr.from) +
                      " to " + formatNumber(lr.to),
                  phase->hasAttr("to")
                      ? "write kind = \"constant\", or another 'from' or 'to'"
                      : "say where it ends, such as to = \"10%\", or "
                        "write kind = \"constant\"");
    return false;
  }
  StringRef expected = lr.moves() ? phase.expectedEnds(lr.from, lr.to) : "";
  bool low = lr.from <= 0 && phase->hasAttr("from");
  if (!expected.empty())
    report.error(phase, low ? "from" : key,
                 "phase " + quoteName(getName(phase)) + " runs from " +
                     formatNumber(lr.from) + " to " + formatNumber(lr.to) +
                     ", '" + getKind(phase) + "' expected " + expected,
                 lr.from <= 0 ? "such as from = 1e-6"
                 : lr.to <= 0 ? "such as to = \"1%\""
                              : "exchange them");
  return expected.empty();
}

//===----------------------------------------------------------------------===//
// What the curve makes of it
//===----------------------------------------------------------------------===//

/// Whether the curve can be asked for its values. Where it cannot, that was
/// reported.
bool PhaseCurves::isReady(PhaseInterface phase) {
  auto begin = phase->getAttrOfType<IntegerAttr>("begin");
  auto end = phase->getAttrOfType<IntegerAttr>("end");
  if (partial || !begin || !end || !isResolved(phase) ||
      (isa<ExprOp>(phase) && !hasFormula(phase)))
    return false;
  if (succeeded(phase.checkResolved(end.getInt() - begin.getInt())))
    return true;
  report.fail();
  return false;
}

void PhaseCurves::refuseEnd(PhaseInterface phase, double value, bool isStart) {
  bool isFormula = isa<ExprOp>(phase);
  report.error(phase, isFormula ? "formula" : "",
               "phase " + quoteName(getName(phase)) +
                   " comes to a learning rate of " + formatNumber(value) +
                   (isStart ? " at its start" : " at its end") +
                   ", expected one from 0 to " + formatNumber(kMostRate),
               isFormula ? kRangeRemedy : "");
}

/// Records a curve between `ends`, and where it really starts and ends.
void PhaseCurves::set(PhaseInterface phase, Ends curve, bool trackMoves) {
  bool sound = check(phase, curve, trackMoves);
  bool fixed = phase.runsTo() && !curve.moves();
  if (!phase.moves() || fixed || !sound) {
    phase->setAttr("start", builder.getF64FloatAttr(curve.from));
    phase->setAttr("finish", builder.getF64FloatAttr(curve.to));
    previousFinish = curve.to;
    return;
  }
  std::optional<double> reached[2];
  for (CurveEnd end : {CurveEnd::start, CurveEnd::finish})
    reached[int(end)] = getCurveEnd(phase, end, curve);
  auto [start, finish] = reached;
  for (CurveEnd end : {CurveEnd::start, CurveEnd::finish}) {
    double value = reached[int(end)].value_or(NAN);
    if (!(value >= 0 && value <= kMostRate))
      return refuseEnd(phase, value, end == CurveEnd::start);
  }
  if (!hasKey(phase, "from") || isa<ExprOp>(phase))
    warnOfJump(phase, *start);
  phase->setAttr("start", builder.getF64FloatAttr(*start));
  phase->setAttr("finish", builder.getF64FloatAttr(*finish));
  if (*start != curve.from || *finish != curve.to)
    phase->setAttr("ends", builder.getF64ArrayAttr({curve.from, curve.to}));
  previousFinish = finish;
}

/// The next phase goes on from what `min` and `max` leave of the end.
void PhaseCurves::resolveBounds(PhaseInterface phase) {
  auto bound = [&](StringRef key) {
    auto rates = phase->getAttrOfType<DictionaryAttr>("own_rates");
    auto rate = rates ? rates.getAs<FloatAttr>(key) : FloatAttr();
    return rate ? std::optional(rate.getValueAsDouble()) : std::nullopt;
  };
  std::optional<double> lowest = bound("min"), highest = bound("max");
  if (lowest && highest && *lowest > *highest)
    return report.error(phase, "min",
                        "'min' is " + formatNumber(*lowest) +
                            ", above 'max', " + formatNumber(*highest));
  if (previousFinish && lowest)
    previousFinish = std::max(*previousFinish, *lowest);
  if (previousFinish && highest)
    previousFinish = std::min(*previousFinish, *highest);
}

void PhaseCurves::resolve(PhaseInterface phase,
                          std::optional<double> decayOfCycle) {
  decay = decayOfCycle;
  rates.resolveOwn(phase);
  if (auto expr = dyn_cast<ExprOp>(phase.getOperation()))
    rates.resolveFormula(expr);
  bool ready = isReady(phase);
  std::optional<double> start = startOf(phase);
  std::optional<double> finish = finishOf(phase, start);
  bool trackMoves = tracks.resolve(phase);
  previousFinish = std::nullopt;
  if (start && finish && ready)
    set(phase, {*start, *finish}, trackMoves);
  else if (start && finish)
    check(phase, {*start, *finish}, trackMoves);
  if (!ready && phase.runsTo())
    previousFinish = finish;
  previous = phase;
  if (auto expr = dyn_cast<ExprOp>(phase.getOperation());
      expr && ready && phase->hasAttr("finish"))
    checkFormula(expr, report);
  resolveBounds(phase);
}

//===----------------------------------------------------------------------===//
// Lists of phases
//===----------------------------------------------------------------------===//

void PhaseCurves::startList() {
  previous = {};
  previousFinish = std::nullopt;
}

void PhaseCurves::checkLastStep() {
  if (!previous)
    return;
  auto begin = previous->getAttrOfType<IntegerAttr>("begin");
  auto end = previous->getAttrOfType<IntegerAttr>("end");
  auto start = previous->getAttrOfType<FloatAttr>("start");
  auto finish = previous->getAttrOfType<FloatAttr>("finish");
  auto inclusive = previous->getAttrOfType<StringAttr>("inclusive");
  if (!begin || !end || !start || !finish || !inclusive || begin == end)
    return;
  bool single = end.getInt() - begin.getInt() == 1;
  StringRef ends = inclusive.getValue();
  bool atFinish = ends == "right" || ends == "both" || start == finish;
  bool atStart = ends == "left" && single;
  bool zero = (atFinish && finish.getValueAsDouble() == 0) ||
              (atStart && start.getValueAsDouble() == 0);
  if (!zero)
    return;
  report.warn(previous, "to",
              "the learning rate of the last step is 0: that update changes "
              "nothing",
              start == finish || !hasKey(previous, "to")
                  ? "end at a small value, such as \"1%\" of the peak"
                  : "write inclusive = \"left\" in this phase, or end at a "
                    "small value such as to = \"1%\"");
}
