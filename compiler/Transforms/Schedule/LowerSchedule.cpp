//===- LowerSchedule.cpp - phases become one function ---------------------===//

#include "compiler/Transforms/Schedule/LowerSchedule.h"

#include "compiler/Transforms/Schedule/Modifiers.h"
#include "compiler/Transforms/Schedule/Observe.h"
#include "compiler/Transforms/Schedule/Repeat.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

using IntegerPredicate = arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Reading resolved phases
//===----------------------------------------------------------------------===//

static LogicalResult readTrack(Operation *op, StringRef name, Attribute track,
                               std::optional<TrackEnds> &ends) {
  if (!track)
    return success();
  auto pair = dyn_cast<ArrayAttr>(track);
  if (!pair || pair.size() != 2 || !isa<FloatAttr>(pair[0]) ||
      !isa<FloatAttr>(pair[1]))
    return op->emitError("expected two numbers for the track '")
           << name << "', found " << track;
  ends = TrackEnds{cast<FloatAttr>(pair[0]).getValueAsDouble(),
                   cast<FloatAttr>(pair[1]).getValueAsDouble()};
  return success();
}

static LogicalResult checkEnds(PhaseInterface phase, TrackEnds ends) {
  bool free = ends.from == ends.to || ends.ownFinish;
  StringRef expected = free ? "" : phase.expectedEnds(ends.from, ends.to);
  if (expected.empty())
    return success();
  return phase.emitError("expected ")
         << expected << ", found " << ends.from << " and " << ends.to;
}

FailureOr<ResolvedPhase> ResolvedPhase::read(PhaseInterface phase) {
  Operation *op = phase.getOperation();
  auto begin = op->getAttrOfType<IntegerAttr>("begin");
  auto end = op->getAttrOfType<IntegerAttr>("end");
  auto start = op->getAttrOfType<FloatAttr>("start");
  auto finish = op->getAttrOfType<FloatAttr>("finish");
  auto inclusive = op->getAttrOfType<StringAttr>("inclusive");
  if (!begin || !end || !start || !finish || !inclusive || !isResolved(op))
    return op->emitError("expected a resolved phase: steps, both ends and "
                         "'inclusive' are not all known");
  ResolvedPhase resolved{phase,
                         begin.getInt(),
                         end.getInt(),
                         {start.getValueAsDouble(), finish.getValueAsDouble()},
                         inclusive.getValue(),
                         {},
                         {},
                         PhaseReaction::read(phase)};
  if (resolved.begin < 0 || resolved.end < resolved.begin)
    return op->emitError("expected steps in rising order, found ")
           << resolved.begin << " to " << resolved.end;
  std::optional<TrackEnds> curve;
  if (failed(readTrack(op, "ends", op->getAttr("ends"), curve)))
    return failure();
  resolved.lr = curve.value_or(resolved.lr);
  resolved.lr.ownFinish = phase.moves() && !phase.runsTo();
  auto tracks = op->getAttrOfType<DictionaryAttr>("tracks");
  auto trackNamed = [&](StringRef name) {
    return tracks ? tracks.get(name) : Attribute();
  };
  if (failed(readTrack(op, "momentum", trackNamed("momentum"),
                       resolved.momentum)) ||
      failed(readTrack(op, "weight_decay", trackNamed("weight_decay"),
                       resolved.weightDecay)))
    return failure();
  for (std::optional<TrackEnds> ends :
       {std::optional(resolved.lr), resolved.momentum, resolved.weightDecay})
    if (ends && failed(checkEnds(phase, *ends)))
      return failure();
  if (resolved.begin < resolved.end &&
      failed(phase.checkResolved(resolved.end - resolved.begin)))
    return failure();
  return resolved;
}

std::optional<TrackEnds> ResolvedPhase::endsOf(StringRef track) const {
  if (track == "lr")
    return lr;
  return track == "momentum" ? momentum : weightDecay;
}

