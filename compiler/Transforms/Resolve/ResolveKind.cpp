//===- ResolveKind.cpp - a schedule in place of phases --------------------===//

#include "compiler/Transforms/Resolve/ResolveKind.h"

#include "dialect/Dsc/KeyTable.h"

#include "llvm/Support/VersionTuple.h"

using namespace mlir;
using namespace dsc;

/// Whether it has all that it must have: what is missing is reported already.
static bool isComplete(Operation *kind) {
  const TableInfo *info = findTableOfOp(kind->getName().getStringRef());
  return llvm::all_of(info->keys, [&](const KeyInfo &key) {
    return !key.required || kind->hasAttr(key.attribute);
  });
}

/// An author who lets a phase end early cannot do without the phases.
static void refusePhases(Operation *first, ArrayRef<PhaseInterface> phases,
                         Report &report) {
  bool endsEarly = llvm::any_of(
      phases, [](PhaseInterface phase) { return phase->hasAttr("until"); });
  report.error(first, "",
               "[schedule] of kind \"deepspeed\" is the whole schedule, "
               "expected no [[schedule.phase]]",
               endsEarly ? "'until' ends a phase, and DeepSpeed's schedules "
                           "have none: leave out 'kind' and its keys, and "
                           "write the whole schedule as phases"
                         : "leave out the phases, or 'kind' and its keys");
}

void dsc::resolveScheduleKind(RecipeOp recipe, Report &report) {
  auto schedule = findTable<DeepSpeedOp>(recipe);
  if (!schedule)
    return;
  if (auto phase = findTable<PhaseInterface>(recipe))
    refusePhases(phase, listTables<PhaseInterface>(recipe), report);
  StringRef version = schedule.getVersion().value_or("");
  if (llvm::VersionTuple release; release.tryParse(version))
    return report.error(schedule, "version",
                        "'version' is " + quoteName(version) +
                            ", expected a release of DeepSpeed",
                        "such as \"0.19.6\"");
  auto kind = findTable<ScheduleKindInterface>(recipe);
  if (!kind)
    return report.absent(schedule, "scheduler",
                         "[schedule] of kind \"deepspeed\" has no 'params'",
                         "write params = { ... } with DeepSpeed's keys, or "
                         "params = {} for its defaults");
  if (!isComplete(kind) || failed(kind.checkSchedule()))
    report.fail();
}
