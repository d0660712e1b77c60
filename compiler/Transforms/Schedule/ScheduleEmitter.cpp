//===- ScheduleEmitter.cpp - the tracks of a list of phases ---------------===//

#include "compiler/Transforms/Schedule/ScheduleEmitter.h"

#include "compiler/Transforms/Schedule/Repeat.h"

using namespace mlir;
using namespace dsc;

using IntegerPredicate = arith::CmpIPredicate;

ScheduleEmitter::ScheduleEmitter(Scalar &s, Value step, const PhaseList &list,
                                 const ScheduleState &state)
    : builder(s.getBuilder()), phases(list.phases), state(state),
      spans(state.spans(builder)) {
  Value first = s.i64(0), last = s.i64(list.total - 1);
  Value notEarly =
      s.select(s.compare(IntegerPredicate::slt, step, first), first, step);
  clamped = s.select(s.compare(IntegerPredicate::sgt, notEarly, last), last,
                     notEarly);
}

/// Whether a track of a phase starts where the one before it ended.
static bool startsWhere(const ResolvedPhase &phase, StringRef track,
                        bool named) {
  return !named || phase.reaction.followsOn(track);
}

Value ScheduleEmitter::emit(StringRef track, double start, bool modified) {
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

Value ScheduleEmitter::emitPosition() {
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

/// Where the step would lie if nothing had ended early. Where the phases now
/// end before the run does, the last one's last step is held.
Value ScheduleEmitter::positionOf(Scalar &s, size_t i) {
  const AdaptedSpan &span = spans[i];
  if (!span.shift)
    return clamped;
  Value step = clamped;
  if (i + 1 == phases.size() && !phases[i].reaction.stretches)
    step = s.select(s.compare(IntegerPredicate::slt, clamped, span.end),
                    clamped, s.subI(span.end, s.i64(1)));
  return s.addI(step, span.shift);
}

Value ScheduleEmitter::emitOne(Scalar &s, size_t i, StringRef track,
                               TrackEnds ends, Value held, Value moved,
                               bool modified) {
  const ResolvedPhase &phase = phases[i];
  if (held) // the phase says nothing of the track
    return held;
  Adapted adapted{spans[i].steps,
                  startsWhere(phase, track, true) ? moved : Value()};
  Value index = s.subI(positionOf(s, i), s.i64(phase.begin));
  return emitPhase(s, phase, clamped, index, ends, modified, adapted);
}

Value ScheduleEmitter::choose(ArrayRef<Value> values) {
  Value chosen = values.back();
  for (size_t i = phases.size() - 1; i-- > 0;) {
    Scalar s(builder, phases[i].getLoc());
    Value end = spans[i].end ? spans[i].end : s.i64(phases[i].end);
    Value inOrBefore = s.compare(IntegerPredicate::slt, clamped, end);
    chosen = s.select(inOrBefore, values[i], chosen);
  }
  return chosen;
}