bool ResolvedPhase::moves(StringRef track) const {
  PhaseInterface phase = op;
  return endsOf(track) && phase.moves();
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

namespace {

/// Emits tracks over all phases at one step.
class ScheduleEmitter {
public:
  ScheduleEmitter(Scalar &s, Value step, ArrayRef<ResolvedPhase> phases,
                  int64_t total, const ScheduleState &state)
      : builder(s.getBuilder()), phases(phases), state(state),
        spans(state.spans(builder)) {
    Value first = s.i64(0), last = s.i64(total - 1);
    Value notEarly =
        s.select(s.compare(IntegerPredicate::slt, step, first), first, step);
    clamped = s.select(s.compare(IntegerPredicate::sgt, notEarly, last), last,
                       notEarly);
  }

  /// A phase without the track holds the end of the phase that had it last.
  /// With `modified`, the LR goes through what the phases' keys make of it.
  Value emit(StringRef track, double start, bool modified = false) {
    SmallVector<Value> values;
    double held = start;
    Value moved; // what is held where an early end decides over it
    for (auto [i, phase] : llvm::enumerate(phases)) {
      Scalar s(builder, phase.getLoc());
      if (phase.repeat) {
        auto endsOf = [&](const ResolvedPhase &p) { return p.endsOf(track); };
        values.push_back(emitRepeat(s, *phase.repeat, positionOf(s, i), endsOf,
                                    modified, held));
        moved = {};
        continue;
      }
      std::optional<TrackEnds> named = phase.endsOf(track);
      TrackEnds ends = named.value_or(TrackEnds{held, held});
      values.push_back(
          emitOne(s, i, track, ends, named ? Value() : moved, moved, modified));
      held = getFinish(phase, ends);
      bool handsOn = !named || !phase.moves(track);
      moved = handsOn && startsWhere(phase, track, named.has_value()) ? moved
                                                                      : Value();
      if (Value left = state.leave(s, i, track, moved ? moved : s.f64(held)))
        moved = left;
    }
    return choose(values);
  }

  Value emitRate() { return emit("lr", 0, /*modified=*/true); }

  /// kPositionTrack.
  Value emitPosition() {
    SmallVector<Value> values;
    for (auto [i, phase] : llvm::enumerate(phases)) {
      Scalar s(builder, phase.getLoc());
      if (phase.begin == phase.end) {
        values.push_back(s.f64(static_cast<double>(phase.begin) - 0.5));
        continue;
      }
      Value last = s.i64(phase.end - 1), at = positionOf(s, i);
      Value beyond = s.compare(IntegerPredicate::sgt, at, last);
      values.push_back(s.toF64(s.select(beyond, last, at)));
    }
    return choose(values);
  }

  /// The step of the schedule that is nearest to the function's argument.
  Value getStep() const { return clamped; }

private:
  /// Whether a track of a phase starts where the one before it ended.
  static bool startsWhere(const ResolvedPhase &phase, StringRef track,
                          bool named) {
    return !named || phase.reaction.followsOn(track);
  }

  /// Where the step would lie if nothing had ended early. Where the phases now
  /// end before the run does, the last one's last step is held.
  Value positionOf(Scalar &s, size_t i) {
    const PhaseSpan &span = spans[i];
    if (!span.shift)
      return clamped;
    Value step = clamped;
    if (i + 1 == phases.size() && !phases[i].reaction.stretches)
      step = s.select(s.compare(IntegerPredicate::slt, clamped, span.end),
                      clamped, s.subI(span.end, s.i64(1)));
    return s.addI(step, span.shift);
  }

  Value emitOne(Scalar &s, size_t i, StringRef track, TrackEnds ends,
                Value held, Value moved, bool modified) {
    const ResolvedPhase &phase = phases[i];
    if (held) // the phase says nothing of the track
      return held;
    Adapted adapted{spans[i].steps,
                    startsWhere(phase, track, true) ? moved : Value()};
    Value index = s.subI(positionOf(s, i), s.i64(phase.begin));
    return emitPhase(s, phase, clamped, index, ends, modified, adapted);
  }

  Value choose(ArrayRef<Value> values) {
    Value chosen = values.back();
    for (size_t i = phases.size() - 1; i-- > 0;) {
      Scalar s(builder, phases[i].getLoc());
      Value end = spans[i].end ? spans[i].end : s.i64(phases[i].end);
      Value inOrBefore = s.compare(IntegerPredicate::slt, clamped, end);
      chosen = s.select(inOrBefore, values[i], chosen);
    }
    return chosen;
  }

  OpBuilder &builder;
  ArrayRef<ResolvedPhase> phases;
  const ScheduleState &state;
  SmallVector<PhaseSpan> spans;
  Value clamped;
};
} // namespace

/// One that stands for all cycles of a repetition.
static ResolvedPhase makePiece(const ResolvedRepeat &repeat) {
  ResolvedPhase piece = repeat.cycles.front().front();
  piece.begin = repeat.begin;
  piece.end = repeat.end;
  for (const ResolvedPhase &phase : repeat.cycles.front()) {
    if (!piece.momentum)
      piece.momentum = phase.momentum;
    if (!piece.weightDecay)
      piece.weightDecay = phase.weightDecay;
  }
  piece.reaction = {};
  piece.repeat = std::make_shared<ResolvedRepeat>(repeat);
  return piece;
}

/// The phases of a group, of which a cut cycle may have some beyond `last`.
static FailureOr<SmallVector<ResolvedPhase>> readGroup(const PhaseGroup &group,
                                                       int64_t &last) {
  if (!group.repeat) {
    FailureOr<ResolvedPhase> one = ResolvedPhase::read(group.phases.front());
    if (failed(one))
      return failure();
    return SmallVector<ResolvedPhase>{*one};
  }
  FailureOr<ResolvedRepeat> repeat = ResolvedRepeat::read(group.repeat);
  if (failed(repeat))
    return failure();
  last = repeat->end;
  if (repeat->period)
    return SmallVector<ResolvedPhase>{makePiece(*repeat)};
  SmallVector<ResolvedPhase> listed;
  for (const SmallVector<ResolvedPhase> &cycle : repeat->cycles)
    llvm::append_range(listed, cycle);
  return listed;
}

static FailureOr<SmallVector<ResolvedPhase>>
readPhases(ModuleOp module, ArrayRef<PhaseInterface> phases,
           ArrayRef<RepeatOp> repeats, int64_t &reached) {
  SmallVector<ResolvedPhase> resolved;
  reached = 0;
  for (const PhaseGroup &group : groupPhases(phases, repeats)) {
    int64_t last = INT64_MAX;
    auto read = readGroup(group, last);
    if (failed(read))
      return failure();
    for (ResolvedPhase &one : *read) {
      if (one.begin >= last)
        break;
      if (one.begin != reached)
        return one.op.emitError("expected a phase that begins at step ")
               << reached << ", found " << one.begin;
      reached = std::min(one.end, last);
      // An empty phase has no step to give a value to, unless it gains some.
      if (one.begin < one.end || one.reaction.stretches)
        resolved.push_back(one);
    }
  }
  if (resolved.empty() || reached == 0)
    return module.emitError("expected a schedule of at least one step");
  return resolved;
}

/// The tracks that some phase names, the LR first.
static SmallVector<StringRef> namedTracks(ArrayRef<ResolvedPhase> phases) {
  SmallVector<StringRef> names{"lr"};
  for (StringRef track : {"momentum", "weight_decay"})
    if (llvm::any_of(phases, [&](const ResolvedPhase &phase) {
          return phase.endsOf(track).has_value();
        }))
      names.push_back(track);
  return names;
}

namespace {

/// Phases in order and the steps that they cover.
struct PhaseList {
  std::vector<ResolvedPhase> phases;
  int64_t total = 0;
};

/// The parts of a schedule, read once and emitted at any step and state.
class ScheduleLowering {
public:
  ScheduleLowering(const TrackStarts &starts, const ScheduleExtras &extras)
      : starts(starts), extras(extras) {}

  LogicalResult read(ModuleOp module, ArrayRef<PhaseInterface> listed);
  func::FuncOp lower(ModuleOp module, StringRef name);

private:
  SmallVector<Value> emit(Scalar &s, Value step, const StateValues &values);
  SmallVector<Value> emitBare(Scalar &s, Value step, const StateValues &values);

  double startOf(StringRef track) {
    return track == "momentum" ? starts.momentum : starts.weightDecay;
  }

  const TrackStarts &starts;
  const ScheduleExtras &extras;
  PhaseList main;
  std::vector<PhaseList> factors;
  SmallVector<StringRef> names;
};

} // namespace

LogicalResult ScheduleLowering::read(ModuleOp module,
                                     ArrayRef<PhaseInterface> listed) {
  auto readOne = [&](ArrayRef<PhaseInterface> phases, PhaseList &list) {
    auto resolved = readPhases(module, phases, extras.repeats, list.total);
    if (failed(resolved))
      return failure();
    list.phases.assign(resolved->begin(), resolved->end());
    return success();
  };
  if (failed(readOne(listed, main)))
    return failure();
  for (const PhaseFactor &factor : extras.factors)
    if (failed(readOne(factor.phases, factors.emplace_back())))
      return failure();
  names = namedTracks(main.phases);
  return success();
}

/// All tracks, the LR with everything but what reactions make of it, then the
/// position.
SmallVector<Value> ScheduleLowering::emit(Scalar &s, Value step,
                                          const StateValues &values) {
  ScheduleState state(main.phases, extras.reactions, values);
  ScheduleEmitter emitter(s, step, main.phases, main.total, state);
  SmallVector<Value> results{emitter.emitRate()};
  for (const PhaseList &factor : factors) {
    ScheduleState none(factor.phases, extras.reactions, values);
    ScheduleEmitter other(s, step, factor.phases, factor.total, none);
    results.front() = s.mul(results.front(), other.emitRate());
  }
  if (extras.schedule)
    results.front() =
        emitModified(s, extras.schedule, emitter.getStep(), results.front());
  for (StringRef track : ArrayRef(names).drop_front())
    results.push_back(emitter.emit(track, startOf(track)));
  if (llvm::any_of(main.phases, [](const ResolvedPhase &phase) {
        return phase.reaction.until.has_value();
      }))
    results.push_back(emitter.emitPosition());
  return results;
}

/// What the curves of the phases come to: where another may go on from.
SmallVector<Value> ScheduleLowering::emitBare(Scalar &s, Value step,
                                              const StateValues &values) {
  ScheduleState state(main.phases, extras.reactions, values);
  ScheduleEmitter emitter(s, step, main.phases, main.total, state);
  SmallVector<Value> results;
  for (StringRef track : names)
    results.push_back(emitter.emit(track, startOf(track)));
  return results;
}

func::FuncOp ScheduleLowering::lower(ModuleOp module, StringRef name) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Location> locations;
  for (const ResolvedPhase &phase : main.phases)
    locations.push_back(phase.getLoc());
  Location loc = builder.getFusedLoc(locations);
  StateLayout layout(main.phases, extras.reactions, names);
  SmallVector<Type> arguments{builder.getI64Type()};
  arguments.append(layout.size(), builder.getF64Type());
  auto function = func::FuncOp::create(builder, loc, name,
                                       builder.getFunctionType(arguments, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  Scalar s(builder, loc);
  Value step = function.getArgument(0);
  StateValues values(layout, function.getArguments().drop_front());
  SmallVector<Value> results = emit(s, step, values);
  ScheduleState state(main.phases, extras.reactions, values);
  results.front() = state.backOff(s, step, state.reduce(s, results.front()));
  func::ReturnOp::create(builder, loc, results);

  SmallVector<Type> types(results.size(), builder.getF64Type());
  function.setFunctionType(builder.getFunctionType(arguments, types));
  SmallVector<StringRef> returned = names;
  if (results.size() > names.size())
    returned.push_back(kPositionTrack);
  function->setAttr(tracksAttributeName, builder.getStrArrayAttr(returned));
  if (!layout.empty())
    addObserve(module, loc, layout, names, main.phases, extras.reactions,
               {[&](Scalar &s, Value step, const StateValues &state) {
                  return emit(s, step, state).front();
                },
                [&](Scalar &s, Value step, const StateValues &state) {
                  return emitBare(s, step, state);
                }});
  return function;
}

FailureOr<func::FuncOp> dsc::lowerSchedule(ModuleOp module, StringRef name,
                                           ArrayRef<PhaseInterface> phases,
                                           const TrackStarts &starts,
                                           const ScheduleExtras &extras) {
  ScheduleLowering lowering(starts, extras);
  if (failed(lowering.read(module, phases)))
    return failure();
  return lowering.lower(module, name);
}
