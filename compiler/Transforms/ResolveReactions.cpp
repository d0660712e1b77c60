//===- ResolveReactions.cpp - what a schedule makes of the run ------------===//
//
// Checks `until`, `on_spike` and `reduce_on_plateau`, turns their lengths into
// counts, and marks what an early end moves: the phase "rest" that takes up the
// time, and the phases that start wherever an earlier one was ended.
//
//===----------------------------------------------------------------------===//

#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/LengthMeter.h"
#include "compiler/Transforms/Resolve.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "dialect/Dsc/Diagnostics.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;

namespace {

class ReactionsResolver {
public:
  ReactionsResolver(RecipeOp recipe, const ResolveOptions &options)
      : recipe(recipe), builder(recipe.getContext()), report(options.partial),
        meter(recipe, report), scheduleOnly(options.scheduleOnly) {
    if (auto train = findTable<TrainOp>(recipe); train && train.getSteps())
      meter.setTotal(*train.getSteps());
  }

  LogicalResult run();

private:
  using Members = SmallVector<NamedAttribute>;

  bool checkMetric(Operation *table, StringRef key, StringRef metric);
  std::optional<int64_t> observations(Operation *table, StringRef key,
                                      DictionaryAttr value, StringRef member);
  std::optional<int64_t> inObservations(Operation *table, StringRef key,
                                        StringRef metric, StringRef member,
                                        LengthAttr length);
  bool checkBetween(Operation *table, StringRef key, DictionaryAttr value,
                    StringRef member, double low, double high,
                    StringRef expected);
  bool resolveWatch(Operation *table, StringRef key, DictionaryAttr value,
                    Members &members);
  void checkPlaces();
  bool repeats(PhaseInterface phase);
  void resolveUntil(PhaseInterface phase, size_t index);
  void resolvePlateau(ScheduleOp schedule, Members &reactions);
  void resolveSpike(ScheduleOp schedule, Members &reactions);
  void followPhases();
  SmallVector<Attribute> followedTracks(PhaseInterface phase);
  bool checkFollower(PhaseInterface phase, PhaseInterface ended);

  NamedAttribute count(StringRef name, int64_t value) {
    return builder.getNamedAttr(name, builder.getI64IntegerAttr(value));
  }

  RecipeOp recipe;
  Builder builder;
  Report report;
  LengthMeter meter;
  bool scheduleOnly;
  SmallVector<PhaseInterface> phases;
  std::vector<Members> reactions; ///< of each phase
};

} // namespace

/// "until.patience".
static std::string memberName(StringRef key, StringRef member) {
  return (key + "." + member).str();
}

//===----------------------------------------------------------------------===//
// Metrics
//===----------------------------------------------------------------------===//

static EvalOp findEvaluation(RecipeOp recipe, StringRef metric) {
  for (auto eval : listTables<EvalOp>(recipe))
    if (metric == ("eval/" + getName(eval) + "/loss").str())
      return eval;
  return {};
}

bool ReactionsResolver::checkMetric(Operation *table, StringRef key,
                                    StringRef metric) {
  std::vector<std::string> known = {"loss", "loss_ema", "grad_norm"};
  auto evaluations = listTables<EvalOp>(recipe);
  for (EvalOp eval : evaluations)
    known.push_back(("eval/" + getName(eval) + "/loss").str());
  if (llvm::is_contained(known, metric))
    return true;
  // A recipe of which only the schedule is looked at may lack its evaluations.
  if (scheduleOnly && evaluations.empty() && metric.starts_with("eval/") &&
      metric.ends_with("/loss"))
    return true;
  SmallVector<StringRef> names(known.begin(), known.end());
  std::string near = nearestName(metric, names);
  report.error(table, key,
               "unknown metric " + quoteName(metric) + " in '" + key +
                   "', expected one of " + llvm::join(known, ", "),
               near.empty() ? "" : "did you mean \"" + near + "\"?");
  return false;
}

//===----------------------------------------------------------------------===//
// Lengths in observations
//===----------------------------------------------------------------------===//

std::optional<int64_t> ReactionsResolver::inObservations(Operation *table,
                                                         StringRef key,
                                                         StringRef metric,
                                                         StringRef member,
                                                         LengthAttr length) {
  std::string name = memberName(key, member);
  StringRef unit = length.getUnit();
  bool isEvaluation = metric.starts_with("eval/");
  if (unit == "rest" || (unit == "evals" && !isEvaluation)) {
    report.error(
        table, key,
        "'" + name + "' is in " + unit + ", expected " +
            (isEvaluation
                 ? Twine("evals or a length")
                 : "steps, samples, tokens, epochs or a percentage: " +
                       quoteName(metric) + " is observed at every step"),
        isEvaluation ? "such as \"3 evals\"" : "such as \"500 steps\"");
    return std::nullopt;
  }
  std::optional<Fraction> found =
      toFraction(length.getValue().getValueAsDouble());
  if (unit != "evals") {
    found = meter.measure(table, key, length);
    EvalOp eval = findEvaluation(recipe, metric);
    if (found && isEvaluation) {
      // The cadence is not known where only the schedule is looked at, and
      // nothing is triggered there.
      if (!eval || !eval.getEverySteps())
        return 1;
      found = *found / Fraction(static_cast<int64_t>(*eval.getEverySteps()));
    }
  }
  if (!found)
    return std::nullopt;
  constexpr int64_t most = 1'000'000'000'000'000;
  return std::min(roundUp(*found).value_or(most), most);
}

