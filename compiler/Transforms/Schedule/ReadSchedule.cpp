//===- ReadSchedule.cpp - resolved phases in order ------------------------===//

#include "compiler/Transforms/Schedule/ReadSchedule.h"

#include "compiler/Transforms/Schedule/Repeat.h"
#include "dialect/Dsc/PhaseValues.h"

using namespace mlir;
using namespace dsc;

//===----------------------------------------------------------------------===//
// A phase
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

static LogicalResult readTracks(Operation *op, ResolvedPhase &resolved) {
  auto tracks = op->getAttrOfType<DictionaryAttr>("tracks");
  auto trackNamed = [&](StringRef name) {
    return tracks ? tracks.get(name) : Attribute();
  };
  if (failed(
          readTrack(op, "momentum", trackNamed("momentum"), resolved.momentum)))
    return failure();
  return readTrack(op, "weight_decay", trackNamed("weight_decay"),
                   resolved.weightDecay);
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
  if (failed(readTracks(op, resolved)))
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
// All phases
//===----------------------------------------------------------------------===//

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

FailureOr<PhaseList> PhaseList::read(ModuleOp module,
                                     ArrayRef<PhaseInterface> phases,
                                     ArrayRef<RepeatOp> repeats) {
  PhaseList list;
  int64_t &reached = list.total;
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
        list.phases.push_back(one);
    }
  }
  if (list.phases.empty() || reached == 0)
    return module.emitError("expected a schedule of at least one step");
  return list;
}
