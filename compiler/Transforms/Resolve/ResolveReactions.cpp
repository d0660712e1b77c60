//===- ResolveReactions.cpp - what a schedule makes of the run ------------===//
//
// Checks `until`, `on_spike` and `reduce_on_plateau`, turns their lengths into
// counts, and marks what an early end moves: the phase "rest" that takes up the
// time, and the phases that start wherever an earlier one was ended.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Resolve/EarlyEnds.h"
#include "compiler/Transforms/Resolve/Resolve.h"
#include "compiler/Transforms/Resolve/Watch.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dsc;

namespace {

class ReactionsResolver {
public:
  ReactionsResolver(RecipeOp recipe, const ResolveOptions &options)
      : recipe(recipe), builder(recipe.getContext()), report(options.partial),
        reader(recipe, report, options.scheduleOnly) {}

  LogicalResult run();

private:
  using Members = WatchReader::Members;

  void checkPlaces();
  void resolveUntil(PhaseInterface phase, size_t index);
  void resolvePlateau(ScheduleOp schedule, Members &reactions);
  void resolveSpike(ScheduleOp schedule, Members &reactions);

  NamedAttribute count(StringRef name, int64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
  }

  RecipeOp recipe;
  Builder builder;
  Report report;
  WatchReader reader;
  SmallVector<PhaseInterface> phases;
  std::vector<Members> reactions; ///< of each phase
};

} // namespace

/// Phases that have no single end of their own.
void ReactionsResolver::checkPlaces() {
  for (auto phase : listTables<PhaseInterface>(recipe)) {
    bool isFactor = phase->hasAttr("multiplier");
    if (phase->hasAttr("until") && (isFactor || isRepeated(recipe, phase)))
      report.error(phase, "until",
                   "phase " + quoteName(getName(phase)) + " is part of a " +
                       (isFactor ? "multiplier" : "repetition") +
                       ", where no phase can end early",
                   "write it in a phase that comes once");
  }
}

void ReactionsResolver::resolveUntil(PhaseInterface phase, size_t index) {
  auto value = phase->getAttrOfType<DictionaryAttr>("until");
  if (!value || isRepeated(recipe, phase))
    return;
  Members members;
  if (!reader.resolve(phase, "until", value, members))
    return;
  std::optional<int64_t> patience =
      reader.observations(phase, "until", value, "patience");
  if (!patience)
    return;
  if (index + 1 == phases.size())
    return report.error(phase, "until",
                        "phase " + quoteName(getName(phase)) +
                            " is the last: nothing comes after its early end",
                        "write stop_after in [[eval]] to end the run, or add "
                        "a phase");
  members.push_back(count("patience", *patience));
  // Its slots go by it, so that another name is another schedule.
  members.push_back(
      builder.getNamedAttr("name", builder.getStringAttr(getName(phase))));
  reactions[index].push_back(
      builder.getNamedAttr("until", builder.getDictionaryAttr(members)));
}

/// The defaults are PyTorch's.
void ReactionsResolver::resolvePlateau(ScheduleOp schedule, Members &resolved) {
  constexpr StringLiteral key = "reduce_on_plateau";
  DictionaryAttr value = schedule.getReduceOnPlateauAttr();
  Members members;
  if (!value || !reader.resolve(schedule, key, value, members) ||
      !reader.checkBetween(schedule, key, value, "factor", 0, 1,
                           "a number between 0 and 1"))
    return;
  std::optional<int64_t> patience =
      reader.observationsOr(10, schedule, key, value, "patience");
  std::optional<int64_t> cooldown =
      reader.observationsOr(0, schedule, key, value, "cooldown");
  if (!patience || !cooldown)
    return;
  members.push_back(count("patience", *patience));
  members.push_back(count("cooldown", *cooldown));
  for (StringRef name : {"factor", "min_lr", "eps"})
    members.push_back(builder.getNamedAttr(name, value.get(name)));
  resolved.push_back(
      builder.getNamedAttr(key, builder.getDictionaryAttr(members)));
}

void ReactionsResolver::resolveSpike(ScheduleOp schedule, Members &resolved) {
  constexpr StringLiteral key = "on_spike";
  DictionaryAttr value = schedule.getOnSpikeAttr();
  if (!value ||
      !reader.checkMetric(schedule, key,
                          value.getAs<StringAttr>("metric").getValue()) ||
      !reader.checkBetween(schedule, key, value, "ratio", 1, 1e30,
                           "a number above 1") ||
      !reader.checkBetween(schedule, key, value, "scale", 0, 1,
                           "a number between 0 and 1"))
    return;
  std::optional<int64_t> recover =
      reader.steps(schedule, key, value, "recover");
  if (!recover)
    return;
  Members members;
  for (StringRef name : {"metric", "ratio", "scale"})
    members.push_back(builder.getNamedAttr(name, value.get(name)));
  members.push_back(count("recover", *recover));
  resolved.push_back(
      builder.getNamedAttr(key, builder.getDictionaryAttr(members)));
}

LogicalResult ReactionsResolver::run() {
  if (auto schedule = findTable<ScheduleOp>(recipe)) {
    Members resolved;
    resolveSpike(schedule, resolved);
    resolvePlateau(schedule, resolved);
    if (!resolved.empty())
      schedule->setAttr("reactions", builder.getDictionaryAttr(resolved));
  }
  // Phases beside another kind of schedule were refused.
  if (findTable<DeepSpeedOp>(recipe))
    return report.result();
  phases = listPhases(recipe);
  checkPlaces();
  reactions.resize(phases.size());
  for (auto [index, phase] : llvm::enumerate(phases))
    resolveUntil(phase, index);
  followPhases(recipe, phases, reactions, report);
  for (auto [phase, members] : llvm::zip(phases, reactions))
    if (!members.empty())
      phase->setAttr("reaction", builder.getDictionaryAttr(members));
  return report.result();
}

LogicalResult dsc::resolveReactions(RecipeOp recipe,
                                    const ResolveOptions &options) {
  return ReactionsResolver(recipe, options).run();
}
