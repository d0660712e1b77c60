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

void dsc::resolveScheduleKind(RecipeOp recipe, Report &report) {
  auto schedule = findTable<DeepSpeedOp>(recipe);
  if (!schedule)
    return;
  if (auto phase = findTable<PhaseInterface>(recipe))
    report.error(phase, "",
                 "[schedule] of kind \"deepspeed\" is the whole schedule, "
                 "expected no [[schedule.phase]]",
                 "leave out the phases, or 'kind' and its keys");
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
