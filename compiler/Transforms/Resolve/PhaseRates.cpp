//===- PhaseRates.cpp - amounts become learning rates ---------------------===//

#include "compiler/Transforms/Resolve/PhaseRates.h"

#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/Resolve/CheckFormula.h"
#include "compiler/Transforms/Resolve/Decimal.h"
#include "dialect/Dsc/PhaseValues.h"
#include "runtime/Base/Limits.h"

using namespace mlir;
using namespace dsc;

PhaseRates::PhaseRates(RecipeOp recipe, Report &report)
    : builder(recipe.getContext()), report(report) {
  if (auto schedule = findTable<ScheduleOp>(recipe);
      schedule && schedule.getPeakAttr())
    peak = schedule.getPeakAttr().getValueAsDouble();
}

//===----------------------------------------------------------------------===//
// Amounts
//===----------------------------------------------------------------------===//

std::optional<double> PhaseRates::peakFor(PhaseInterface phase, StringRef key,
                                          const Twine &need) {
  if (!peak)
    report.absent(phase, key,
                  "[schedule] has no 'peak', and " + need + " of phase " +
                      quoteName(getName(phase)) + " refers to it",
                  "write peak = 3e-4 in [schedule], or '" + key +
                      "' as a number here");
  return peak;
}

/// The peak that the amount may refer to is known.
std::optional<double> PhaseRates::rateOf(Operation *table, StringRef key,
                                         AmountAttr amount) {
  double value = amount.getValue().getValueAsDouble();
  if (amount.getOfPeak())
    value = percentOf(*peak, value);
  if (value >= 0 && value <= kMostRate)
    return value;
  report.error(table, key,
               "'" + key + "' comes to a learning rate of " +
                   formatNumber(value) + ", expected one from 0 to " +
                   formatNumber(kMostRate));
  return std::nullopt;
}

std::optional<double> PhaseRates::rateAt(PhaseInterface phase, StringRef key,
                                         AmountAttr amount) {
  if (amount.getOfPeak() && !peakFor(phase, key, "'" + key + "'"))
    return std::nullopt;
  return rateOf(phase, key, amount);
}

std::optional<double> PhaseRates::boundOf(ScheduleOp schedule, StringRef key,
                                          AmountAttr amount) {
  if (!amount.getOfPeak() || peak)
    return rateOf(schedule, key, amount);
  report.absent(schedule, key,
                "[schedule] has no 'peak', and '" + key + "' refers to it",
                "write peak = 3e-4, or '" + key + "' as a number");
  return std::nullopt;
}

void PhaseRates::resolveOwn(PhaseInterface phase) {
  SmallVector<NamedAttribute> rates;
  for (const KeyInfo &key :
       findTableOfOp(phase->getName().getStringRef())->keys) {
    Attribute value = phase->getAttr(key.attribute);
    if (!value || !isOwnAmount(key))
      continue;
    if (auto amount = dyn_cast<AmountAttr>(value)) {
      if (std::optional<double> rate = rateAt(phase, key.name, amount))
        rates.push_back(
            builder.getNamedAttr(key.name, builder.getF64FloatAttr(*rate)));
      continue;
    }
    SmallVector<double> all;
    for (auto point : cast<ArrayAttr>(value).getAsRange<ArrayAttr>())
      all.push_back(
          rateAt(phase, key.name, cast<AmountAttr>(point[1])).value_or(-1));
    if (!llvm::is_contained(all, -1))
      rates.push_back(
          builder.getNamedAttr(key.name, builder.getDenseF64ArrayAttr(all)));
  }
  if (!rates.empty())
    phase->setAttr("own_rates", builder.getDictionaryAttr(rates));
}

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

/// Nullopt for other kinds too.
static std::optional<Formula> formulaOf(PhaseInterface phase) {
  auto expr = dyn_cast<ExprOp>(phase.getOperation());
  FormulaError reported;
  return expr ? Formula::parse(expr.getFormula().value_or(""), reported)
              : std::nullopt;
}

bool dsc::hasFormula(PhaseInterface phase) {
  return formulaOf(phase).has_value();
}

bool dsc::formulaNames(PhaseInterface phase, Formula::Variable variable) {
  std::optional<Formula> formula = formulaOf(phase);
  return formula && formula->names(variable);
}

void PhaseRates::resolveFormula(ExprOp op) {
  auto phase = cast<PhaseInterface>(op.getOperation());
  if (formulaNames(phase, Formula::Variable::peak))
    if (auto top = peakFor(phase, "formula", "the formula"))
      op.setPeakValue(llvm::APFloat(*top));
  if (op.getToAttr())
    if (auto floor = rateAt(phase, "to", op.getToAttr()))
      op.setFloorValue(llvm::APFloat(*floor));
}