/// At least 1.
std::optional<int64_t> ReactionsResolver::observations(Operation *table,
                                                       StringRef key,
                                                       DictionaryAttr value,
                                                       StringRef member) {
  auto length = value.getAs<LengthAttr>(member);
  StringRef metric = value.getAs<StringAttr>("metric").getValue();
  std::optional<int64_t> count =
      inObservations(table, key, metric, member, length);
  if (!count || *count >= 1)
    return count;
  report.error(table, key,
               "'" + memberName(key, member) +
                   "' is 0, expected at least 1 observation",
               metric.starts_with("eval/") ? "such as \"3 evals\""
                                           : "such as \"500 steps\"");
  return std::nullopt;
}

/// Exclusive bounds.
bool ReactionsResolver::checkBetween(Operation *table, StringRef key,
                                     DictionaryAttr value, StringRef member,
                                     double low, double high,
                                     StringRef expected) {
  double number = value.getAs<FloatAttr>(member).getValueAsDouble();
  if (number > low && number < high)
    return true;
  report.error(table, key,
               "'" + memberName(key, member) + "' is " + formatNumber(number) +
                   ", expected " + expected);
  return false;
}

/// Adds the members that say when a metric is no better.
bool ReactionsResolver::resolveWatch(Operation *table, StringRef key,
                                     DictionaryAttr value, Members &members) {
  StringRef metric = value.getAs<StringAttr>("metric").getValue();
  if (!checkMetric(table, key, metric))
    return false;
  bool relative = value.getAs<StringAttr>("threshold_mode").getValue() == "rel";
  if (!checkBetween(table, key, value, "threshold", -1, relative ? 1 : 1e30,
                    relative ? "a share below 1 where threshold_mode is \"rel\""
                             : "a number of 0 or more"))
    return false;
  for (StringRef name : {"metric", "mode", "threshold_mode", "threshold"})
    members.push_back(builder.getNamedAttr(name, value.get(name)));
  return true;
}

//===----------------------------------------------------------------------===//
// The three reactions
//===----------------------------------------------------------------------===//

bool ReactionsResolver::repeats(PhaseInterface phase) {
  return llvm::any_of(listTables<RepeatOp>(recipe), [&](RepeatOp repeat) {
    ArrayAttr names = repeat.getPhasesAttr();
    return names && llvm::is_contained(names, phase->getAttr("name"));
  });
}

/// Phases that have no single end of their own.
void ReactionsResolver::checkPlaces() {
  for (auto phase : listTables<PhaseInterface>(recipe)) {
    bool isFactor = phase->hasAttr("factor");
    if (phase->hasAttr("until") && (isFactor || repeats(phase)))
      report.error(phase, "until",
                   "phase " + quoteName(getName(phase)) + " is part of a " +
                       (isFactor ? "factor" : "repetition") +
                       ", where no phase can end early",
                   "write it in a phase that comes once");
  }
}

void ReactionsResolver::resolveUntil(PhaseInterface phase, size_t index) {
  auto value = phase->getAttrOfType<DictionaryAttr>("until");
  if (!value || repeats(phase))
    return;
  Members members;
  if (!resolveWatch(phase, "until", value, members))
    return;
  std::optional<int64_t> patience =
      observations(phase, "until", value, "patience");
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

void ReactionsResolver::resolvePlateau(ScheduleOp schedule, Members &resolved) {
  constexpr StringLiteral key = "reduce_on_plateau";
  DictionaryAttr value = schedule.getReduceOnPlateauAttr();
  Members members;
  if (!value || !resolveWatch(schedule, key, value, members) ||
      !checkBetween(schedule, key, value, "factor", 0, 1,
                    "a number between 0 and 1"))
    return;
  StringRef metric = value.getAs<StringAttr>("metric").getValue();
  std::optional<int64_t> patience = 10, cooldown = 0; // as PyTorch's
  if (auto length = value.getAs<LengthAttr>("patience"))
    patience = inObservations(schedule, key, metric, "patience", length);
  if (auto length = value.getAs<LengthAttr>("cooldown"))
    cooldown = inObservations(schedule, key, metric, "cooldown", length);
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
      !checkMetric(schedule, key,
                   value.getAs<StringAttr>("metric").getValue()) ||
      !checkBetween(schedule, key, value, "ratio", 1, 1e30,
                    "a number above 1") ||
      !checkBetween(schedule, key, value, "scale", 0, 1,
                    "a number between 0 and 1"))
    return;
  auto length = value.getAs<LengthAttr>("recover");
  if (length.getUnit() == "rest" || length.getUnit() == "evals")
    return report.error(schedule, key,
                        "'on_spike.recover' is in " + length.getUnit() +
                            ", expected steps, samples, tokens, epochs or a "
                            "percentage",
                        "such as \"500 steps\"");
  std::optional<Fraction> exact = meter.measure(schedule, key, length);
  std::optional<int64_t> steps = exact ? roundNearest(*exact) : std::nullopt;
  if (!steps)
    return;
  if (*steps < 1)
    return report.error(schedule, key,
                        "'on_spike.recover' comes to no step, expected at "
                        "least 1",
                        "such as \"500 steps\"");
  Members members;
  for (StringRef name : {"metric", "ratio", "scale"})
    members.push_back(builder.getNamedAttr(name, value.get(name)));
  members.push_back(count("recover", *steps));
  resolved.push_back(
      builder.getNamedAttr(key, builder.getDictionaryAttr(members)));
}

