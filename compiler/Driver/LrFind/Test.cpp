//===- Test.cpp - one range test ------------------------------------------===//

#include "compiler/Driver/Binary.h"
#include "compiler/Driver/LrFind/LrFind.h"
#include "compiler/Driver/Output.h"
#include "compiler/Recipe/Toml.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Signals.h"

#include "llvm/Support/Program.h"
#include <csignal>
#include <fmt/format.h>
#include <limits>
#include <sstream>
#include <thread>

using namespace dsc;

/// The shape of a ramp as keys of its phase. DeepSpeed's LRRangeTest is a line
/// too, but starts at --from, and would be at --to one step after its last.
static std::string shapeOf(const std::string &ramp) {
  if (ramp == "exp")
    return "";
  return ramp == "linear" ? "ramp = \"linear\"\n"
                          : "ramp = \"linear\"\ninclusive = \"left\"\n";
}

/// What is laid over the recipe: the ramp in place of its schedule, behind the
/// steps that the checkpoint has made already.
static std::string rampOver(const LrFindRequest &request, int64_t before,
                            int64_t seed) {
  std::string from = formatNumber(request.from);
  std::string text = "[schedule]\ninherit = false\n";
  if (before > 0)
    text += fmt::format("[[schedule.phase]]\nname = \"before\"\nkind = "
                        "\"constant\"\nlength = \"{} steps\"\nfrom = {}\n",
                        before, from);
  text += fmt::format(
      "[[schedule.phase]]\nname = \"ramp\"\nkind = \"range_test\"\n{}length = "
      "\"rest\"\nfrom = {}\nto = {}\n",
      shapeOf(request.ramp), from, formatNumber(request.to));
  text += fmt::format("[train]\nlength = \"{} steps\"\nnonfinite = "
                      "\"stop\"\nseed = {}\n",
                      before + request.steps, seed);
  return text;
}

static int compileRamp(const LrFindRequest &request, int64_t before,
                       int64_t seed, const std::string &binary) {
  RecipeInputs inputs = request.recipe;
  inputs.command = rampOver(request, before, seed);
  Session session(inputs);
  mlir::FailureOr<std::string> payload = mlir::failure();
  if (session.lower(Level::plan))
    payload = buildPayload(session, listTargets());
  // What the recipe's own check has warned of is not said again.
  if (failed(payload))
    return session.finish(false);
  auto written = writeBinary("", *payload, binary);
  if (!written)
    return reportError(Exit::storage, llvm::toString(written.takeError()));
  return int(Exit::done);
}

/// Waits for the program and hands a signal on to it: the terminal gives SIGINT
/// to both, anything else may know this process alone.
static int waitFor(llvm::sys::ProcessInfo process) {
  bool told = false;
  for (;;) {
    llvm::sys::ProcessInfo state =
        llvm::sys::Wait(process, 0, nullptr, nullptr, /*Polling=*/true);
    if (state.Pid == process.Pid)
      return stopRequested() ? int(Exit::stopped) : state.ReturnCode;
    if (stopRequested() && !told)
      ::kill(process.Pid, SIGTERM);
    told |= stopRequested() != 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

static int runRamp(const LrFindRequest &request, const std::string &binary,
                   const std::string &directory) {
  std::string program = siblingProgram("dsc-run");
  std::vector<std::string> words = {program,
                                    "range-test",
                                    binary,
                                    "--run-dir",
                                    directory,
                                    "-n",
                                    std::to_string(request.ranks)};
  for (auto &[option, value] :
       {std::pair("--device", &request.device), {"--engine", &request.engine}})
    if (!value->empty())
      words.insert(words.end(), {option, *value});
  if (!request.checkpoint.empty())
    words.insert(words.end(), {"--resume", request.checkpoint, "--accept",
                               "schedule,data,batch,optimizer"});
  llvm::SmallVector<llvm::StringRef> arguments(words.begin(), words.end());
  std::string message;
  bool failed = false;
  llvm::sys::ProcessInfo process = llvm::sys::ExecuteNoWait(
      program, arguments, std::nullopt, {}, 0, &message, &failed);
  if (failed)
    return reportError(Exit::internal,
                       "cannot run '" + program + "': " + message);
  return waitFor(process);
}

/// The columns `loss` and `lr` of a run's metrics.
static void readMetrics(const std::string &file, RangeSeries &series) {
  std::istringstream lines(readFile(file));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    llvm::SmallVector<llvm::StringRef> cells;
    llvm::StringRef(line).split(cells, ',');
    double loss, lr;
    if (cells.size() < 4 || cells[1].getAsDouble(loss) ||
        cells[3].getAsDouble(lr))
      continue;
    series.loss.push_back(loss);
    series.lr.push_back(lr);
  }
}

int dsc::runRangeTest(const LrFindRequest &request, const std::string &folder,
                      int64_t before, RangeTest &test) {
  std::string stem = fmt::format("{}/seed-{}", folder, test.seed);
  std::string binary = stem + ".bin";
  if (int code = compileRamp(request, before, test.seed, binary))
    return code;
  int code = runRamp(request, binary, stem);
  bool diverged = code == int(Exit::diverged);
  if (code == int(Exit::stopped))
    return reportError(Exit::stopped, "stopped by a signal",
                       "the same command starts the test anew");
  if (code < 0)
    return reportError(Exit::internal, "the test was killed");
  if (code != int(Exit::done) && !diverged)
    return code;
  test.series.steps = request.steps;
  readMetrics(stem + "/metrics.csv", test.series);
  if (diverged) {
    double last = test.series.lr.empty() ? request.from : test.series.lr.back();
    test.series.loss.push_back(std::numeric_limits<double>::quiet_NaN());
    test.series.lr.push_back(last);
  }
  return int(Exit::done);
}
