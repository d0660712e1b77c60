//===- PlotCommand.cpp - dsc plot -----------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Plot.h"
#include "compiler/Driver/Session.h"
#include "runtime/Base/Error.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"
#include <algorithm>
#include <cstdlib>

using namespace dsc;

static int fail(Exit code, const llvm::Twine &message,
                const llvm::Twine &hint) {
  llvm::errs() << "dsc: error: " << message << "\n";
  if (!hint.isTriviallyEmpty())
    llvm::errs() << "hint: " << hint << "\n";
  return int(code);
}

static int writeSvgFile(SchedulePreview &preview, const PlotRange &range,
                        llvm::StringRef title, const std::string &path) {
  std::error_code error;
  llvm::raw_fd_ostream file(path, error, llvm::sys::fs::OF_None);
  if (!error) {
    writeSvg(preview, range, title, file);
    file.close();
    error = file.error();
    file.clear_error();
  }
  if (error)
    return fail(Exit::storage,
                "cannot write '" + llvm::Twine(path) + "': " + error.message(),
                "");
  llvm::outs() << "wrote " << path << "\n";
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
    return fail(Exit::usage,
                "found no step from " + llvm::Twine(range.from) + " to " +
                    llvm::Twine(range.to),
                "the run has steps 0 to " + llvm::Twine(preview->steps() - 1));
  auto name = session.getRecipe().getName().value_or("recipe");
  if (request.csv)
    writeCsv(*preview, range, llvm::outs());
  if (!request.svg.empty())
    return writeSvgFile(*preview, range, name, request.svg);
  if (request.csv)
    return int(Exit::done);
  bool terminal = llvm::sys::Process::StandardOutIsDisplayed();
  unsigned columns = terminal ? llvm::sys::Process::StandardOutColumns() : 80;
  writeHeading(*preview, name, llvm::outs());
  writeTerminalPlot(*preview, range, columns ? columns : 80,
                    terminal && !std::getenv("NO_COLOR"), llvm::outs());
  return int(Exit::done);
}
