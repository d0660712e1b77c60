//===- Observe.cpp - decisions of a schedule that reacts ------------------===//
//
// A step's metrics come first, so that its own loss and norm decide over its
// learning rate; an evaluation counts once, in the step after it. Everything is
// the same arithmetic as the schedule's, so every rank and every target decides
// the same.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Schedule/Observe.h"

#include <limits>

using namespace mlir;
using namespace dsc;

using FloatPredicate = arith::CmpFPredicate;
using IntegerPredicate = arith::CmpIPredicate;

/// Of the moving averages: about the last fifty observations.
static constexpr double kDecay = 0.98, kRise = 0.02;

namespace {

/// A metric in a step. `isNew` is null where every step has a new one.
struct Metric {
  Value value, isNew;
};

class ObserveEmitter {
public:
  ObserveEmitter(OpBuilder &builder, Location loc, const StateLayout &layout,
                 ArrayRef<ResolvedPhase> phases,
                 const ScheduleReactions &reactions,
                 const TrackEmitters &emitters, ValueRange arguments)
      : builder(builder), s(builder, loc), layout(layout), phases(phases),
        reactions(reactions), emitters(emitters), step(arguments[0]),
        norm(arguments[1]), old(layout, arguments.drop_front(2)), next(old) {}

  ArrayRef<Value> emit(ArrayRef<StringRef> tracks) {
    noteMetrics();
    endPhases(tracks);
    if (reactions.plateau)
      reducePlateau(*reactions.plateau);
    if (reactions.spike)
      watchSpikes(*reactions.spike);
    return next.getAll();
  }

private:
  Value both(Value a, Value b) { return s.select(a, b, a); }
  Value either(Value a, Value b) { return s.select(a, a, b); }
  Value isPositive(Value a) {
    return s.compare(FloatPredicate::OGT, a, s.f64(0));
  }
  Value countUp(Value count) { return s.add(count, s.f64(1)); }

  /// Sets a slot where `condition` holds, which may be null for always.
  void setWhere(Value condition, const Twine &slot, Value value) {
    next.set(slot,
             condition ? s.select(condition, value, next.get(slot)) : value);
  }

  void noteMetrics();
  Metric metric(StringRef name);
  Value noteBetter(const Watch &watch, const std::string &prefix,
                   const Metric &metric, Value counts);
  void endPhases(ArrayRef<StringRef> tracks);
  void endPhase(const ResolvedPhase &phase, const AdaptedSpan &span,
                ArrayRef<StringRef> tracks, ArrayRef<Value> before);
  void reducePlateau(const PlateauReaction &plateau);
  void watchSpikes(const SpikeReaction &spike);
  void noteDecision(Value decided, const std::string &prefix, Value value);

  OpBuilder &builder;
  Scalar s;
  const StateLayout &layout;
  ArrayRef<ResolvedPhase> phases;
  const ScheduleReactions &reactions;
  const TrackEmitters &emitters;
  Value step, norm;
  StateValues old, next;
};

} // namespace

//===----------------------------------------------------------------------===//
// Metrics
//===----------------------------------------------------------------------===//

void ObserveEmitter::noteMetrics() {
  // Each evaluation is new once, whether a phase waits for it or not.
  for (const std::string &slot : layout.getNames()) {
    StringRef name = slot;
    if (name.starts_with("eval/") && name.consume_back("/seen"))
      next.set(slot, old.get(name + "/count"));
  }
  if (layout.find("loss_ema/sum") < 0)
    return;
  Value loss = old.get("loss");
  next.set("loss_ema/sum", s.fma(s.f64(kDecay), old.get("loss_ema/sum"),
                                 s.mul(s.f64(kRise), loss)));
  next.set("loss_ema/weight",
           s.fma(s.f64(kDecay), old.get("loss_ema/weight"), s.f64(kRise)));
}

Metric ObserveEmitter::metric(StringRef name) {
  if (name == "grad_norm")
    return {norm, {}};
  if (name == "loss")
    return {old.get("loss"), {}};
  if (name == "loss_ema") // without the bias towards its start at 0
    return {s.div(next.get("loss_ema/sum"), next.get("loss_ema/weight")), {}};
  StringRef evaluation = evaluationOf(name);
  Value isNew = s.compare(FloatPredicate::ONE, old.get(evaluation + "count"),
                          old.get(evaluation + "seen"));
  return {old.get(evaluation + "loss"), isNew};
}

