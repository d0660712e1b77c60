//===- ResolveLengths.cpp - lengths become steps --------------------------===//
//
// The run's length rounds up; phases are placed in it by PlacePhases.h.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Resolve/LengthMeter.h"
#include "compiler/Transforms/Resolve/PlacePhases.h"
#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "compiler/Transforms/Schedule/Repeat.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/PhaseValues.h"
#include "runtime/Base/Limits.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringMap.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;

namespace {

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
  void reportUnknown(RepeatOp repeat, StringRef name,
                     ArrayRef<PhaseInterface> phases);
  bool checkRepeat(RepeatOp repeat, llvm::StringMap<RepeatOp> &taken);
  void resolveOwnLengths(PhaseInterface phase);
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
  if (!steps || *steps > kMostSteps)
    return report.error(train, "length",
                        "the run comes to more than " + Twine(kMostSteps) +
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

void LengthsResolver::reportUnknown(RepeatOp repeat, StringRef name,
                                    ArrayRef<PhaseInterface> phases) {
  SmallVector<StringRef> known;
  for (PhaseInterface phase : phases)
    known.push_back(getName(phase));
  std::string near = nearestName(name, known);
  report.error(repeat, "phases", "no phase is named " + quoteName(name),
               near.empty() ? "the phases are " + llvm::join(known, ", ")
                            : "did you mean '" + near + "'?");
}

/// Reports names of a repetition that are not phases in a row.
bool LengthsResolver::checkRepeat(RepeatOp repeat,
                                  llvm::StringMap<RepeatOp> &taken) {
  ArrayAttr names = repeat.getPhasesAttr();
  if (!names)
    return false; // reported
  if (names.empty()) {
    report.error(repeat, "phases",
                 "'phases' is empty, expected names of phases",
                 "such as phases = [\"up\", \"down\"]");
    return false;
  }
  auto phases = listTables<PhaseInterface>(recipe);
  const PhaseInterface *previous = nullptr;
  for (auto name : names.getAsRange<StringAttr>()) {
    const PhaseInterface *found = llvm::find_if(phases, [&](PhaseInterface p) {
      return getName(p) == name.getValue();
    });
    if (found == phases.end()) {
      reportUnknown(repeat, name.getValue(), phases);
      return false;
    }
    auto [other, isNew] = taken.try_emplace(name.getValue(), repeat);
    if (!isNew) {
      report.error(repeat, "phases",
                   "phase " + quoteName(name.getValue()) + " repeats in " +
                       quoteName(labelOf(other->second)) +
                       " already, expected it once");
      return false;
    }
    if (previous &&
        (found != previous + 1 || (*found)->getAttr("multiplier") !=
                                      (*previous)->getAttr("multiplier"))) {
      report.error(repeat, "phases",
                   "phase " + quoteName(name.getValue()) + " does not follow " +
                       quoteName(getName(*previous)) +
                       ", expected phases in the order of the recipe");
      return false;
    }
    previous = found;
  }
  return true;
}

void LengthsResolver::resolvePhases() {
  // Without a total only a run's own lengths can be measured.
  if (!total)
    return;
  for (auto phase : listTables<PhaseInterface>(recipe))
    resolveOwnLengths(phase);
  SmallVector<RepeatOp> repeats = listTables<RepeatOp>(recipe);
  llvm::StringMap<RepeatOp> taken;
  for (RepeatOp repeat : repeats)
    if (!checkRepeat(repeat, taken))
      return report.fail();
  PhasePlacer(meter, report, total, exactTotal)
      .place(listPhases(recipe), repeats);
  for (const PhaseFactor &factor : listFactors(recipe))
    PhasePlacer(meter, report, total, exactTotal).place(factor.phases, repeats);
}

/// Lengths at keys of the kind's own, in whole steps.
void LengthsResolver::resolveOwnLengths(PhaseInterface phase) {
  SmallVector<NamedAttribute> own;
  for (const KeyInfo &key :
       findTableOfOp(phase->getName().getStringRef())->keys) {
    Attribute value = phase->getAttr(key.attribute);
    if (!value || !isOwnLength(key))
      continue;
    if (auto length = dyn_cast<LengthAttr>(value)) {
      if (std::optional<int64_t> steps =
              meter.measureSteps(phase, key.name, length, 1))
        own.push_back(
            builder.getNamedAttr(key.name, builder.getI64IntegerAttr(*steps)));
      continue;
    }
    SmallVector<int64_t> all;
    for (Attribute item : cast<ArrayAttr>(value)) {
      auto point = dyn_cast<ArrayAttr>(item);
      auto length = cast<LengthAttr>(point ? point[0] : item);
      all.push_back(
          meter.measureSteps(phase, key.name, length, 0).value_or(-1));
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
  std::optional<int64_t> steps = meter.measureSteps(table, "every", every, 0);
  if (!steps)
    return;
  if (every.getValue().getValueAsDouble() == 0)
    return report.error(table, "every",
                        "'every' is 0, expected at least 1 step");
  setSteps(table, "every_steps", std::max<int64_t>(*steps, 1));
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
           std::max<int64_t>(roundUp(*evals).value_or(kMostSteps), 1));
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
