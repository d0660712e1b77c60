//===- PlacePhases.cpp - phases over the run ------------------------------===//

#include "compiler/Transforms/Resolve/PlacePhases.h"

#include "compiler/Transforms/Schedule/Repeat.h"

#include "mlir/IR/Builders.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;

static void setSteps(Operation *table, StringRef key, int64_t steps) {
  table->setAttr(key, Builder(table->getContext()).getI64IntegerAttr(steps));
}

static bool isWhole(const Fraction &value) {
  return Fraction(floor(value)) == value;
}

/// The boundary nearest to a position.
static int64_t boundaryAt(const Fraction &position) {
  return roundNearest(position).value_or(INT64_MAX);
}

static Fraction numberOr(FloatAttr attribute, int64_t fallback) {
  return attribute ? toFraction(attribute.getValueAsDouble())
                   : Fraction(fallback);
}

//===----------------------------------------------------------------------===//
// Measuring
//===----------------------------------------------------------------------===//

StringRef PhasePlacer::lengthKey(Operation *table) const {
  return isa<RepeatOp>(table) ? "times" : "length";
}

bool PhasePlacer::isRest(size_t entry) const {
  return llvm::any_of(rests,
                      [&](const Rest &rest) { return rest.entry == entry; });
}

/// A null length is that of a repetition that goes on until the run is filled.
bool PhasePlacer::addRest(Operation *table, StringRef key, LengthAttr length) {
  double share = length ? length.getValue().getValueAsDouble() : 0;
  Rest added{entries.size() - 1, toFraction(share)};
  if (share == 0)
    for (const Rest &rest : rests)
      if (rest.share == Fraction(0)) {
        report.error(table, key,
                     "\"rest\" is the length of two phases, " +
                         quoteName(labelOf(entries[rest.entry].table)) +
                         " and " + quoteName(labelOf(table)) + ", expected one",
                     isa<RepeatOp>(table)
                         ? "write times = 4, or another number of cycles"
                         : "share it, as in \"50% of rest\"");
        return false;
      }
  rests.push_back(added);
  return true;
}

static bool reportMissing(Report &report, PhaseInterface phase) {
  report.absent(phase, "length",
                "phase " + quoteName(getName(phase)) + " has no 'length'",
                "write length = \"10%\" or, in one phase, \"rest\"");
  return false;
}

bool PhasePlacer::addPhase(PhaseInterface phase) {
  auto length = phase->getAttrOfType<LengthAttr>("length");
  entries.push_back({phase});
  if (!length)
    return reportMissing(report, phase);
  if (length.getUnit() == "rest")
    return addRest(phase, "length", length);
  std::optional<Fraction> steps = meter.measure(phase, "length", length);
  entries.back().steps = steps.value_or(Fraction(0));
  return steps.has_value();
}

bool PhasePlacer::addRepeat(RepeatOp repeat, ArrayRef<PhaseInterface> cycle) {
  entries.push_back({repeat, Fraction(0), repeat});
  bool known = true;
  for (PhaseInterface phase : cycle) {
    auto length = phase->getAttrOfType<LengthAttr>("length");
    if (!length) {
      known = reportMissing(report, phase);
      continue;
    }
    if (length.getUnit() == "rest") {
      report.error(phase, "length",
                   "phase " + quoteName(getName(phase)) +
                       " repeats and is as long as the rest, expected a length "
                       "of its own",
                   "such as \"1000 steps\"; a repetition without 'times' fills "
                   "the rest");
      known = false;
      continue;
    }
    std::optional<Fraction> steps = meter.measure(phase, "length", length);
    known &= steps.has_value();
    entries.back().cycle.push_back({phase, steps.value_or(Fraction(0))});
  }
  return known && sumCycles(entries.back());
}

void PhasePlacer::reportTooMany(RepeatOp repeat) {
  report.error(repeat, repeat->hasAttr("times") ? "times" : "phases",
               "the cycles of " + quoteName(labelOf(repeat)) +
                   " are not alike and come to more than " +
                   Twine(kMostListedPhases) + " phases",
               "fewer cycles; or cycles of whole steps without 'growth' and "
               "'decay', of which there may be any number");
}

