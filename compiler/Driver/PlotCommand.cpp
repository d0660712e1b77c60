//===- PlotCommand.cpp - dsc plot -----------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Plot.h"
#include "compiler/Driver/Session.h"
#include "runtime/Base/Error.h"

#include "llvm/Support/Process.h"
#include <algorithm>
#include <cstdlib>

using namespace dsc;

static int writeSvgFile(SchedulePreview &preview, const PlotRange &range,
                        llvm::StringRef title, const PlotRequest &request) {
  if (int code = checkOutput(request.svg, request.recipe))
    return code;
  std::string picture;
  llvm::raw_string_ostream out(picture);
  writeSvg(preview, range, title, out);
  if (int code = writeOutput(picture, request.svg))
    return code;
  llvm::errs() << "wrote " << request.svg << "\n";
  return int(Exit::done);
}

/// The run's name and the LR at its ends, above the curve.
static void writeHeading(SchedulePreview &preview, llvm::StringRef name,
                         llvm::raw_ostream &out) {
  double peak = 0;
  for (const PhaseSpan &phase : preview.getPhases())
    for (int64_t step : {phase.begin, phase.end - 1})
      peak = std::max(peak, preview.lrAt(step));
  out << name << ": " << preview.steps() << " steps, LR from "
      << shortNumber(preview.lrAt(0)) << " over " << shortNumber(peak) << " to "
      << shortNumber(preview.lrAt(preview.steps() - 1)) << "\n\n";
}

/// A preview does not know what a run will make of these.
static void writeReactions(const SchedulePreview &preview,
                           llvm::raw_ostream &out) {
  if (preview.getReactions().empty())
    return;
  out << "the schedule reacts to the run; shown is what comes if nothing of "
         "this happens:\n";
  for (const std::string &line : preview.getReactions())
    out << "  " << line << "\n";
}

int dsc::plotCommand(const PlotRequest &request) {
  Session session(request.recipe);
  mlir::FailureOr<SchedulePreview> preview = mlir::failure();
  if (session.resolveSchedule())
    preview = SchedulePreview::create(session.getRecipe());
  if (int code = session.finish(mlir::succeeded(preview)))
    return code;
  PlotRange range{request.from, request.to, request.every};
  if (range.to < 0 || range.to > preview->steps())
    range.to = preview->steps();
  if (range.from >= range.to)
    return reportError(
        Exit::usage,
        "--from is " + llvm::Twine(range.from) +
            ", expected a step below --to, " + llvm::Twine(range.to),
        "the run has steps 0 to " + llvm::Twine(preview->steps() - 1));
  auto name = session.getRecipe().getName().value_or("recipe");
  bool drawn = !request.csv && request.svg.empty();
  writeReactions(*preview, drawn ? llvm::outs() : llvm::errs());
  if (request.csv)
    writeCsv(*preview, range, llvm::outs());
  if (!request.svg.empty())
    return writeSvgFile(*preview, range, name, request);
  if (request.csv)
    return int(Exit::done);
  bool terminal = llvm::sys::Process::StandardOutIsDisplayed();
  unsigned columns = terminal ? llvm::sys::Process::StandardOutColumns() : 80;
  writeHeading(*preview, name, llvm::outs());
  writeTerminalPlot(*preview, range, columns ? columns : 80,
                    terminal && !std::getenv("NO_COLOR"), llvm::outs());
  return int(Exit::done);
}
