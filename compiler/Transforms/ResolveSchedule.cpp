//===- ResolveSchedule.cpp - amounts become learning rates ----------------===//
//
// A phase starts where the one before it ends and runs to the peak, unless the
// recipe says otherwise. Tracks follow the phase's curve between ends of their
// own and hold their last value where no phase names them.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/CheckFormula.h"
#include "compiler/Transforms/Decimal.h"
#include "compiler/Transforms/Resolve.h"
#include "compiler/Transforms/ResolveKind.h"
#include "compiler/Transforms/ResolveRepeat.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "compiler/Transforms/Schedule/Repeat.h"

#include "compiler/Recipe/Toml.h"
#include "dialect/Dsc/Formula/Formula.h"
#include "dialect/Dsc/PhaseValues.h"

#include "mlir/IR/Builders.h"

#include <cmath>

using namespace mlir;
using namespace dsc;

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
  void resolveOwnRates(PhaseInterface phase);
  bool isReady(PhaseInterface phase);
  std::optional<double> curveEnd(PhaseInterface phase, CurveEnd end, Ends ends);
  void setCurve(PhaseInterface phase, Ends curve, bool trackMoves);
  std::optional<double> startOf(PhaseInterface phase);
  std::optional<double> finishOf(PhaseInterface phase,
                                 std::optional<double> start);
  std::optional<double> rateAt(PhaseInterface phase, StringRef key,
                               AmountAttr amount);
  std::optional<double> peakFor(PhaseInterface phase, StringRef key,
                                const Twine &need);
  void warnOfJump(PhaseInterface phase, double start);
  bool checkCurve(PhaseInterface phase, Ends lr, bool trackMoves);
  bool resolveTracks(PhaseInterface phase);
  std::optional<Ends> trackEnds(PhaseInterface phase, Track &track,
                                DictionaryAttr value);
  void checkMovingTrack(PhaseInterface phase, const Track &track, Ends ends);
  void checkBeta1(PhaseInterface phase, StringRef key);
  void checkLastStep();
  void resolveFormula(ExprOp phase);
  void resolveBounds(PhaseInterface phase);
  void resolveWhole(ScheduleOp schedule);
  std::optional<double> boundOf(ScheduleOp schedule, StringRef key,
                                AmountAttr amount);
  void resolveList(ArrayRef<PhaseInterface> list);
  void resolveFactor(const PhaseFactor &factor);
  bool checkFactorTracks(PhaseInterface phase);

  RecipeOp recipe;
  Builder builder;
  bool partial;
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
  return optimizer ? optimizer.getMomentum() : std::nullopt;
}

ScheduleResolver::ScheduleResolver(RecipeOp recipe, bool partial)
    : recipe(recipe), builder(recipe.getContext()), partial(partial),
      report(partial) {
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
  tracks[1] = {"weight_decay", "a number of 0 or more", kMostRate, decay};
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
  if (value >= 0 && value <= kMostRate)
    return value;
  report.error(phase, key,
               "'" + key + "' comes to a learning rate of " + show(value) +
                   ", expected one from 0 to " + show(kMostRate));
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
              phase->hasAttr("from")
                  ? "leave 'from' out to go on from " + show(*previousFinish)
                  : std::string());
}

