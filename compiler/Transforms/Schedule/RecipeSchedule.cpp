//===- RecipeSchedule.cpp -------------------------------------------------===//

#include "compiler/Transforms/Schedule/RecipeSchedule.h"

using namespace mlir;
using namespace dsc;

llvm::SmallVector<PhaseInterface> dsc::listPhases(RecipeOp recipe) {
  return llvm::to_vector(recipe.getOps<PhaseInterface>());
}

/// A recipe may have no optimizer while only its schedule is looked at.
static TrackStarts readTrackStarts(RecipeOp recipe) {
  TrackStarts starts;
  for (auto optimizer : recipe.getOps<OptimizerInterface>()) {
    starts.momentum = optimizer.getMomentum().value_or(0);
    if (auto decay = optimizer->getAttrOfType<FloatAttr>("weight_decay"))
      starts.weightDecay = decay.getValueAsDouble();
  }
  return starts;
}

/// The schedule that is one definition in place of phases; null where it is of
/// phases.
static ScheduleKindInterface findKind(RecipeOp recipe) {
  auto kinds = recipe.getOps<ScheduleKindInterface>();
  return kinds.empty() ? ScheduleKindInterface() : *kinds.begin();
}

static std::vector<SchedulePart> listKindParts(ScheduleKindInterface kind,
                                               int64_t steps) {
  std::vector<SchedulePart> parts;
  for (const ScheduleSpan &span : kind.listSpans()) {
    if (span.begin >= steps)
      break;
    if (!parts.empty())
      parts.back().end = span.begin;
    parts.push_back({span.name, kind.getKindName().str(), span.begin, steps});
  }
  return parts;
}

llvm::FailureOr<std::vector<SchedulePart>> dsc::listParts(RecipeOp recipe) {
  if (ScheduleKindInterface kind = findKind(recipe)) {
    auto trains = recipe.getOps<TrainOp>();
    return listKindParts(kind, (*trains.begin()).getSteps().value_or(0));
  }
  std::vector<SchedulePart> parts;
  for (PhaseInterface phase : listPhases(recipe)) {
    auto resolved = ResolvedPhase::read(phase);
    if (failed(resolved))
      return failure();
    auto name = phase->getAttrOfType<StringAttr>("name");
    parts.push_back({name.str(), phase->getName().stripDialect().str(),
                     resolved->begin, resolved->end});
  }
  return parts;
}

/// @tracks of one definition, with no end of its own.
static func::FuncOp lowerKind(ScheduleKindInterface kind, ModuleOp module) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Location loc = kind.getLoc();
  auto function =
      func::FuncOp::create(builder, loc, kTracksFunction,
                           builder.getFunctionType(builder.getI64Type(), {}));
  builder.setInsertionPointToStart(function.addEntryBlock());
  Scalar s(builder, loc);
  Value step = function.getArgument(0), first = s.i64(0);
  Value notEarly =
      s.select(s.compare(arith::CmpIPredicate::slt, step, first), first, step);
  ScheduleTracks tracks = kind.emitTracks(s, notEarly);
  SmallVector<StringRef> names{"lr"};
  SmallVector<Value> results{tracks.lr};
  if (tracks.momentum) {
    names.push_back("momentum");
    results.push_back(tracks.momentum);
  }
  func::ReturnOp::create(builder, loc, results);
  SmallVector<Type> types(results.size(), builder.getF64Type());
  function.setFunctionType(
      builder.getFunctionType(builder.getI64Type(), types));
  function->setAttr(tracksAttributeName, builder.getStrArrayAttr(names));
  return function;
}

llvm::FailureOr<func::FuncOp> dsc::lowerRecipeSchedule(RecipeOp recipe,
                                                       ModuleOp module) {
  if (ScheduleKindInterface kind = findKind(recipe))
    return lowerKind(kind, module);
  return lowerSchedule(module, kTracksFunction, listPhases(recipe),
                       readTrackStarts(recipe));
}