static bool isAlike(RepeatOp repeat) {
  return numberOr(repeat.getGrowthAttr(), 1) == Fraction(1) &&
         numberOr(repeat.getDecayAttr(), 1) == Fraction(1);
}

/// The length of a repetition, from that of its first cycle.
bool PhasePlacer::sumCycles(Entry &entry) {
  RepeatOp repeat = entry.repeat;
  Fraction cycle(0);
  for (const auto &[phase, steps] : entry.cycle)
    cycle = cycle + steps;
  if (cycle < Fraction(1)) {
    report.error(repeat, "phases",
                 "a cycle of " + quoteName(labelOf(repeat)) +
                     " comes to less than a step");
    return false;
  }
  if (!repeat.getTimesAttr())
    return addRest(repeat, "phases", {});
  int64_t times = repeat.getTimesAttr().getInt();
  Fraction growth = numberOr(repeat.getGrowthAttr(), 1);
  if (growth == Fraction(1)) {
    entry.steps = cycle * Fraction(times);
    return true;
  }
  if (times > static_cast<int64_t>(kMostListedPhases)) {
    reportTooMany(repeat);
    return false;
  }
  for (int64_t i = 0; i < times; ++i, cycle = cycle * growth)
    entry.steps = entry.steps + cycle;
  return true;
}

//===----------------------------------------------------------------------===//
// Filling the run
//===----------------------------------------------------------------------===//

/// "warmup 50 + decay 900 = 950".
std::string PhasePlacer::showSum(const Fraction &sum) {
  constexpr size_t shown = 8;
  std::string text;
  size_t terms = 0;
  for (auto [index, entry] : llvm::enumerate(entries)) {
    if (isRest(index))
      continue;
    if (terms++ == shown)
      text += " + ...";
    if (terms > shown)
      continue;
    if (terms > 1)
      text += " + ";
    text += StringRef(labelOf(entry.table)).take_front(40).str() + " " +
            formatFraction(entry.steps);
  }
  return text + " = " + formatFraction(sum);
}

void PhasePlacer::reportGap(const Fraction &sum) {
  Operation *last = entries.back().table;
  report.absent(last, lengthKey(last),
                "the phases end before the run: " + showSum(sum) + " of " +
                    countOf(total, "step") + ", " +
                    formatFraction(Fraction(total) - sum) + " are left",
                "write length = \"rest\" for one of them");
}

void PhasePlacer::reportOverrun(const Fraction &sum, Operation *where) {
  report.error(where, lengthKey(where),
               "the phases overrun the run: " + showSum(sum) + " of " +
                   countOf(total, "step") + ", " +
                   formatFraction(sum - Fraction(total)) + " too many",
               !rests.empty() ? "shorten a phase, or lengthen the run"
                              : "write length = \"rest\" for the last of them, "
                                "or lengthen the run");
}

/// Shares must fill the rest, and no more.
bool PhasePlacer::shareRest(const Fraction &left) {
  Fraction shared(0), whole(100);
  const Rest *taker = nullptr;
  for (const Rest &rest : rests) {
    shared = shared + rest.share;
    if (rest.share == Fraction(0))
      taker = &rest;
    Entry &entry = entries[rest.entry];
    entry.steps = left * rest.share / whole;
    if (shared > whole) {
      report.error(entry.table, "length",
                   "the shares of the rest come to " + formatFraction(shared) +
                       "%, expected 100%");
      return false;
    }
  }
  if (taker)
    entries[taker->entry].steps = left * (whole - shared) / whole;
  else if (shared != whole)
    report.error(entries[rests.back().entry].table, "length",
                 "the shares of the rest come to " + formatFraction(shared) +
                     "%, expected 100%",
                 "write \"rest\" for what the others leave");
  return taker || shared == whole;
}

/// Gives the rest what the others leave. False where they do not fit.
bool PhasePlacer::fillRest() {
  Fraction sum(0);
  Operation *crossing = nullptr;
  for (const Entry &entry : entries) {
    sum = sum + entry.steps;
    if (!crossing && sum > Fraction(total))
      crossing = entry.table;
  }
  Fraction whole(total);
  if (!rests.empty() && sum <= whole)
    return shareRest(whole - sum);
  // As many tokens as the run has fill it, whatever its last step rounds to.
  bool fills = rests.empty() &&
               (sum == exactTotal || roundNearest(sum) == std::optional(total));
  if (!fills && crossing)
    reportOverrun(sum, crossing);
  else if (!fills)
    reportGap(sum);
  return fills;
}

