//===- Repeat.cpp - cycles of phases --------------------------------------===//

#include "compiler/Transforms/Schedule/Repeat.h"

#include "compiler/Transforms/Schedule/Modifiers.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace dsc;

using IntegerPredicate = arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// The phases of `repeat` where they stand at the head of `list`, else none.
static ArrayRef<PhaseInterface> takeCycle(ArrayRef<PhaseInterface> list,
                                          RepeatOp repeat) {
  ArrayAttr names = repeat.getPhasesAttr();
  if (!names || names.empty() || list.size() < names.size())
    return {};
  for (auto [phase, name] : llvm::zip(list, names))
    if (phase->getAttr("name") != name)
      return {};
  return list.take_front(names.size());
}

std::string dsc::labelOf(Operation *table) {
  if (auto name = table->getAttrOfType<StringAttr>("name"))
    return name.str();
  auto repeat = dyn_cast<RepeatOp>(table);
  if (!repeat || !repeat.getPhasesAttr())
    return "";
  auto names = repeat.getPhasesAttr().getAsRange<StringAttr>();
  return llvm::join(
      llvm::map_range(names, [](StringAttr name) { return name.str(); }), ", ");
}

SmallVector<PhaseGroup> dsc::groupPhases(ArrayRef<PhaseInterface> list,
                                         ArrayRef<RepeatOp> repeats) {
  SmallVector<PhaseGroup> groups;
  while (!list.empty()) {
    PhaseGroup group{{list.front()}};
    for (RepeatOp repeat : repeats)
      if (ArrayRef<PhaseInterface> cycle = takeCycle(list, repeat);
          !cycle.empty())
        group = {llvm::to_vector(cycle), repeat};
    list = list.drop_front(group.phases.size());
    groups.push_back(std::move(group));
  }
  return groups;
}

FailureOr<ResolvedRepeat> ResolvedRepeat::read(RepeatOp repeat) {
  if (!repeat.getBegin() || !repeat.getEnd() || repeat.getCycles().empty())
    return repeat.emitError("expected a resolved repetition: its steps or its "
                            "cycles are not known");
  ResolvedRepeat resolved{repeat,
                          int64_t(*repeat.getBegin()),
                          int64_t(*repeat.getEnd()),
                          int64_t(repeat.getPeriod().value_or(0)),
                          {}};
  for (Region &cycle : repeat.getCycles()) {
    resolved.cycles.emplace_back();
    for (auto phase : cycle.getOps<PhaseInterface>()) {
      FailureOr<ResolvedPhase> one = ResolvedPhase::read(phase);
      if (failed(one))
        return failure();
      resolved.cycles.back().push_back(*one);
    }
  }
  return resolved;
}

//===----------------------------------------------------------------------===//
// Emitting
//===----------------------------------------------------------------------===//

Value dsc::emitPhase(Scalar &s, const ResolvedPhase &phase, Value step,
                     Value index, TrackEnds ends, bool isRate,
                     Adapted adapted) {
  CurvePoint point = emitPoint(s, phase, index, adapted.steps);
  Value value = emitTrack(s, phase, point, ends, adapted.from);
  return isRate ? emitModified(s, phase.op, step, value) : value;
}

/// The ends of a track in each phase of a cycle, and what is held after it.
static SmallVector<TrackEnds> walkCycle(ArrayRef<ResolvedPhase> cycle,
                                        TrackOf trackOf, double &held) {
  SmallVector<TrackEnds> all;
  for (const ResolvedPhase &phase : cycle) {
    all.push_back(trackOf(phase).value_or(TrackEnds{held, held}));
    held = getFinish(phase, all.back());
  }
  return all;
}

static bool isSame(TrackEnds a, TrackEnds b) {
  return a.from == b.from && a.to == b.to;
}

Value dsc::emitRepeat(Scalar &s, const ResolvedRepeat &repeat, Value step,
                      TrackOf trackOf, bool isRate, double &held) {
  const auto &first = repeat.cycles.front(), &later = repeat.cycles.back();
  SmallVector<TrackEnds> firstEnds = walkCycle(first, trackOf, held);
  SmallVector<TrackEnds> laterEnds = firstEnds;
  if (repeat.cycles.size() > 1)
    laterEnds = walkCycle(later, trackOf, held);

  Value since = s.subI(step, s.i64(repeat.begin));
  Value isFirst = s.compare(IntegerPredicate::slt, since, s.i64(repeat.period));
  Value local = s.remI(since, s.i64(repeat.period));
  Value chosen;
  for (size_t i = first.size(); i-- > 0;) {
    const ResolvedPhase &phase = first[i];
    if (phase.begin == phase.end)
      continue;
    Scalar own(s.getBuilder(), phase.getLoc());
    Value index = own.subI(local, own.i64(phase.begin - repeat.begin));
    Value value = emitPhase(own, later[i], step, index, laterEnds[i], isRate);
    if (!isSame(firstEnds[i], laterEnds[i]))
      value = own.select(
          isFirst, emitPhase(own, phase, step, index, firstEnds[i], isRate),
          value);
    Value isBefore = own.compare(IntegerPredicate::slt, local,
                                 own.i64(phase.end - repeat.begin));
    chosen = chosen ? own.select(isBefore, value, chosen) : value;
  }
  return chosen;
}
