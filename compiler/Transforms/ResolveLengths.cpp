//===- ResolveLengths.cpp - lengths become steps --------------------------===//
//
// The run's length rounds up. Phases are laid end to end as exact fractions and
// only their boundaries are rounded, so that rounding never changes the total.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/LengthMeter.h"
#include "compiler/Transforms/Resolve.h"
#include "dialect/Dsc/PhaseValues.h"

#include "mlir/IR/Builders.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;

/// Longer than any run, and exact in f64 with room for products.
static constexpr int64_t mostSteps = 1'000'000'000'000'000;

namespace {

struct PhaseLength {
  PhaseInterface phase;
  Fraction steps;
};

class LengthsResolver {
public:
  LengthsResolver(RecipeOp recipe, bool partial)
      : recipe(recipe), builder(recipe.getContext()), report(partial),
        meter(recipe, report), train(findTable<TrainOp>(recipe)) {}

  LogicalResult run(bool scheduleOnly);

private:
  void resolveTotal();
  void resolveEpochs();
  void resolvePhases();
  bool measurePhases();
  bool fillRest();
  void placePhases();
  void reportGap(const Fraction &sum);
  void reportOverrun(const Fraction &sum, Operation *where);
  std::string showSum(const Fraction &sum);
  void resolveOwnLengths(PhaseInterface phase);
  std::optional<int64_t> ownSteps(PhaseInterface phase, StringRef key,
                                  LengthAttr length, int64_t least);
  void resolveCadence(Operation *table);
  void resolvePatience(EvalOp eval);

  void setSteps(Operation *table, StringRef key, int64_t steps) {
    table->setAttr(key, builder.getI64IntegerAttr(steps));
  }

  RecipeOp recipe;
  Builder builder;
  Report report;
  LengthMeter meter;
  TrainOp train;
  int64_t total = 0;   ///< 0: not known
  Fraction exactTotal; ///< before it was rounded up
  SmallVector<PhaseLength> phases;
  int rest = -1; ///< index of the phase that fills the run
};

} // namespace

//===----------------------------------------------------------------------===//
// The run
//===----------------------------------------------------------------------===//

void LengthsResolver::resolveTotal() {
  LengthAttr length = train ? train.getLengthAttr() : LengthAttr();
  if (!length)
    return;
  StringRef unit = length.getUnit();
  if (unit == "percent" || unit == "rest" || unit == "evals")
    return report.error(train, "length",
                        "'length' of the run is in " + unit +
                            ", expected steps, samples, tokens or epochs",
                        "such as \"1000 steps\"");
  std::optional<Fraction> exact = meter.measure(train, "length", length);
  if (!exact)
    return;
  std::optional<int64_t> steps = roundUp(*exact);
  if (!steps || *steps > mostSteps)
    return report.error(train, "length",
                        "the run comes to more than " + Twine(mostSteps) +
                            " steps");
  if (*steps < 1)
    return report.error(train, "length",
                        "the run comes to no step, expected at least 1");
  total = *steps;
  exactTotal = *exact;
  meter.setTotal(total);
  setSteps(train, "steps", total);
}

/// What every run over surveyed data must be able to do: fill one batch.
void LengthsResolver::resolveEpochs() {
  std::optional<int64_t> epoch = meter.getEpochSteps();
  if (!epoch)
    return;
  int64_t samples = meter.getTrainingSamples();
  if (*epoch == 0)
    return report.error(train, "batch",
                        "batch is " + Twine(*train.getBatch()) +
                            ", but the data has only " +
                            countOf(samples, "sample") + " to train on",
                        samples ? "write batch = " + Twine(samples) + " or less"
                                : Twine("add data, or shorten data.sequence"));
  setSteps(train, "epoch_steps", *epoch);
}

//===----------------------------------------------------------------------===//
// Phases
//===----------------------------------------------------------------------===//

