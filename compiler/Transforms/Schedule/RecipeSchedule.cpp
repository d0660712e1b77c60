//===- RecipeSchedule.cpp - the schedule of a whole recipe ----------------===//

#include "compiler/Transforms/Schedule/RecipeSchedule.h"

#include "compiler/Transforms/Schedule/KindSchedule.h"
#include "compiler/Transforms/Schedule/Repeat.h"

using namespace mlir;
using namespace dsc;

/// Named in plans and logs one by one; of more the repetition itself is named.
static constexpr int64_t mostNamedPhases = 1000;

llvm::SmallVector<PhaseInterface> dsc::listPhases(RecipeOp recipe) {
  return llvm::filter_to_vector(
      recipe.getOps<PhaseInterface>(),
      [](PhaseInterface phase) { return !phase->hasAttr("multiplier"); });
}

llvm::SmallVector<PhaseFactor> dsc::listFactors(RecipeOp recipe) {
  SmallVector<PhaseFactor> factors;
  for (auto phase : recipe.getOps<PhaseInterface>()) {
    auto name = phase->getAttrOfType<StringAttr>("multiplier");
    if (!name)
      continue;
    PhaseFactor *found = llvm::find_if(factors, [&](const PhaseFactor &known) {
      return known.name == name.getValue();
    });
    if (found == factors.end()) {
      factors.push_back({name.str(), {}});
      found = &factors.back();
    }
    found->phases.push_back(phase);
  }
  return factors;
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

//===----------------------------------------------------------------------===//
// Parts
//===----------------------------------------------------------------------===//

static std::string nameOf(Operation *table) {
  auto name = table->getAttrOfType<StringAttr>("name");
  return name ? name.str() : std::string();
}

static void addCycle(std::vector<SchedulePart> &parts,
                     ArrayRef<ResolvedPhase> cycle, int64_t number,
                     int64_t shift, int64_t end) {
  for (const ResolvedPhase &phase : cycle) {
    PhaseInterface op = phase.op;
    int64_t begin = phase.begin + shift;
    if (begin < end && phase.begin < phase.end)
      parts.push_back({nameOf(op) + " #" + std::to_string(number),
                       op->getName().stripDialect().str(), begin,
                       std::min(phase.end + shift, end)});
  }
}

static void addRepeat(std::vector<SchedulePart> &parts,
                      const ResolvedRepeat &repeat) {
  int64_t steps = repeat.end - repeat.begin;
  int64_t cycles = repeat.period ? (steps + repeat.period - 1) / repeat.period
                                 : int64_t(repeat.cycles.size());
  int64_t phases = repeat.cycles.front().size();
  if (cycles > mostNamedPhases / phases) {
    parts.push_back({nameOf(repeat.op), "repeat", repeat.begin, repeat.end});
    return;
  }
  for (int64_t cycle = 0; cycle < cycles; ++cycle) {
    int64_t known = std::min<int64_t>(cycle, repeat.cycles.size() - 1);
    addCycle(parts, repeat.cycles[known], cycle + 1,
             (cycle - known) * repeat.period, repeat.end);
  }
}

llvm::FailureOr<std::vector<SchedulePart>> dsc::listParts(RecipeOp recipe) {
  if (ScheduleKindInterface kind = findScheduleKind(recipe))
    return listKindParts(kind);
  std::vector<SchedulePart> parts;
  SmallVector<RepeatOp> repeats = llvm::to_vector(recipe.getOps<RepeatOp>());
  for (const PhaseGroup &group : groupPhases(listPhases(recipe), repeats)) {
    if (group.repeat) {
      auto repeat = ResolvedRepeat::read(group.repeat);
      if (failed(repeat))
        return failure();
      addRepeat(parts, *repeat);
      continue;
    }
    PhaseInterface phase = group.phases.front();
    auto resolved = ResolvedPhase::read(phase);
    if (failed(resolved))
      return failure();
    parts.push_back({nameOf(phase), phase->getName().stripDialect().str(),
                     resolved->begin, resolved->end});
  }
  return parts;
}

llvm::FailureOr<func::FuncOp> dsc::lowerRecipeSchedule(RecipeOp recipe,
                                                       ModuleOp module) {
  if (ScheduleKindInterface kind = findScheduleKind(recipe))
    return lowerScheduleKind(kind, module);
  ScheduleExtras extras;
  llvm::append_range(extras.repeats, recipe.getOps<RepeatOp>());
  extras.factors = listFactors(recipe);
  for (auto schedule : recipe.getOps<ScheduleOp>())
    extras.schedule = schedule;
  extras.reactions = ScheduleReactions::read(extras.schedule);
  return lowerSchedule(module, kTracksFunction, listPhases(recipe),
                       readTrackStarts(recipe), extras);
}
