//===- LowerSchedule.cpp - phases become one function ---------------------===//

#include "compiler/Transforms/Schedule/Observe.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace dsc;

using IntegerPredicate = arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Reading resolved phases
//===----------------------------------------------------------------------===//

static LogicalResult readTrack(Operation *op, DictionaryAttr tracks,
                               StringRef name, std::optional<TrackEnds> &ends) {
  Attribute track = tracks ? tracks.get(name) : Attribute();
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
  StringRef expected =
      ends.from == ends.to ? "" : phase.expectedEnds(ends.from, ends.to);
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
  if (!begin || !end || !start || !finish || !inclusive)
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
  auto tracks = op->getAttrOfType<DictionaryAttr>("tracks");
  if (failed(readTrack(op, tracks, "momentum", resolved.momentum)) ||
      failed(readTrack(op, tracks, "weight_decay", resolved.weightDecay)))
    return failure();
  for (std::optional<TrackEnds> ends :
       {std::optional(resolved.lr), resolved.momentum, resolved.weightDecay})
    if (ends && failed(checkEnds(phase, *ends)))
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

/// The fraction of the phase at which a step lies, as two integers.
static CurvePoint emitPoint(Scalar &s, const ResolvedPhase &phase,
                            const PhaseSpan &span, Value step) {
  int64_t steps = phase.end - phase.begin;
  Value index = s.subI(step, span.begin);
  Value next = s.addI(index, s.i64(1));
  if (phase.inclusive == "left")
    return {index, span.steps, {}, {}, steps};
  if (phase.inclusive == "neither")
    return {next, s.addI(span.steps, s.i64(1)), {}, {}, steps};
  if (phase.inclusive == "right")
    return {next, span.steps, {}, {}, steps};
  // Of a single step both ends are the end.
  Value single = s.compare(IntegerPredicate::sle, span.steps, s.i64(1));
  return {s.select(single, s.i64(1), index),
          s.select(single, s.i64(1), s.subI(span.steps, s.i64(1))),
          {},
          {},
          steps};
}

/// Equal ends are folded here: no curve may disturb a value that stands still.
/// `from`, where it is not null, is known only while the run goes on.
static Value emitTrack(Scalar &s, const ResolvedPhase &phase, CurvePoint point,
                       TrackEnds ends, Value from, bool moves) {
  if (from && !moves)
    return from;
  if (!from && ends.from == ends.to)
    return s.f64(ends.from);
  point.from = from ? from : s.f64(ends.from);
  point.to = s.f64(ends.to);
  PhaseInterface op = phase.op;
  return op.emitCurve(s, point);
}

namespace {

/// Emits tracks over all phases at one step.
class ScheduleEmitter {
public:
  ScheduleEmitter(OpBuilder &builder, Location loc, Value step,
                  ArrayRef<ResolvedPhase> phases, const ScheduleState &state)
      : builder(builder), phases(phases), state(state),
        spans(state.spans(builder)) {
    Scalar s(builder, loc);
    Value first = s.i64(0), last = s.i64(phases.back().end - 1);
    Value notEarly =
        s.select(s.compare(IntegerPredicate::slt, step, first), first, step);
    clamped = s.select(s.compare(IntegerPredicate::sgt, notEarly, last), last,
                       notEarly);
    for (auto [phase, span] : llvm::zip(phases, spans)) {
      Scalar own(builder, phase.getLoc());
      points.push_back(emitPoint(own, phase, span, positionIn(own, span)));
    }
  }

  /// A phase without the track holds the end of the phase that had it last.
  Value emit(StringRef track, double start) {
    SmallVector<Value> values;
    double held = start;
    Value moved; // what is held where an early end decides over it
    for (auto [index, phase] : llvm::enumerate(phases)) {
      Scalar s(builder, phase.getLoc());
      std::optional<TrackEnds> named = phase.endsOf(track);
      TrackEnds ends = named.value_or(TrackEnds{held, held});
      bool follows =
          !named || llvm::is_contained(phase.reaction.follows, track);
      Value from = follows ? moved : Value();
      values.push_back(
          emitTrack(s, phase, points[index], ends, from, phase.moves(track)));
      held = ends.to;
      moved = phase.moves(track) ? Value() : from;
      if (Value left =
              state.leave(s, index, track, moved ? moved : s.f64(held)))
        moved = left;
    }
    return choose(values);
  }

  /// The index of the phase that the step lies in.
  Value emitPhase() {
    SmallVector<Value> values;
    for (const ResolvedPhase &phase : phases)
      values.push_back(Scalar(builder, phase.getLoc()).f64(phase.index));
    return choose(values);
  }

private:
  /// Where the phases end before the run does, the last one's last step is
  /// held.
  Value positionIn(Scalar &s, const PhaseSpan &span) {
    if (&span != &spans.back() || matchPattern(span.end, m_Constant()))
      return clamped;
    return s.select(s.compare(IntegerPredicate::slt, clamped, span.end),
                    clamped, s.subI(span.end, s.i64(1)));
  }

  Value choose(ArrayRef<Value> values) {
    Value chosen = values.back();
    for (size_t i = phases.size() - 1; i-- > 0;) {
      Scalar s(builder, phases[i].getLoc());
      Value inOrBefore =
          s.compare(IntegerPredicate::slt, clamped, spans[i].end);
      chosen = s.select(inOrBefore, values[i], chosen);
    }
    return chosen;
  }

  OpBuilder &builder;
  ArrayRef<ResolvedPhase> phases;
  const ScheduleState &state;
  SmallVector<PhaseSpan> spans;
  Value clamped;
  SmallVector<CurvePoint> points;
};

} // namespace

static FailureOr<SmallVector<ResolvedPhase>>
readPhases(ModuleOp module, ArrayRef<PhaseInterface> phases) {
  SmallVector<ResolvedPhase> resolved;
  int64_t reached = 0, index = 0;
  for (PhaseInterface phase : phases) {
    FailureOr<ResolvedPhase> one = ResolvedPhase::read(phase);
    if (failed(one))
      return failure();
    if (one->begin != reached)
      return phase.emitError("expected a phase that begins at step ")
             << reached << ", found " << one->begin;
    reached = one->end;
    one->index = index++;
    // An empty phase has no step to give a value to, unless it gains some.
    if (one->begin < one->end || one->reaction.stretches)
      resolved.push_back(*one);
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

FailureOr<func::FuncOp> dsc::lowerSchedule(ModuleOp module, StringRef name,
                                           ArrayRef<PhaseInterface> phases,
                                           const TrackStarts &starts,
                                           const ScheduleReactions &reactions) {
  FailureOr<SmallVector<ResolvedPhase>> resolved = readPhases(module, phases);
  if (failed(resolved))
    return failure();
  SmallVector<StringRef> names = namedTracks(*resolved);
  StateLayout layout(*resolved, reactions, names);

  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Location> locations;
  for (const ResolvedPhase &phase : *resolved)
    locations.push_back(phase.getLoc());
  Location loc = builder.getFusedLoc(locations);
  auto emitTracks = [&](OpBuilder &at, Value step, const StateValues &values) {
    ScheduleState state(*resolved, reactions, values);
    ScheduleEmitter emitter(at, loc, step, *resolved, state);
    SmallVector<Value> results;
    for (StringRef track : names)
      results.push_back(emitter.emit(
          track, track == "momentum" ? starts.momentum : starts.weightDecay));
    if (llvm::any_of(*resolved, [](const ResolvedPhase &phase) {
          return phase.reaction.until.has_value();
        }))
      results.push_back(emitter.emitPhase());
    return results;
  };

  SmallVector<Type> arguments{builder.getI64Type()};
  arguments.append(layout.size(), builder.getF64Type());
  auto function = func::FuncOp::create(builder, loc, name,
                                       builder.getFunctionType(arguments, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  Value step = function.getArgument(0);
  StateValues values(layout, function.getArguments().drop_front());
  SmallVector<Value> results = emitTracks(builder, step, values);
  Scalar s(builder, loc);
  ScheduleState state(*resolved, reactions, values);
  results.front() = state.backOff(s, step, state.reduce(s, results.front()));
  func::ReturnOp::create(builder, loc, results);
  if (!layout.empty())
    addObserve(module, loc, layout, names, *resolved, reactions, emitTracks);
  if (results.size() > names.size())
    names.push_back(kPhaseTrack);
  SmallVector<Type> types(results.size(), builder.getF64Type());
  function.setFunctionType(builder.getFunctionType(arguments, types));
  function->setAttr(tracksAttributeName, builder.getStrArrayAttr(names));
  return function;
}