/// False where a length is missing or cannot be known.
bool LengthsResolver::measurePhases() {
  bool known = true;
  for (auto phase : listTables<PhaseInterface>(recipe)) {
    auto length = phase->getAttrOfType<LengthAttr>("length");
    phases.push_back({phase, Fraction(0)});
    if (!length) {
      report.absent(phase, "length",
                    "phase " + quoteName(getName(phase)) + " has no 'length'",
                    "write length = \"10%\" or, in one phase, \"rest\"");
      known = false;
      continue;
    }
    if (length.getUnit() == "rest") {
      if (rest >= 0) {
        report.error(phase, "length",
                     "\"rest\" is the length of two phases, " +
                         quoteName(getName(phases[rest].phase)) + " and " +
                         quoteName(getName(phase)) + ", expected one");
        known = false;
      }
      rest = static_cast<int>(phases.size()) - 1;
      continue;
    }
    std::optional<Fraction> steps = meter.measure(phase, "length", length);
    known &= steps.has_value();
    phases.back().steps = steps.value_or(Fraction(0));
  }
  return known && !phases.empty();
}

/// "warmup 50 + decay 900 = 950".
std::string LengthsResolver::showSum(const Fraction &sum) {
  constexpr size_t shown = 8;
  std::string text;
  size_t terms = 0;
  for (auto [index, length] : llvm::enumerate(phases)) {
    if (static_cast<int>(index) == rest)
      continue;
    if (terms++ == shown)
      text += " + ...";
    if (terms > shown)
      continue;
    if (terms > 1)
      text += " + ";
    text += getName(length.phase).take_front(40).str() + " " +
            formatFraction(length.steps);
  }
  return text + " = " + formatFraction(sum);
}

void LengthsResolver::reportGap(const Fraction &sum) {
  report.absent(phases.back().phase, "length",
                "the phases end before the run: " + showSum(sum) + " of " +
                    countOf(total, "step") + ", " +
                    formatFraction(Fraction(total) - sum) + " are left",
                "write length = \"rest\" for one of them");
}

void LengthsResolver::reportOverrun(const Fraction &sum, Operation *where) {
  report.error(where, "length",
               "the phases overrun the run: " + showSum(sum) + " of " +
                   countOf(total, "step") + ", " +
                   formatFraction(sum - Fraction(total)) + " too many",
               rest >= 0 ? "shorten a phase, or lengthen the run"
                         : "write length = \"rest\" for the last of them, or "
                           "lengthen the run");
}

/// Gives the phase "rest" what the others leave. False where they do not fit.
bool LengthsResolver::fillRest() {
  Fraction sum(0);
  Operation *crossing = nullptr;
  for (const PhaseLength &length : phases) {
    sum = sum + length.steps;
    if (!crossing && sum > Fraction(total))
      crossing = length.phase;
  }
  Fraction whole(total);
  if (rest >= 0 && sum <= whole) {
    phases[rest].steps = whole - sum;
    return true;
  }
  // As many tokens as the run has fill it, whatever its last step rounds to.
  bool fills = rest < 0 &&
               (sum == exactTotal || roundNearest(sum) == std::optional(total));
  if (!fills && crossing)
    reportOverrun(sum, crossing);
  else if (!fills)
    reportGap(sum);
  return fills;
}

void LengthsResolver::placePhases() {
  Fraction position(0);
  int64_t begin = 0;
  for (const PhaseLength &length : phases) {
    position = position + length.steps;
    bool last = &length == &phases.back();
    int64_t end = last ? total : std::min(*roundNearest(position), total);
    setSteps(length.phase, "begin", begin);
    setSteps(length.phase, "end", end);
    if (begin == end)
      report.warn(length.phase, "length",
                  "phase " + quoteName(getName(length.phase)) +
                      " comes to no step: " + formatFraction(length.steps) +
                      " of " + Twine(total));
    begin = end;
  }
}

void LengthsResolver::resolvePhases() {
  // Without a total only a run's own lengths can be measured.
  if (!total)
    return;
  for (auto phase : listTables<PhaseInterface>(recipe))
    resolveOwnLengths(phase);
  if (!measurePhases())
    return;
  if (fillRest())
    placePhases();
}

/// A length at a key of the kind's own, in whole steps.
std::optional<int64_t> LengthsResolver::ownSteps(PhaseInterface phase,
                                                 StringRef key,
                                                 LengthAttr length,
                                                 int64_t least) {
  if (length.getUnit() == "rest" || length.getUnit() == "evals") {
    report.error(phase, key,
                 "'" + key + "' is in " + length.getUnit() +
                     ", expected steps, samples, tokens, epochs or a "
                     "percentage",
                 "such as \"200 steps\" or \"10%\"");
    return std::nullopt;
  }
  std::optional<Fraction> exact = meter.measure(phase, key, length);
  if (!exact)
    return std::nullopt;
  int64_t steps = std::min(roundNearest(*exact).value_or(mostSteps), mostSteps);
  if (steps >= least)
    return steps;
  report.error(phase, key,
               "'" + key + "' comes to " + countOf(steps, "step") +
                   ", expected at least " + countOf(least, "step"));
  return std::nullopt;
}