/// Keeps the best value and how many observations brought no better one.
/// Returns the latter. A value that is not a number is no better than any.
Value ObserveEmitter::noteBetter(const Watch &watch, const std::string &prefix,
                                 const Metric &metric, Value counts) {
  Value best = old.get(prefix + "best");
  double sign = watch.maximum ? 1 : -1;
  Value limit = watch.relative ? s.mul(best, s.f64(1 + sign * watch.threshold))
                               : s.add(best, s.f64(sign * watch.threshold));
  Value worst = s.f64(-sign * std::numeric_limits<double>::infinity());
  limit = s.select(isPositive(old.get(prefix + "seen")), limit, worst);
  Value better =
      s.compare(watch.maximum ? FloatPredicate::OGT : FloatPredicate::OLT,
                metric.value, limit);
  Value bad = s.select(better, s.f64(0), countUp(old.get(prefix + "bad")));
  Value isBest = counts ? both(counts, better) : better;
  setWhere(isBest, prefix + "best", metric.value);
  setWhere(isBest, prefix + "seen", s.f64(1));
  setWhere(counts, prefix + "bad", bad);
  return bad;
}

void ObserveEmitter::noteDecision(Value decided, const std::string &prefix,
                                  Value value) {
  setWhere(decided, prefix + "count", countUp(old.get(prefix + "count")));
  setWhere(decided, prefix + "value", value);
}

//===----------------------------------------------------------------------===//
// until
//===----------------------------------------------------------------------===//

void ObserveEmitter::endPhases(ArrayRef<StringRef> tracks) {
  if (llvm::none_of(phases, [](const ResolvedPhase &phase) {
        return phase.reaction.until.has_value();
      }))
    return;
  ScheduleState state(phases, reactions, old);
  SmallVector<AdaptedSpan> spans = state.spans(builder);
  SmallVector<Value> before = emitters.curves(s, s.subI(step, s.i64(1)), old);
  for (auto [phase, span] : llvm::zip(phases, spans))
    if (phase.reaction.until)
      endPhase(phase, span, tracks, before);
}

/// `before` are the tracks of the step before, with which the phase ends.
void ObserveEmitter::endPhase(const ResolvedPhase &phase,
                              const AdaptedSpan &span,
                              ArrayRef<StringRef> tracks,
                              ArrayRef<Value> before) {
  const Watch &watch = *phase.reaction.until;
  std::string prefix = untilSlots(phase);
  Metric observed = metric(watch.metric);
  Value begin = s.i64(phase.begin);
  if (span.shift)
    begin = s.subI(begin, span.shift);
  Value counts = both(s.compare(IntegerPredicate::sge, step, begin),
                      s.compare(IntegerPredicate::slt, step, span.end));
  if (observed.isNew)
    counts = both(counts, observed.isNew);
  Value bad = noteBetter(watch, prefix, observed, counts);
  Value patience = s.f64(static_cast<double>(watch.patience));
  Value ends = both(counts, s.compare(FloatPredicate::OGE, bad, patience));
  noteDecision(ends, prefix, observed.value);
  setWhere(ends, prefix + "gain", s.toF64(s.subI(span.uncut, step)));
  for (auto [track, value] : llvm::zip(tracks, before))
    if (phase.moves(track))
      setWhere(ends, prefix + track, value);
}

//===----------------------------------------------------------------------===//
// reduce_on_plateau
//===----------------------------------------------------------------------===//

/// As torch.optim.lr_scheduler.ReduceLROnPlateau.step.
void ObserveEmitter::reducePlateau(const PlateauReaction &plateau) {
  const std::string prefix = "reduce_on_plateau/";
  Metric observed = metric(plateau.watch.metric);
  Value isNew = observed.isNew, zero = s.f64(0);
  Value bad = noteBetter(plateau.watch, prefix, observed, isNew);

  Value cooldown = old.get(prefix + "cooldown");
  Value cools = isPositive(cooldown);
  cooldown = s.select(cools, s.sub(cooldown, s.f64(1)), cooldown);
  bad = s.select(cools, zero, bad);

  Value patience = s.f64(static_cast<double>(plateau.watch.patience));
  Value isOver = s.compare(FloatPredicate::OGT, bad, patience);
  bad = s.select(isOver, zero, bad);
  Value pause = s.f64(static_cast<double>(plateau.cooldown));
  setWhere(isNew, prefix + "bad", bad);
  setWhere(isNew, prefix + "cooldown", s.select(isOver, pause, cooldown));

  Value base = emitters.rate(s, step, next);
  Value lr = ScheduleState(phases, reactions, old).reduce(s, base);
  Value least = s.f64(plateau.minimum);
  Value reduced = s.maximum(s.mul(lr, s.f64(plateau.factor)), least);
  Value isWorthIt = s.compare(FloatPredicate::OGT, s.sub(lr, reduced),
                              s.f64(plateau.epsilon));
  Value decided = both(isOver, isWorthIt);
  if (isNew)
    decided = both(isNew, decided);
  noteDecision(decided, prefix, observed.value);
  setWhere(decided, prefix + "lr", reduced);
  setWhere(decided, prefix + "base", base);
}

//===----------------------------------------------------------------------===//
// on_spike
//===----------------------------------------------------------------------===//

