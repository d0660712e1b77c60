//===- ResolveKind.cpp - a schedule in place of phases --------------------===//

#include "compiler/Transforms/ResolveKind.h"

#include "llvm/Support/VersionTuple.h"

using namespace mlir;
using namespace dsc;

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
  if (failed(kind.checkSchedule()))
    report.fail();
}
