//===- ResolveSchedule.cpp - amounts become learning rates ----------------===//
//
// A phase starts where the one before it ends and runs to the peak, unless the
// recipe says otherwise. Tracks follow the phase's curve between ends of their
// own and hold their last value where no phase names them.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Decimal.h"
#include "compiler/Transforms/Resolve.h"
#include "compiler/Transforms/Tables.h"

#include "compiler/Recipe/Toml.h"

#include "mlir/IR/Builders.h"
#include "llvm/Support/VersionTuple.h"

using namespace mlir;
using namespace dsc;

/// Far above any learning rate, far below what f32 holds.
static constexpr double mostRate = 1e30;

namespace {

/// A momentum or weight-decay track while phases are walked.
struct Track {
  StringRef key;
  StringRef expected;         ///< words that finish "expected ..."
  double below;               ///< values are from 0 up to, not including, it
  std::optional<double> held; ///< what it has before the next phase
};

struct Ends {
  double from, to;
  bool moves() const { return from != to; }
};

class ScheduleResolver {
public:
  ScheduleResolver(RecipeOp recipe, bool partial);

  LogicalResult run();

private:
  void resolvePhase(PhaseInterface phase);
  std::optional<double> startOf(PhaseInterface phase);
  std::optional<double> finishOf(PhaseInterface phase,
                                 std::optional<double> start);
  std::optional<double> rateAt(PhaseInterface phase, StringRef key,
                               AmountAttr amount);
  std::optional<double> peakFor(PhaseInterface phase, StringRef key,
                                const Twine &need);
  void warnOfJump(PhaseInterface phase, double start);
  void checkCurve(PhaseInterface phase, Ends lr, bool trackMoves);
  bool resolveTracks(PhaseInterface phase);
  std::optional<Ends> trackEnds(PhaseInterface phase, Track &track,
                                DictionaryAttr value);
  void checkMovingTrack(PhaseInterface phase, const Track &track, Ends ends);
  void checkBeta1(PhaseInterface phase, StringRef key);
  void checkLastStep();
  void resolveKind();

  RecipeOp recipe;
  Builder builder;
  Report report;
  std::optional<double> peak;
  Operation *optimizer;
  Track tracks[2];
  PhaseInterface previous;              ///< null before the first
  std::optional<double> previousFinish; ///< unknown after an error
};

} // namespace

static std::string show(double value) { return formatNumber(value); }

/// What the optimizer has before any phase names the track.
static std::optional<double> ownMomentum(OptimizerInterface optimizer) {
  if (!optimizer)
    return std::nullopt;
  // Betas of another length were reported by the table's own check.
  auto betas = optimizer->getAttrOfType<ArrayAttr>("betas");
  if (betas && betas.size() != 2)
    return 0.9;
  return optimizer.getMomentum();
}

ScheduleResolver::ScheduleResolver(RecipeOp recipe, bool partial)
    : recipe(recipe), builder(recipe.getContext()), report(partial) {
  if (auto schedule = findTable<ScheduleOp>(recipe);
      schedule && schedule.getPeakAttr())
    peak = schedule.getPeakAttr().getValueAsDouble();
  auto found = findTable<OptimizerInterface>(recipe);
  optimizer = found;
  std::optional<double> decay;
  if (found)
    if (auto own = found->getAttrOfType<FloatAttr>("weight_decay"))
      decay = own.getValueAsDouble();
  tracks[0] = {"momentum", "a number from 0 up to, not including, 1", 1,
               ownMomentum(found)};
  tracks[1] = {"weight_decay", "a number of 0 or more", mostRate, decay};
}

//===----------------------------------------------------------------------===//
// The learning rate
//===----------------------------------------------------------------------===//

std::optional<double> ScheduleResolver::peakFor(PhaseInterface phase,
                                                StringRef key,
                                                const Twine &need) {
  if (!peak)
    report.absent(phase, key,
                  "[schedule] has no 'peak', and " + need + " of phase " +
                      quoteName(getName(phase)) + " refers to it",
                  "write peak = 3e-4 in [schedule], or '" + key +
                      "' as a number here");
  return peak;
}

std::optional<double> ScheduleResolver::rateAt(PhaseInterface phase,
                                               StringRef key,
                                               AmountAttr amount) {
  double value = amount.getValue().getValueAsDouble();
  if (amount.getOfPeak()) {
    if (!peakFor(phase, key, "'" + key + "'"))
      return std::nullopt;
    value = percentOf(*peak, value);
  }
  if (value >= 0 && value <= mostRate)
    return value;
  report.error(phase, key,
               "'" + key + "' comes to a learning rate of " + show(value) +
                   ", expected one from 0 to " + show(mostRate));
  return std::nullopt;
}

