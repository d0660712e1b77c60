//===- PlanCommand.cpp - dsc plan -----------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/PlanReport.h"
#include "compiler/Driver/Session.h"
#include "dialect/Plan/PlanDialect.h"

#include <nlohmann/json.hpp>

using namespace dsc;

static int writePicture(const PlanReport &report, const PlanRequest &request) {
  std::string picture;
  llvm::raw_string_ostream out(picture);
  writeSvg(report, out);
  if (int code = writeOutput(picture, request.svg))
    return code;
  llvm::errs() << "wrote " << request.svg << "\n";
  return int(Exit::done);
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
  if (int code = session.finish(success))
    return code;
  auto run = *session.getModule().getOps<plan_ir::RunOp>().begin();
  if (run.getBatch() % request.ranks)
    return reportError(Exit::usage,
                       "a batch of " + llvm::Twine(run.getBatch()) +
                           " does not divide among " +
                           llvm::Twine(request.ranks) + " ranks",
                       "give -n a divisor of the batch");
  PlanReport report =
      makePlanReport(session.getModule(), *preview, request.ranks);
  report.scheduleKind = std::move(scheduleKind);
  if (request.json)
    llvm::outs() << toJson(report).dump(2) << "\n";
  if (!request.svg.empty())
    return writePicture(report, request);
  if (!request.json)
    writeText(report, llvm::outs());
  return int(Exit::done);
}