//===----------------------------------------------------------------------===//
// What an early end moves
//===----------------------------------------------------------------------===//

/// The tracks of `phase` that start where the one before it ends.
SmallVector<Attribute> ReactionsResolver::followedTracks(PhaseInterface phase) {
  SmallVector<Attribute> tracks;
  if (!phase->hasAttr("from"))
    tracks.push_back(builder.getStringAttr("lr"));
  for (StringRef track : {"momentum", "weight_decay"})
    if (auto value = phase->getAttrOfType<DictionaryAttr>(track);
        value && !value.contains("from"))
      tracks.push_back(builder.getStringAttr(track));
  return tracks;
}

/// A phase that starts at an LR which only the run knows must be able to, and
/// end at one that is known.
bool ReactionsResolver::checkFollower(PhaseInterface phase,
                                      PhaseInterface ended) {
  auto number = [](Operation *op, StringRef name) {
    auto value = op->getAttrOfType<FloatAttr>(name);
    return value ? std::optional(value.getValueAsDouble()) : std::nullopt;
  };
  auto low = number(ended, "start"), high = number(ended, "finish");
  auto finish = number(phase, "finish");
  if (!phase.moves() || !low || !high || !finish)
    return true;
  StringRef expected;
  for (double start : {*low, *high})
    if (start != *finish && expected.empty())
      expected = phase.expectedEnds(start, *finish);
  if (phase.runsTo() && !repeats(phase) && expected.empty())
    return true;
  report.error(
      phase, "from",
      "phase " + quoteName(getName(phase)) + " starts wherever " +
          quoteName(getName(ended)) + " is ended, and '" + getKind(phase) +
          "' expected " +
          (expected.empty() ? StringRef("a start that is known") : expected),
      "write 'from' as a number here");
  return false;
}

/// An early end moves all phases up to the next "rest", which fills the time;
/// without one, the last phase holds its end for what is left.
void ReactionsResolver::followPhases() {
  bool shifted = false, mayMove = false;
  PhaseInterface ended; ///< decides over the start of the next; null for none
  for (auto [index, phase] : llvm::enumerate(phases)) {
    Members &members = reactions[index];
    SmallVector<Attribute> tracks;
    if (mayMove)
      tracks = followedTracks(phase);
    if (!tracks.empty())
      members.push_back(
          builder.getNamedAttr("follows", builder.getArrayAttr(tracks)));
    bool followsLr = !phase->hasAttr("from");
    if (ended && followsLr && !checkFollower(phase, ended))
      return;
    // A phase that stands still hands on what it was given.
    if (!followsLr || phase.moves())
      ended = {};
    auto length = phase->getAttrOfType<LengthAttr>("length");
    if (shifted && length && length.getUnit() == "rest" && !repeats(phase)) {
      members.push_back(
          builder.getNamedAttr("stretches", builder.getUnitAttr()));
      shifted = false;
    }
    bool endsEarly = llvm::any_of(members, [](NamedAttribute member) {
      return member.getName() == "until";
    });
    shifted |= endsEarly;
    mayMove |= endsEarly;
    if (endsEarly && phase.moves())
      ended = phase;
  }
}

LogicalResult ReactionsResolver::run() {
  if (auto schedule = findTable<ScheduleOp>(recipe)) {
    Members resolved;
    resolveSpike(schedule, resolved);
    resolvePlateau(schedule, resolved);
    if (!resolved.empty())
      schedule->setAttr("reactions", builder.getDictionaryAttr(resolved));
  }
  phases = listPhases(recipe);
  checkPlaces();
  reactions.resize(phases.size());
  for (auto [index, phase] : llvm::enumerate(phases))
    resolveUntil(phase, index);
  followPhases();
  for (auto [phase, members] : llvm::zip(phases, reactions))
    if (!members.empty())
      phase->setAttr("reaction", builder.getDictionaryAttr(members));
  return report.result();
}

LogicalResult dsc::resolveReactions(RecipeOp recipe,
                                    const ResolveOptions &options) {
  return ReactionsResolver(recipe, options).run();
}