//===----------------------------------------------------------------------===//
// Placing
//===----------------------------------------------------------------------===//

void PhasePlacer::listCycles(const Entry &entry, Fraction position,
                             int64_t end) {
  RepeatOp repeat = entry.repeat;
  int64_t times = repeat.getTimesAttr() ? repeat.getTimesAttr().getInt() : -1;
  Fraction growth = numberOr(repeat.getGrowthAttr(), 1), length(1);
  SmallVector<int64_t> boundaries{reached};
  for (int64_t cycle = 0; times < 0 ? boundaries.back() < end : cycle < times;
       ++cycle, length = length * growth)
    for (const auto &[phase, steps] : entry.cycle) {
      if (boundaries.size() > kMostListedPhases)
        return reportTooMany(repeat);
      position = position + steps * length;
      boundaries.push_back(boundaryAt(position));
    }
  // The run may round the last one up.
  if (times > 0)
    boundaries.back() = end;
  repeat.setBoundaries(boundaries);
  for (auto [index, phase] : llvm::enumerate(entry.cycle)) {
    setSteps(phase.first, "begin", boundaries[index]);
    setSteps(phase.first, "end", boundaries[index + 1]);
  }
}

void PhasePlacer::placeCycles(const Entry &entry, const Fraction &position,
                              bool last) {
  RepeatOp repeat = entry.repeat;
  int64_t begin = reached, period = 0;
  int64_t end =
      last ? total : std::min(boundaryAt(position + entry.steps), total);
  if (begin == end) {
    report.error(repeat, lengthKey(repeat),
                 "no step of the run is left for the cycles of " +
                     quoteName(labelOf(repeat)),
                 "shorten the phases beside it; one that multiplies the "
                 "schedule names a 'multiplier'");
    return;
  }
  bool whole = true;
  for (const auto &[phase, steps] : entry.cycle) {
    whole &= isWhole(steps);
    period += boundaryAt(steps);
  }
  setSteps(repeat, "begin", begin);
  setSteps(repeat, "end", end);
  reached = end;
  bool cut = whole && (end - begin) % period != 0;
  if (isAlike(repeat) && whole && !(cut && repeat.getTimesAttr())) {
    repeat.setPeriod(period);
    for (const auto &[phase, steps] : entry.cycle) {
      setSteps(phase, "begin", begin);
      setSteps(phase, "end", begin += boundaryAt(steps));
    }
  } else {
    reached = begin;
    listCycles(entry, position, end);
    reached = end;
    auto boundaries = repeat.getBoundaries();
    cut = boundaries && boundaries->back() != end;
  }
  if (cut && !last)
    report.error(repeat, "phases",
                 "the last cycle of " + quoteName(labelOf(repeat)) +
                     " is cut at step " + Twine(end) +
                     ", but phases follow, expected whole cycles",
                 "write times = 4, or another number of cycles, and let a "
                 "phase after it fill the rest");
}

void PhasePlacer::placeEntry(const Entry &entry, const Fraction &position,
                             bool last) {
  if (entry.repeat)
    return placeCycles(entry, position, last);
  int64_t end =
      last ? total : std::min(boundaryAt(position + entry.steps), total);
  setSteps(entry.table, "begin", reached);
  setSteps(entry.table, "end", end);
  if (reached == end)
    report.warn(entry.table, "length",
                "phase " + quoteName(getName(entry.table)) +
                    " comes to no step: " + formatFraction(entry.steps) +
                    " of " + Twine(total));
  reached = end;
}

void PhasePlacer::place(ArrayRef<PhaseInterface> list,
                        ArrayRef<RepeatOp> repeats) {
  bool known = !list.empty();
  for (const PhaseGroup &group : groupPhases(list, repeats))
    known &= group.repeat ? addRepeat(group.repeat, group.phases)
                          : addPhase(group.phases.front());
  if (!known || !fillRest())
    return;
  Fraction position(0);
  for (const Entry &entry : entries) {
    placeEntry(entry, position, &entry == &entries.back());
    position = position + entry.steps;
  }
}