void ScheduleResolver::warnOfJump(PhaseInterface phase, double start) {
  if (!previous || !previousFinish || *previousFinish == start)
    return;
  auto begin = phase->getAttrOfType<IntegerAttr>("begin");
  std::string step =
      begin ? " at step " + std::to_string(begin.getInt()) : std::string();
  report.warn(phase, "from",
              "the learning rate jumps" + step + ": phase " +
                  quoteName(getName(previous)) + " ends at " +
                  show(*previousFinish) + ", " + quoteName(getName(phase)) +
                  " starts from " + show(start),
              "leave 'from' out to go on from " + show(*previousFinish));
}

std::optional<double> ScheduleResolver::startOf(PhaseInterface phase) {
  if (auto from = phase->getAttrOfType<AmountAttr>("from")) {
    std::optional<double> start = rateAt(phase, "from", from);
    if (start)
      warnOfJump(phase, *start);
    return start;
  }
  if (previous)
    return previousFinish;
  return peakFor(phase, "from", "the start");
}

std::optional<double> ScheduleResolver::finishOf(PhaseInterface phase,
                                                 std::optional<double> start) {
  if (!phase.moves())
    return start;
  if (auto to = phase->getAttrOfType<AmountAttr>("to"))
    return rateAt(phase, "to", to);
  return peakFor(phase, "to", "the end");
}

void ScheduleResolver::checkCurve(PhaseInterface phase, Ends lr,
                                  bool trackMoves) {
  if (!phase.moves())
    return;
  StringRef key = phase->hasAttr("to") ? "to" : "from";
  if (!lr.moves() && !trackMoves)
    return report.absent(
        phase, key,
        "phase " + quoteName(getName(phase)) + " does not move: it runs from " +
            show(lr.from) + " to " + show(lr.to),
        phase->hasAttr("to")
            ? "write kind = \"constant\", or another 'from' or 'to'"
            : "say where it ends, such as to = \"10%\", or "
              "write kind = \"constant\"");
  StringRef expected = lr.moves() ? phase.expectedEnds(lr.from, lr.to) : "";
  if (!expected.empty())
    report.error(phase, key,
                 "phase " + quoteName(getName(phase)) + " runs from " +
                     show(lr.from) + " to " + show(lr.to) + ", '" +
                     getKind(phase) + "' expected " + expected);
}

/// Where the last step of the run learns nothing.
void ScheduleResolver::checkLastStep() {
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
              start == finish
                  ? "end at a small value, such as \"1%\" of the peak"
                  : "write inclusive = \"left\" in this phase, or end at a "
                    "small value such as to = \"1%\"");
}

//===----------------------------------------------------------------------===//
// Tracks
//===----------------------------------------------------------------------===//

std::optional<Ends> ScheduleResolver::trackEnds(PhaseInterface phase,
                                                Track &track,
                                                DictionaryAttr value) {
  auto from = value.getAs<FloatAttr>("from"), to = value.getAs<FloatAttr>("to");
  std::string what =
      ("'" + track.key + "' of phase ").str() + quoteName(getName(phase));
  if (!to) {
    report.error(phase, track.key, what + " has no 'to'",
                 "write " + track.key + " = { from = ..., to = ... }");
    return std::nullopt;
  }
  if (!from && !track.held) {
    report.error(phase, track.key,
                 what + " has no 'from', and " +
                     (optimizer ? "the optimizer has none to start from"
                                : "there is no [optimizer] to take it from"),
                 "write " + track.key + " = { from = ..., to = ... }");
    return std::nullopt;
  }
  Ends ends{from ? from.getValueAsDouble() : *track.held,
            to.getValueAsDouble()};
  for (double end : {ends.from, ends.to})
    if (!(end >= 0 && end < track.below)) {
      report.error(phase, track.key,
                   what + " is " + show(end) + ", expected " + track.expected);
      return std::nullopt;
    }
  return ends;
}

