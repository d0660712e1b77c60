//===- LowerSchedule.cpp - phases become one function ---------------------===//

#include "compiler/Transforms/Schedule/LowerSchedule.h"

#include "compiler/Transforms/Schedule/Modifiers.h"
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

namespace {

/// Emits tracks over all phases.
class ScheduleEmitter {
public:
  ScheduleEmitter(OpBuilder &builder, Location loc, Value step,
                  ArrayRef<ResolvedPhase> phases, int64_t total)
      : builder(builder), loc(loc), phases(phases) {
    Scalar s(builder, loc);
    Value first = s.i64(0), last = s.i64(total - 1);
    Value notEarly =
        s.select(s.compare(IntegerPredicate::slt, step, first), first, step);
    clamped = s.select(s.compare(IntegerPredicate::sgt, notEarly, last), last,
                       notEarly);
  }

  /// A phase without the track holds the end of the phase that had it last.
  Value emit(double start, TrackOf trackOf, bool isRate = false) {
    SmallVector<Value> values;
    double held = start;
    for (const ResolvedPhase &phase : phases) {
      Scalar s(builder, phase.getLoc());
      if (phase.repeat) {
        values.push_back(
            emitRepeat(s, *phase.repeat, clamped, trackOf, isRate, held));
        continue;
      }
      Value index = s.subI(clamped, s.i64(phase.begin));
      TrackEnds ends = trackOf(phase).value_or(TrackEnds{held, held});
      values.push_back(emitPhase(s, phase, clamped, index, ends, isRate));
      held = getFinish(phase, ends);
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

  Value emitRate() {
    return emit(0, [](const ResolvedPhase &p) { return p.lr; }, true);
  }

  /// The step of the schedule that is nearest to the function's argument.
  Value getStep() const { return clamped; }

private:
  OpBuilder &builder;
  Location loc;
  ArrayRef<ResolvedPhase> phases;
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
      if (one.begin < one.end) // an empty phase has no step to give a value to
        resolved.push_back(one);
    }
  }
  if (resolved.empty())
    return module.emitError("expected a schedule of at least one step");
  return resolved;
}

/// The learning rate times what a factor comes to.
static LogicalResult multiply(ModuleOp module, Scalar &s, Value step,
                              const PhaseFactor &factor,
                              const ScheduleExtras &extras, Value &lr) {
  int64_t total;
  auto phases = readPhases(module, factor.phases, extras.repeats, total);
  if (failed(phases))
    return failure();
  ScheduleEmitter emitter(s.getBuilder(), s.getLoc(), step, *phases, total);
  lr = s.mul(lr, emitter.emitRate());
  return success();
}

FailureOr<func::FuncOp> dsc::lowerSchedule(ModuleOp module, StringRef name,
                                           ArrayRef<PhaseInterface> phases,
                                           const TrackStarts &starts,
                                           ArrayRef<Type> state,
                                           const ScheduleExtras &extras) {
  int64_t total;
  auto resolved = readPhases(module, phases, extras.repeats, total);
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

  ScheduleEmitter emitter(builder, loc, function.getArgument(0), *resolved,
                          total);
  SmallVector<StringRef> names{"lr"};
  SmallVector<Value> results{emitter.emitRate()};
  Scalar s(builder, loc);
  for (const PhaseFactor &factor : extras.factors)
    if (failed(multiply(module, s, function.getArgument(0), factor, extras,
                        results.front())))
      return failure();
  if (extras.schedule)
    results.front() =
        emitModified(s, extras.schedule, emitter.getStep(), results.front());
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
