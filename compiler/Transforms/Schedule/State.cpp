//===- State.cpp - slots, and what @tracks makes of them ------------------===//

#include "compiler/Transforms/Schedule/State.h"

#include <limits>

using namespace mlir;
using namespace dsc;

using FloatPredicate = arith::CmpFPredicate;
using IntegerPredicate = arith::CmpIPredicate;

//===----------------------------------------------------------------------===//
// Slots
//===----------------------------------------------------------------------===//

StringRef dsc::evaluationOf(StringRef metric) {
  constexpr StringLiteral tail = "loss";
  bool isEvaluation = metric.starts_with("eval/") && metric.ends_with("/loss");
  return isEvaluation ? metric.drop_back(tail.size()) : StringRef();
}

std::string dsc::untilSlots(const ResolvedPhase &phase) {
  return ("until/" + phase.reaction.name + "/").str();
}

int64_t StateLayout::find(const Twine &name) const {
  std::string text = name.str();
  auto found = llvm::find(names, text);
  return found == names.end() ? -1 : found - names.begin();
}

void StateLayout::add(const Twine &name) {
  if (find(name) < 0)
    names.push_back(name.str());
}

void StateLayout::addMetric(StringRef metric) {
  if (StringRef evaluation = evaluationOf(metric); !evaluation.empty()) {
    for (StringRef slot : {"loss", "count", "seen"})
      add(evaluation + slot);
    return;
  }
  if (metric == "grad_norm")
    return; // comes with every step
  add("loss");
  if (metric == "loss_ema") {
    add("loss_ema/sum");
    add("loss_ema/weight");
  }
}

void StateLayout::addDecision(const std::string &prefix) {
  add(prefix + "count");
  add(prefix + "value");
}

StateLayout::StateLayout(ArrayRef<ResolvedPhase> phases,
                         const ScheduleReactions &reactions,
                         ArrayRef<StringRef> tracks) {
  for (const ResolvedPhase &phase : phases)
    if (phase.reaction.until)
      addMetric(phase.reaction.until->metric);
  if (reactions.spike)
    addMetric(reactions.spike->metric);
  if (reactions.plateau)
    addMetric(reactions.plateau->watch.metric);

  for (const ResolvedPhase &phase : phases) {
    if (!phase.reaction.until)
      continue;
    std::string prefix = untilSlots(phase);
    addDecision(prefix);
    for (StringRef slot : {"best", "bad", "seen", "gain"})
      add(prefix + slot);
    for (StringRef track : tracks)
      if (phase.moves(track))
        add(prefix + track);
  }
  if (reactions.spike) {
    addDecision("on_spike/");
    for (StringRef slot : {"sum", "weight", "above", "step", "scale"})
      add("on_spike/" + slot);
  }
  if (reactions.plateau) {
    addDecision("reduce_on_plateau/");
    for (StringRef slot : {"best", "bad", "seen", "cooldown", "lr", "base"})
      add("reduce_on_plateau/" + slot);
  }
}

//===----------------------------------------------------------------------===//
// Where phases lie
//===----------------------------------------------------------------------===//

SmallVector<AdaptedSpan> ScheduleState::spans(OpBuilder &builder) const {
  SmallVector<AdaptedSpan> spans;
  Value shift;
  for (const ResolvedPhase &phase : phases) {
    Scalar s(builder, phase.getLoc());
    AdaptedSpan span{shift, {}, {}, {}};
    if (shift && phase.reaction.stretches) {
      // At least 1, so that no kind divides by 0 where nothing was gained.
      Value steps = s.addI(s.i64(phase.end - phase.begin), shift);
      Value none = s.compare(IntegerPredicate::slt, steps, s.i64(1));
      span.steps = s.select(none, s.i64(1), steps);
      shift = {};
    } else if (shift) {
      span.end = s.subI(s.i64(phase.end), shift);
    }
    span.uncut = span.end;
    if (phase.reaction.until) {
      Value gain =
          s.toI64(values.get(untilSlots(phase) + "gain"), 0, phase.end);
      span.uncut = span.end ? span.end : s.i64(phase.end);
      span.end = s.subI(span.uncut, gain);
      shift = shift ? s.addI(shift, gain) : gain;
    }
    spans.push_back(span);
  }
  return spans;
}

Value ScheduleState::leave(Scalar &s, size_t index, StringRef track,
                           Value planned) const {
  const ResolvedPhase &phase = phases[index];
  if (!phase.reaction.until || !phase.moves(track))
    return {};
  std::string prefix = untilSlots(phase);
  Value ended =
      s.compare(FloatPredicate::OGT, values.get(prefix + "gain"), s.f64(0));
  return s.select(ended, values.get(prefix + track), planned);
}

//===----------------------------------------------------------------------===//
// What scales the LR
//===----------------------------------------------------------------------===//

/// `lr` and `base` are what the last reduction made of what. Over a constant
/// schedule the LR is `lr` to the bit; `lr / base` is at most 1, so that
/// nothing can overflow.
Value ScheduleState::reduce(Scalar &s, Value lr) const {
  if (!reactions.plateau)
    return lr;
  Value reduced = values.get("reduce_on_plateau/lr");
  Value base = values.get("reduce_on_plateau/base");
  Value isReduced = s.compare(FloatPredicate::OGT,
                              values.get("reduce_on_plateau/count"), s.f64(0));
  Value unchanged = s.compare(FloatPredicate::OEQ, lr, base);
  Value divisor = s.select(isReduced, base, s.f64(1));
  Value scaled =
      s.select(unchanged, reduced, s.mul(lr, s.div(reduced, divisor)));
  return s.select(isReduced, scaled, lr);
}

Value ScheduleState::backOff(Scalar &s, Value step, Value lr) const {
  if (!reactions.spike)
    return lr;
  Value at = values.get("on_spike/step");
  Value backedOff =
      s.compare(FloatPredicate::OGT, values.get("on_spike/count"), s.f64(0));
  Value factor = emitRecovery(s, step, at, values.get("on_spike/scale"),
                              reactions.spike->recover);
  return s.select(backedOff, s.mul(lr, factor), lr);
}

Value dsc::emitRecovery(Scalar &s, Value step, Value at, Value scale,
                        int64_t recover) {
  Value whole = s.i64(recover), zero = s.i64(0);
  Value since =
      s.subI(step, s.toI64(at, 0, std::numeric_limits<int64_t>::max() / 4));
  Value early = s.compare(IntegerPredicate::slt, since, zero);
  Value notEarly = s.select(early, zero, since);
  Value over = s.compare(IntegerPredicate::sgt, notEarly, whole);
  Value done = s.select(over, whole, notEarly);
  Value left = s.div(s.toF64(s.subI(whole, done)), s.toF64(whole));
  Value risen = s.div(s.toF64(done), s.toF64(whole));
  return s.fma(scale, left, risen);
}
