//===- Command.cpp - dsc plan ---------------------------------------------===//

#include "compiler/Artifact/PlanWriter.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Plan/Simulation.h"
#include "compiler/Driver/Session.h"
#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/RankRules.h"

#include <nlohmann/json.hpp>

using namespace dsc;

template <typename Report>
static void writePicture(const Report &report, const PlanRequest &request) {
  std::string picture;
  llvm::raw_string_ostream out(picture);
  writeSvg(report, out);
  writeOutput(picture, request.svg);
  llvm::errs() << "wrote " << request.svg << "\n";
}

/// The plan of all ranks, where -n asks for some.
namespace {
struct RankedPlan {
  std::string bytes;
  const plan::Plan *plan = nullptr; ///< in the bytes
  Machine machine;
};
} // namespace

/// Writes the plan and checks that it can run on so many ranks. Returns the
/// exit code.
static int prepareRanks(Session &session, const PlanRequest &request,
                        RankedPlan &ranked) {
  auto bytes = writePlan(session.getModule());
  if (int code = session.finish(succeeded(bytes)))
    return code;
  ranked.bytes = std::move(*bytes);
  ranked.plan = readPlan(ranked.bytes);
  if (auto refusal = findRankRefusal(*ranked.plan->training(), *request.ranks))
    return reportError(Exit::usage, refusal->message, refusal->hint);
  ranked.machine = assumedMachine(*ranked.plan);
  for (const std::string &setting : request.assumed)
    if (llvm::Error error = assume(ranked.machine, setting))
      return reportError(Exit::usage, toString(std::move(error)));
  return int(Exit::done);
}

/// Shows a plan and, with -n, what its ranks do together.
static int show(const PlanReport &report, const SimulationReport *ranks,
                const PlanRequest &request) {
  if (request.json) {
    nlohmann::ordered_json json = toJson(report);
    if (ranks)
      json["simulation"] = toJson(*ranks);
    llvm::outs() << json.dump(2) << "\n";
  }
  if (!request.svg.empty()) {
    if (ranks)
      writePicture(*ranks, request);
    else
      writePicture(report, request);
  }
  if (!request.json && request.svg.empty()) {
    writeText(report, llvm::outs());
    if (ranks)
      writeText(*ranks, llvm::outs());
  }
  if (!ranks || ranks->isRight())
    return int(Exit::done);
  return reportError(Exit::internal,
                     "the plans of the ranks do not fit together",
                     "this is a fault of dsc: the recipe is right");
}

int dsc::planCommand(const PlanRequest &request) {
  Session session(request.recipe);
  // The schedule is read before the plan leaves the recipe behind.
  mlir::FailureOr<SchedulePreview> preview = mlir::failure();
  ScheduleKindReport scheduleKind;
  bool success = session.lower(Level::resolved);
  if (success) {
    scheduleKind = describeScheduleKind(session.getRecipe());
    preview = SchedulePreview::create(session.getRecipe());
    success = succeeded(preview) && session.lowerOn(Level::plan);
  }
  RankedPlan ranked;
  if (!success || !request.ranks) {
    if (int code = session.finish(success))
      return code;
  } else if (int code = prepareRanks(session, request, ranked)) {
    return code;
  }
  PlanReport report =
      makePlanReport(session.getModule(), *preview, request.ranks.value_or(1));
  report.scheduleKind = std::move(scheduleKind);
  if (!request.ranks)
    return show(report, nullptr, request);
  SimulationReport ranks =
      simulateRanks(*ranked.plan, *request.ranks, ranked.machine, report);
  return show(report, &ranks, request);
}
