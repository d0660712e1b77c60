//===- PhaseTracks.cpp - momentum and weight decay of phases --------------===//

#include "compiler/Transforms/Resolve/PhaseTracks.h"

#include "compiler/Recipe/Toml.h"
#include "compiler/Transforms/Resolve/CheckFormula.h"
#include "runtime/Base/Limits.h"

using namespace mlir;
using namespace dsc;

std::optional<double> dsc::getCurveEnd(PhaseInterface phase, CurveEnd end,
                                       Ends ends) {
  int64_t begin = phase->getAttrOfType<IntegerAttr>("begin").getInt();
  int64_t past = phase->getAttrOfType<IntegerAttr>("end").getInt();
  return getCurveEnd(phase, end, std::max<int64_t>(past - begin, 1), ends.from,
                     ends.to);
}

/// What the optimizer has before any phase names the track.
static std::optional<double> ownMomentum(OptimizerInterface optimizer) {
  return optimizer ? optimizer.getMomentum() : std::nullopt;
}

PhaseTracks::PhaseTracks(RecipeOp recipe, Report &report)
    : recipe(recipe), builder(recipe.getContext()), report(report) {
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

std::optional<Ends> PhaseTracks::endsOf(PhaseInterface phase, Track &track,
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
                   what + " is " + formatNumber(end) + ", expected " +
                       track.expected);
      return std::nullopt;
    }
  return ends;
}

/// beta1 is given twice where `betas` fixes it and a track moves it.
void PhaseTracks::checkBeta1(PhaseInterface phase, StringRef key) {
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
                     " fixes at " + formatNumber(beta1),
                 group ? Twine("leave 'betas' out of the group")
                       : "write beta2 = " + formatNumber(beta2) +
                             " in place of betas in [optimizer]");
  }
}

void PhaseTracks::checkMoving(PhaseInterface phase, const Track &track,
                              Ends ends) {
  if (!phase.moves())
    report.error(phase, track.key,
                 "'" + track.key + "' moves from " + formatNumber(ends.from) +
                     " to " + formatNumber(ends.to) + " in phase " +
                     quoteName(getName(phase)) +
                     ", which has no curve to follow",
                 "write one number, or another kind of phase");
  else if (!phase.runsTo())
    report.error(phase, track.key,
                 "'" + track.key + "' moves from " + formatNumber(ends.from) +
                     " to " + formatNumber(ends.to) + " in phase " +
                     quoteName(getName(phase)) + ", but a curve of kind '" +
                     getKind(phase) + "' runs to no given value",
                 "write one number, or another kind of phase");
  else if (StringRef expected = phase.expectedEnds(ends.from, ends.to);
           !expected.empty())
    report.error(phase, track.key,
                 "'" + track.key + "' runs from " + formatNumber(ends.from) +
                     " to " + formatNumber(ends.to) + ", '" + getKind(phase) +
                     "' expected " + expected);
  if (track.key == "momentum")
    checkBeta1(phase, track.key);
}

bool PhaseTracks::resolve(PhaseInterface phase) {
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
    std::optional<Ends> ends = endsOf(phase, track, value);
    if (!ends)
      continue;
    if (ends->moves())
      checkMoving(phase, track, *ends);
    moves |= ends->moves();
    track.held = ends->to;
    if (ends->moves() && phase.runsTo() && isResolved(phase) &&
        phase->hasAttr("begin"))
      track.held = getCurveEnd(phase, CurveEnd::finish, *ends);
    resolved.push_back(builder.getNamedAttr(
        track.key, builder.getF64ArrayAttr({ends->from, ends->to})));
  }
  if (!resolved.empty())
    phase->setAttr("tracks", builder.getDictionaryAttr(resolved));
  return moves;
}

bool PhaseTracks::checkFactor(PhaseInterface phase) {
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
