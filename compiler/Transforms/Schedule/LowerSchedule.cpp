//===- LowerSchedule.cpp - phases become one function ---------------------===//

#include "compiler/Transforms/Schedule/LowerSchedule.h"

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
                         {}};
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

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

/// The fraction of the phase at which a step lies, as two integers.
static CurvePoint emitPoint(Scalar &s, const ResolvedPhase &phase, Value step) {
  int64_t steps = phase.end - phase.begin;
  bool closes = phase.inclusive == "right";
  Value index = s.subI(step, s.i64(phase.begin));
  Value next = s.addI(index, s.i64(1));
  if (phase.inclusive == "left")
    return {index, s.i64(steps), {}, {}, steps, closes};
  if (phase.inclusive == "neither")
    return {next, s.i64(steps + 1), {}, {}, steps, closes};
  if (phase.inclusive == "both" && steps > 1)
    return {index, s.i64(steps - 1), {}, {}, steps, closes};
  if (phase.inclusive == "both")
    return {s.i64(1), s.i64(1), {}, {}, steps, closes};
  return {next, s.i64(steps), {}, {}, steps, closes};
}

/// Equal ends are folded here: no curve may disturb a value that stands still.
static Value emitTrack(Scalar &s, const ResolvedPhase &phase, CurvePoint point,
                       TrackEnds ends) {
  if (ends.from == ends.to && !ends.ownFinish)
    return s.f64(ends.from);
  point.from = s.f64(ends.from);
  point.to = s.f64(ends.to);
  PhaseInterface op = phase.op;
  return op.emitCurve(s, point);
}

/// What a track holds after the phase.
static double finishOf(const ResolvedPhase &phase, TrackEnds ends) {
  if (ends.from == ends.to)
    return ends.to;
  return *getCurveEnd(phase.op, CurveEnd::finish, phase.end - phase.begin,
                      ends.from, ends.to);
}

namespace {
using TrackOf =
    llvm::function_ref<std::optional<TrackEnds>(const ResolvedPhase &)>;

/// Emits tracks over all phases.
class ScheduleEmitter {
public:
  ScheduleEmitter(OpBuilder &builder, Location loc, Value step,
                  ArrayRef<ResolvedPhase> phases)
      : builder(builder), loc(loc), phases(phases) {
    Scalar s(builder, loc);
    Value first = s.i64(0), last = s.i64(phases.back().end - 1);
    Value notEarly =
        s.select(s.compare(IntegerPredicate::slt, step, first), first, step);
    clamped = s.select(s.compare(IntegerPredicate::sgt, notEarly, last), last,
                       notEarly);
    for (const ResolvedPhase &phase : phases) {
      Scalar own(builder, phase.getLoc());
      points.push_back(emitPoint(own, phase, clamped));
    }
  }

  /// A phase without the track holds the end of the phase that had it last.
  Value emit(double start, TrackOf trackOf) {
    SmallVector<Value> values;
    double held = start;
    for (auto [phase, point] : llvm::zip(phases, points)) {
      Scalar s(builder, phase.getLoc());
      TrackEnds ends = trackOf(phase).value_or(TrackEnds{held, held});
      values.push_back(emitTrack(s, phase, point, ends));
      held = finishOf(phase, ends);
    }
    Value chosen = values.back();
    for (size_t i = phases.size() - 1; i-- > 0;) {
      Scalar s(builder, phases[i].getLoc());
      Value inOrBefore =
          s.compare(IntegerPredicate::slt, clamped, s.i64(phases[i].end));
      chosen = s.select(inOrBefore, values[i], chosen);
    }
    return chosen;
  }

private:
  OpBuilder &builder;
  Location loc;
  ArrayRef<ResolvedPhase> phases;
  Value clamped;
  SmallVector<CurvePoint> points;
};
} // namespace

static FailureOr<SmallVector<ResolvedPhase>>
readPhases(ModuleOp module, ArrayRef<PhaseInterface> phases) {
  SmallVector<ResolvedPhase> resolved;
  int64_t reached = 0;
  for (PhaseInterface phase : phases) {
    FailureOr<ResolvedPhase> one = ResolvedPhase::read(phase);
    if (failed(one))
      return failure();
    if (one->begin != reached)
      return phase.emitError("expected a phase that begins at step ")
             << reached << ", found " << one->begin;
    reached = one->end;
    if (one->begin < one->end) // an empty phase has no step to give a value to
      resolved.push_back(*one);
  }
  if (resolved.empty())
    return module.emitError("expected a schedule of at least one step");
  return resolved;
}

FailureOr<func::FuncOp> dsc::lowerSchedule(ModuleOp module, StringRef name,
                                           ArrayRef<PhaseInterface> phases,
                                           const TrackStarts &starts,
                                           ArrayRef<Type> state) {
  FailureOr<SmallVector<ResolvedPhase>> resolved = readPhases(module, phases);
  if (failed(resolved))
    return failure();

  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Location> locations;
  for (const ResolvedPhase &phase : *resolved)
    locations.push_back(phase.getLoc());
  Location loc = builder.getFusedLoc(locations);
  SmallVector<Type> arguments{builder.getI64Type()};
  llvm::append_range(arguments, state);
  auto function = func::FuncOp::create(builder, loc, name,
                                       builder.getFunctionType(arguments, {}));
  builder.setInsertionPointToStart(function.addEntryBlock());

  ScheduleEmitter emitter(builder, loc, function.getArgument(0), *resolved);
  SmallVector<StringRef> names{"lr"};
  SmallVector<Value> results{
      emitter.emit(0, [](const ResolvedPhase &p) { return p.lr; })};
  auto emitNamed = [&](StringRef track, double start, TrackOf trackOf) {
    auto hasIt = [&](const ResolvedPhase &p) { return trackOf(p).has_value(); };
    if (!llvm::any_of(*resolved, hasIt))
      return;
    names.push_back(track);
    results.push_back(emitter.emit(start, trackOf));
  };
  emitNamed("momentum", starts.momentum,
            [](const ResolvedPhase &p) { return p.momentum; });
  emitNamed("weight_decay", starts.weightDecay,
            [](const ResolvedPhase &p) { return p.weightDecay; });

  func::ReturnOp::create(builder, loc, results);
  SmallVector<Type> types(results.size(), builder.getF64Type());
  function.setFunctionType(builder.getFunctionType(arguments, types));
  function->setAttr(tracksAttributeName, builder.getStrArrayAttr(names));
  return function;
}