void LengthsResolver::resolveOwnLengths(PhaseInterface phase) {
  SmallVector<NamedAttribute> own;
  for (const KeyInfo &key :
       findTableOfOp(phase->getName().getStringRef())->keys) {
    Attribute value = phase->getAttr(key.attribute);
    if (!value || !isOwnLength(key))
      continue;
    if (auto length = dyn_cast<LengthAttr>(value)) {
      if (std::optional<int64_t> steps = ownSteps(phase, key.name, length, 1))
        own.push_back(
            builder.getNamedAttr(key.name, builder.getI64IntegerAttr(*steps)));
      continue;
    }
    SmallVector<int64_t> all;
    for (Attribute item : cast<ArrayAttr>(value)) {
      auto point = dyn_cast<ArrayAttr>(item);
      auto length = cast<LengthAttr>(point ? point[0] : item);
      all.push_back(ownSteps(phase, key.name, length, 0).value_or(-1));
    }
    if (!llvm::is_contained(all, -1))
      own.push_back(
          builder.getNamedAttr(key.name, builder.getDenseI64ArrayAttr(all)));
  }
  if (!own.empty())
    phase->setAttr("own_steps", builder.getDictionaryAttr(own));
}

//===----------------------------------------------------------------------===//
// Cadences
//===----------------------------------------------------------------------===//

void LengthsResolver::resolveCadence(Operation *table) {
  auto every = table->getAttrOfType<LengthAttr>("every");
  if (!every)
    return;
  if (every.getUnit() == "rest" || every.getUnit() == "evals")
    return report.error(table, "every",
                        "'every' is in " + every.getUnit() +
                            ", expected steps, samples, tokens, epochs or a "
                            "percentage",
                        "such as \"200 steps\" or \"10%\"");
  if (every.getValue().getValueAsDouble() == 0)
    return report.error(table, "every",
                        "'every' is 0, expected at least 1 step");
  std::optional<Fraction> exact = meter.measure(table, "every", every);
  if (!exact)
    return;
  int64_t steps = std::min(roundNearest(*exact).value_or(mostSteps), mostSteps);
  setSteps(table, "every_steps", std::max<int64_t>(steps, 1));
}

/// In evaluations; a length rounds up to whole ones.
void LengthsResolver::resolvePatience(EvalOp eval) {
  LengthAttr patience = eval.getStopAfterAttr();
  if (!patience)
    return;
  if (patience.getUnit() == "rest")
    return report.error(eval, "stop_after",
                        "'stop_after' is \"rest\", expected evals or a length",
                        "such as \"3 evals\"");
  if (patience.getValue().getValueAsDouble() == 0)
    return report.error(eval, "stop_after",
                        "'stop_after' is 0, expected at least 1 eval");
  std::optional<Fraction> evals =
      toFraction(patience.getValue().getValueAsDouble());
  if (patience.getUnit() != "evals") {
    evals = meter.measure(eval, "stop_after", patience);
    if (!evals || !eval.getEverySteps())
      return;
    evals = *evals / Fraction(static_cast<int64_t>(*eval.getEverySteps()));
  }
  setSteps(eval, "stop_after_evals",
           std::max<int64_t>(roundUp(*evals).value_or(mostSteps), 1));
}

LogicalResult LengthsResolver::run(bool scheduleOnly) {
  resolveTotal();
  resolveEpochs();
  resolvePhases();
  if (scheduleOnly)
    return report.result();
  for (Operation &table : recipe.getBody().front()) {
    if (!isa<PhaseInterface>(table))
      resolveCadence(&table);
    if (auto eval = dyn_cast<EvalOp>(table))
      resolvePatience(eval);
  }
  return report.result();
}

LogicalResult dsc::resolveLengths(RecipeOp recipe,
                                  const ResolveOptions &options) {
  return LengthsResolver(recipe, options.partial).run(options.scheduleOnly);
}
