//===- LowerSchedule.cpp - phases become one function ---------------------===//

#include "compiler/Transforms/Schedule/LowerSchedule.h"

#include "compiler/Transforms/Schedule/Modifiers.h"
#include "compiler/Transforms/Schedule/Observe.h"
#include "compiler/Transforms/Schedule/ScheduleEmitter.h"

using namespace mlir;
using namespace dsc;

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
  void lowerObserve(ModuleOp module, Location loc, const StateLayout &layout);

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
  auto all = PhaseList::read(module, listed, extras.repeats);
  if (failed(all))
    return failure();
  main = std::move(*all);
  for (const PhaseFactor &factor : extras.factors) {
    auto own = PhaseList::read(module, factor.phases, extras.repeats);
    if (failed(own))
      return failure();
    factors.push_back(std::move(*own));
  }
  names = namedTracks(main.phases);
  return success();
}

/// All tracks, the LR with everything but what reactions make of it, then the
/// position.
SmallVector<Value> ScheduleLowering::emit(Scalar &s, Value step,
                                          const StateValues &values) {
  ScheduleState state(main.phases, extras.reactions, values);
  ScheduleEmitter emitter(s, step, main, state);
  SmallVector<Value> results{emitter.emitRate()};
  for (const PhaseList &factor : factors) {
    ScheduleState none(factor.phases, extras.reactions, values);
    ScheduleEmitter other(s, step, factor, none);
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
  ScheduleEmitter emitter(s, step, main, state);
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
    lowerObserve(module, loc, layout);
  return function;
}

void ScheduleLowering::lowerObserve(ModuleOp module, Location loc,
                                    const StateLayout &layout) {
  addObserve(module, loc, layout, names, main.phases, extras.reactions,
             {[&](Scalar &s, Value step, const StateValues &state) {
                return emit(s, step, state).front();
              },
              [&](Scalar &s, Value step, const StateValues &state) {
                return emitBare(s, step, state);
              }});
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