/// beta1 is given twice where `betas` fixes it and a track moves it.
void ScheduleResolver::checkBeta1(PhaseInterface phase, StringRef key) {
  for (Operation &table : recipe.getBody().front()) {
    auto betas = table.getAttrOfType<ArrayAttr>("betas");
    if (!betas || betas.size() != 2 || !isa<OptimizerInterface, GroupOp>(table))
      continue;
    bool group = isa<GroupOp>(table);
    double beta1 = cast<FloatAttr>(betas[0]).getValueAsDouble();
    double beta2 = cast<FloatAttr>(betas[1]).getValueAsDouble();
    report.error(phase, key,
                 "'" + key + "' moves beta1, which 'betas' of " +
                     (group ? "group " + quoteName(getName(&table))
                            : std::string("[optimizer]")) +
                     " fixes at " + show(beta1),
                 group ? Twine("leave 'betas' out of the group")
                       : "write beta2 = " + show(beta2) +
                             " in place of betas in [optimizer]");
  }
}

void ScheduleResolver::checkMovingTrack(PhaseInterface phase,
                                        const Track &track, Ends ends) {
  if (!phase.moves())
    report.error(phase, track.key,
                 "'" + track.key + "' moves from " + show(ends.from) + " to " +
                     show(ends.to) + " in phase " + quoteName(getName(phase)) +
                     ", which has no curve to follow",
                 "write one number, or another kind of phase");
  else if (StringRef expected = phase.expectedEnds(ends.from, ends.to);
           !expected.empty())
    report.error(phase, track.key,
                 "'" + track.key + "' runs from " + show(ends.from) + " to " +
                     show(ends.to) + ", '" + getKind(phase) + "' expected " +
                     expected);
  if (track.key == "momentum")
    checkBeta1(phase, track.key);
}

/// True where a track of the phase moves.
bool ScheduleResolver::resolveTracks(PhaseInterface phase) {
  SmallVector<NamedAttribute> resolved;
  bool moves = false;
  for (Track &track : tracks) {
    auto value = phase->getAttrOfType<DictionaryAttr>(track.key);
    if (!value)
      continue;
    if (track.key == "momentum" && optimizer && !track.held) {
      report.error(phase, track.key,
                   "the optimizer '" + getKind(optimizer) +
                       "' runs without momentum, expected one that has it",
                   "set momentum in [optimizer]");
      continue;
    }
    std::optional<Ends> ends = trackEnds(phase, track, value);
    if (!ends)
      continue;
    if (ends->moves())
      checkMovingTrack(phase, track, *ends);
    moves |= ends->moves();
    track.held = ends->to;
    resolved.push_back(builder.getNamedAttr(
        track.key, builder.getF64ArrayAttr({ends->from, ends->to})));
  }
  if (!resolved.empty())
    phase->setAttr("tracks", builder.getDictionaryAttr(resolved));
  return moves;
}

//===----------------------------------------------------------------------===//
// Phases in order
//===----------------------------------------------------------------------===//

void ScheduleResolver::resolvePhase(PhaseInterface phase) {
  std::optional<double> start = startOf(phase);
  std::optional<double> finish = finishOf(phase, start);
  bool trackMoves = resolveTracks(phase);
  if (start && finish) {
    checkCurve(phase, {*start, *finish}, trackMoves);
    phase->setAttr("start", builder.getF64FloatAttr(*start));
    phase->setAttr("finish", builder.getF64FloatAttr(*finish));
  }
  previous = phase;
  previousFinish = finish;
}

/// A schedule of one definition, which leaves no room for phases.
void ScheduleResolver::resolveKind() {
  auto schedule = findTable<DeepSpeedOp>(recipe);
  if (!schedule)
    return;
  if (auto phase = findTable<PhaseInterface>(recipe))
    report.error(phase, "",
                 "[schedule] of kind \"deepspeed\" is the whole schedule, "
                 "expected no [[schedule.phase]]",
                 "leave out the phases, or 'kind' and its keys");
  StringRef version = schedule.getVersion().value_or("");
  if (llvm::VersionTuple release; release.tryParse(version))
    return report.error(schedule, "version",
                        "'version' is " + quoteName(version) +
                            ", expected a release of DeepSpeed",
                        "such as \"0.19.6\"");
  auto kind = findTable<ScheduleKindInterface>(recipe);
  if (!kind)
    return report.absent(schedule, "scheduler",
                         "[schedule] of kind \"deepspeed\" has no 'params'",
                         "write params = { ... } with DeepSpeed's keys, or "
                         "params = {} for its defaults");
  if (failed(kind.checkSchedule()))
    report.fail();
}

LogicalResult ScheduleResolver::run() {
  resolveKind();
  for (auto phase : listTables<PhaseInterface>(recipe))
    resolvePhase(phase);
  checkLastStep();
  return report.result();
}

LogicalResult dsc::resolveSchedule(RecipeOp recipe,
                                   const ResolveOptions &options) {
  return ScheduleResolver(recipe, options.partial).run();
}