/// What is above the limit enters the average as the limit itself, so that a
/// spike hardly raises it and a lasting rise becomes what is normal. A spike
/// that lasts is one: the metric must come down before the next.
void ObserveEmitter::watchSpikes(const SpikeReaction &spike) {
  const std::string prefix = "on_spike/";
  Metric observed = metric(spike.metric);
  Value sum = old.get(prefix + "sum"), weight = old.get(prefix + "weight");
  Value hasAverage = isPositive(weight), one = s.f64(1), zero = s.f64(0);
  Value average = s.div(sum, s.select(hasAverage, weight, one));
  Value limit = s.mul(average, s.f64(spike.ratio));
  Value isAbove = both(isPositive(average),
                       s.compare(FloatPredicate::UGT, observed.value, limit));

  // Before there is an average, only a finite value can begin one.
  Value infinity = s.f64(std::numeric_limits<double>::infinity());
  Value isFinite =
      s.compare(FloatPredicate::OLT, s.abs(observed.value), infinity);
  Value counts = either(hasAverage, isFinite);
  if (observed.isNew)
    counts = both(observed.isNew, counts);
  Value entering = s.select(isAbove, limit, observed.value);
  setWhere(counts, prefix + "sum",
           s.fma(s.f64(kDecay), sum, s.mul(s.f64(kRise), entering)));
  setWhere(counts, prefix + "weight",
           s.fma(s.f64(kDecay), weight, s.f64(kRise)));
  setWhere(counts, prefix + "above", s.select(isAbove, one, zero));

  Value wasBelow =
      s.compare(FloatPredicate::OEQ, old.get(prefix + "above"), zero);
  Value decided = both(both(counts, isAbove), wasBelow);
  // A spike within the recovery from another starts from what that left.
  Value factor = ScheduleState(phases, reactions, old).backOff(s, step, one);
  noteDecision(decided, prefix, observed.value);
  setWhere(decided, prefix + "scale", s.mul(factor, s.f64(spike.scale)));
  setWhere(decided, prefix + "step", s.toF64(step));
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

/// One entry of `dsc.reactions`.
static Attribute describeReaction(OpBuilder &builder, const StateLayout &layout,
                                  StringRef what, StringRef phase,
                                  StringRef metric, const std::string &prefix) {
  SmallVector<int64_t> slots;
  for (auto [index, name] : llvm::enumerate(layout.getNames()))
    if (StringRef(name).starts_with(prefix))
      slots.push_back(index);
  auto text = [&](StringRef value) { return builder.getStringAttr(value); };
  auto slot = [&](StringRef name) {
    return builder.getI64IntegerAttr(layout.find(prefix + name));
  };
  return builder.getDictionaryAttr(
      {builder.getNamedAttr("what", text(what)),
       builder.getNamedAttr("phase", text(phase)),
       builder.getNamedAttr("metric", text(metric)),
       builder.getNamedAttr("count", slot("count")),
       builder.getNamedAttr("value", slot("value")),
       builder.getNamedAttr("state", builder.getDenseI64ArrayAttr(slots))});
}

static ArrayAttr describeReactions(OpBuilder &builder,
                                   const StateLayout &layout,
                                   ArrayRef<ResolvedPhase> phases,
                                   const ScheduleReactions &reactions) {
  SmallVector<Attribute> list;
  for (const ResolvedPhase &phase : phases)
    if (const auto &until = phase.reaction.until)
      list.push_back(describeReaction(builder, layout, "until",
                                      phase.reaction.name, until->metric,
                                      untilSlots(phase)));
  if (reactions.plateau)
    list.push_back(describeReaction(builder, layout, "reduce_on_plateau", "",
                                    reactions.plateau->watch.metric,
                                    "reduce_on_plateau/"));
  if (reactions.spike)
    list.push_back(describeReaction(builder, layout, "on_spike", "",
                                    reactions.spike->metric, "on_spike/"));
  return builder.getArrayAttr(list);
}

func::FuncOp dsc::addObserve(ModuleOp module, Location loc,
                             const StateLayout &layout,
                             ArrayRef<StringRef> tracks,
                             ArrayRef<ResolvedPhase> phases,
                             const ScheduleReactions &reactions,
                             const TrackEmitters &emitters) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  SmallVector<Type> state(layout.size(), builder.getF64Type());
  SmallVector<Type> arguments{builder.getI64Type(), builder.getF64Type()};
  llvm::append_range(arguments, state);
  auto function =
      func::FuncOp::create(builder, loc, kObserveFunction,
                           builder.getFunctionType(arguments, state));
  builder.setInsertionPointToStart(function.addEntryBlock());
  ObserveEmitter emitter(builder, loc, layout, phases, reactions, emitters,
                         function.getArguments());
  func::ReturnOp::create(builder, loc, emitter.emit(tracks));
  SmallVector<StringRef> names(layout.getNames().begin(),
                               layout.getNames().end());
  function->setAttr(stateAttributeName, builder.getStrArrayAttr(names));
  function->setAttr(reactionsAttributeName,
                    describeReactions(builder, layout, phases, reactions));
  return function;
}