/// Amounts at keys of the kind's own, and those of points.
void ScheduleResolver::resolveOwnRates(PhaseInterface phase) {
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

/// The formula of a phase of kind `expr`; nullopt for other kinds, and where it
/// is none, which was reported.
static std::optional<Formula> formulaOf(PhaseInterface phase) {
  auto expr = dyn_cast<ExprOp>(phase.getOperation());
  FormulaError reported;
  return expr ? Formula::parse(expr.getFormula().value_or(""), reported)
              : std::nullopt;
}

static bool formulaNames(PhaseInterface phase, Formula::Variable variable) {
  std::optional<Formula> formula = formulaOf(phase);
  return formula && formula->names(variable);
}

/// Whether the curve can be asked for its values. Where it cannot, that was
/// reported.
bool ScheduleResolver::isReady(PhaseInterface phase) {
  auto begin = phase->getAttrOfType<IntegerAttr>("begin");
  auto end = phase->getAttrOfType<IntegerAttr>("end");
  if (partial || !begin || !end || !isResolved(phase) ||
      (isa<ExprOp>(phase) && !formulaOf(phase)))
    return false;
  if (succeeded(phase.checkResolved(end.getInt() - begin.getInt())))
    return true;
  report.fail();
  return false;
}

std::optional<double> ScheduleResolver::curveEnd(PhaseInterface phase,
                                                 CurveEnd end, Ends ends) {
  int64_t begin = phase->getAttrOfType<IntegerAttr>("begin").getInt();
  int64_t past = phase->getAttrOfType<IntegerAttr>("end").getInt();
  return getCurveEnd(phase, end, std::max<int64_t>(past - begin, 1), ends.from,
                     ends.to);
}

std::optional<double> ScheduleResolver::startOf(PhaseInterface phase) {
  if (!hasKey(phase, "from"))
    return 0;
  if (isa<ExprOp>(phase) && !formulaNames(phase, Formula::Variable::start))
    return 0;
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
  if (!phase.moves() || !phase.runsTo())
    return start;
  if (auto to = phase->getAttrOfType<AmountAttr>("to"))
    return rateAt(phase, "to", to);
  return peakFor(phase, "to", "the end");
}

/// False after a report.
bool ScheduleResolver::checkCurve(PhaseInterface phase, Ends lr,
                                  bool trackMoves) {
  if (!phase.moves() || !phase.runsTo())
    return true;
  StringRef key = phase->hasAttr("to") ? "to" : "from";
  if (!lr.moves() && !trackMoves) {
    report.absent(phase, key,
                  "phase " + quoteName(getName(phase)) +
                      " does not move: it runs from " + show(lr.from) + " to " +
                      show(lr.to),
                  phase->hasAttr("to")
                      ? "write kind = \"constant\", or another 'from' or 'to'"
                      : "say where it ends, such as to = \"10%\", or "
                        "write kind = \"constant\"");
    return false;
  }
  StringRef expected = lr.moves() ? phase.expectedEnds(lr.from, lr.to) : "";
  if (!expected.empty())
    report.error(phase, key,
                 "phase " + quoteName(getName(phase)) + " runs from " +
                     show(lr.from) + " to " + show(lr.to) + ", '" +
                     getKind(phase) + "' expected " + expected);
  return expected.empty();
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
              start == finish || !hasKey(previous, "to")
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
  else if (!phase.runsTo())
    report.error(phase, track.key,
                 "'" + track.key + "' moves from " + show(ends.from) + " to " +
                     show(ends.to) + " in phase " + quoteName(getName(phase)) +
                     ", but a curve of kind '" + getKind(phase) +
                     "' runs to no given value",
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
    if (ends->moves() && phase.runsTo() && isResolved(phase) &&
        phase->hasAttr("begin"))
      track.held = curveEnd(phase, CurveEnd::finish, *ends);
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

/// Records a curve between `ends`, and where it really starts and ends.
void ScheduleResolver::setCurve(PhaseInterface phase, Ends curve,
                                bool trackMoves) {
  bool sound = checkCurve(phase, curve, trackMoves);
  bool fixed = phase.runsTo() && !curve.moves();
  if (!phase.moves() || fixed || !sound) {
    phase->setAttr("start", builder.getF64FloatAttr(curve.from));
    phase->setAttr("finish", builder.getF64FloatAttr(curve.to));
    previousFinish = curve.to;
    return;
  }
  std::optional<double> reached[2];
  for (CurveEnd end : {CurveEnd::start, CurveEnd::finish})
    reached[int(end)] = curveEnd(phase, end, curve);
  auto [start, finish] = reached;
  for (std::optional<double> value : reached)
    if (!value || !(*value >= 0 && *value <= kMostRate))
      return report.error(phase, isa<ExprOp>(phase) ? "formula" : "",
                          "phase " + quoteName(getName(phase)) +
                              " comes to a learning rate of " +
                              show(value.value_or(NAN)) +
                              ", expected one from 0 to " + show(kMostRate));
  if (!hasKey(phase, "from") || isa<ExprOp>(phase))
    warnOfJump(phase, *start);
  phase->setAttr("start", builder.getF64FloatAttr(*start));
  phase->setAttr("finish", builder.getF64FloatAttr(*finish));
  if (*start != curve.from || *finish != curve.to)
    phase->setAttr("ends", builder.getF64ArrayAttr({curve.from, curve.to}));
  previousFinish = finish;
}

/// What the formula calls peak and floor, before any of its values is asked
/// for.
void ScheduleResolver::resolveFormula(ExprOp op) {
  auto phase = cast<PhaseInterface>(op.getOperation());
  if (formulaNames(phase, Formula::Variable::peak))
    if (auto top = peakFor(phase, "formula", "the formula"))
      op.setPeakValue(llvm::APFloat(*top));
  if (op.getToAttr())
    if (auto floor = rateAt(phase, "to", op.getToAttr()))
      op.setFloorValue(llvm::APFloat(*floor));
}

/// The next phase goes on from what `min` and `max` leave of the end.
void ScheduleResolver::resolveBounds(PhaseInterface phase) {
  auto bound = [&](StringRef key) {
    auto rates = phase->getAttrOfType<DictionaryAttr>("own_rates");
    auto rate = rates ? rates.getAs<FloatAttr>(key) : FloatAttr();
    return rate ? std::optional(rate.getValueAsDouble()) : std::nullopt;
  };
  std::optional<double> lowest = bound("min"), highest = bound("max");
  if (lowest && highest && *lowest > *highest)
    return report.error(phase, "min",
                        "'min' is " + show(*lowest) + ", above 'max', " +
                            show(*highest));
  if (previousFinish && lowest)
    previousFinish = std::max(*previousFinish, *lowest);
  if (previousFinish && highest)
    previousFinish = std::min(*previousFinish, *highest);
}

void ScheduleResolver::resolvePhase(PhaseInterface phase) {
  resolveOwnRates(phase);
  if (auto expr = dyn_cast<ExprOp>(phase.getOperation()))
    resolveFormula(expr);
  bool ready = isReady(phase);
  std::optional<double> start = startOf(phase);
  std::optional<double> finish = finishOf(phase, start);
  bool trackMoves = resolveTracks(phase);
  previousFinish = std::nullopt;
  if (start && finish && ready)
    setCurve(phase, {*start, *finish}, trackMoves);
  else if (start && finish)
    checkCurve(phase, {*start, *finish}, trackMoves);
  if (!ready && phase.runsTo())
    previousFinish = finish;
  previous = phase;
  if (auto expr = dyn_cast<ExprOp>(phase.getOperation());
      expr && ready && phase->hasAttr("finish"))
    checkFormula(expr, report);
  resolveBounds(phase);
}

void ScheduleResolver::resolveList(ArrayRef<PhaseInterface> list) {
  for (const PhaseGroup &group :
       groupPhases(list, listTables<RepeatOp>(recipe))) {
    RepeatOp repeat = group.repeat;
    if (!repeat) {
      resolvePhase(group.phases.front());
      continue;
    }
    std::optional<double> top = peak;
    FloatAttr decay = repeat.getDecayAttr();
    previous = resolveRepeat(
        repeat, group.phases, report, [&](PhaseInterface phase, int64_t cycle) {
          if (top && decay)
            peak = timesPower(*top, decay.getValueAsDouble(), cycle);
          resolvePhase(phase);
        });
    peak = top;
  }
}

//===----------------------------------------------------------------------===//
// Factors and the whole schedule
//===----------------------------------------------------------------------===//

/// False after a report.
bool ScheduleResolver::checkFactorTracks(PhaseInterface phase) {
  for (const Track &track : tracks)
    if (phase->hasAttr(track.key)) {
      report.error(
          phase, track.key,
          "'" + track.key + "' of phase " + quoteName(getName(phase)) +
              ", which belongs to a multiplier: that only multiplies the "
              "learning rate",
          "write it in a phase without 'multiplier'");
      return false;
    }
  return true;
}

/// A list of its own, whose peak is 1.
void ScheduleResolver::resolveFactor(const PhaseFactor &factor) {
  std::optional<double> top = peak;
  peak = 1;
  previous = {};
  previousFinish = std::nullopt;
  if (llvm::all_of(factor.phases, [&](PhaseInterface phase) {
        return checkFactorTracks(phase);
      }))
    resolveList(factor.phases);
  peak = top;
}

std::optional<double> ScheduleResolver::boundOf(ScheduleOp schedule,
                                                StringRef key,
                                                AmountAttr amount) {
  double value = amount.getValue().getValueAsDouble();
  if (amount.getOfPeak()) {
    if (!peak) {
      report.absent(schedule, key,
                    "[schedule] has no 'peak', and '" + key + "' refers to it",
                    "write peak = 3e-4, or '" + key + "' as a number");
      return std::nullopt;
    }
    value = percentOf(*peak, value);
  }
  if (value <= kMostRate)
    return value;
  report.error(schedule, key,
               "'" + key + "' comes to a learning rate of " + show(value) +
                   ", expected one from 0 to " + show(kMostRate));
  return std::nullopt;
}

void ScheduleResolver::resolveWhole(ScheduleOp schedule) {
  std::optional<double> lowest, highest;
  if (AmountAttr least = schedule.getMinAttr())
    if ((lowest = boundOf(schedule, "min", least)))
      schedule.setLowest(llvm::APFloat(*lowest));
  if (AmountAttr most = schedule.getMaxAttr())
    if ((highest = boundOf(schedule, "max", most)))
      schedule.setHighest(llvm::APFloat(*highest));
  if (lowest && highest && *lowest > *highest)
    report.error(schedule, "min",
                 "'min' is " + show(*lowest) + ", above 'max', " +
                     show(*highest));
  IntegerAttr reference = schedule.getReferenceBatchAttr();
  if (!reference && schedule.getBatchScaling())
    report.error(schedule, "batch_scaling",
                 "'batch_scaling' has no effect without 'reference_batch'",
                 "write reference_batch = 256, the batch that the learning "
                 "rates are meant for");
  auto train = findTable<TrainOp>(recipe);
  if (!reference || !train || !train.getBatchAttr())
    return;
  double ratio = static_cast<double>(train.getBatchAttr().getInt()) /
                 static_cast<double>(reference.getInt());
  bool isRoot = schedule.getBatchScaling().value_or("linear") == "sqrt";
  schedule.setLrScale(llvm::APFloat(isRoot ? std::sqrt(ratio) : ratio));
}

LogicalResult ScheduleResolver::run() {
  resolveScheduleKind(recipe, report);
  if (auto schedule = findTable<ScheduleOp>(recipe))
    resolveWhole(schedule);
  resolveList(listPhases(recipe));
  checkLastStep();
  for (const PhaseFactor &factor : listFactors(recipe))
    resolveFactor(factor);
  return report.result();
}

LogicalResult dsc::resolveSchedule(RecipeOp recipe,
                                   const ResolveOptions &options) {
  return ScheduleResolver(recipe, options.partial).run();
}
