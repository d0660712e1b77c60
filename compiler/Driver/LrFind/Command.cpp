//===- Command.cpp - dsc lr-find ------------------------------------------===//
//
// The ramp takes the place of the recipe's schedule and runs as a training of
// its own, in a folder of its own that goes when it is over: no run, and no
// checkpoint, is written to.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/LrFind/LrFind.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Svg.h"
#include "compiler/Transforms/Resolve/Tables.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "runtime/Base/Files.h"
#include "runtime/Base/Signals.h"
#include "runtime/RangeTest/Report.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

using namespace dsc;

/// A range that was not given lies round the recipe's peak, which is of the
/// right order for its optimizer.
static void fillRange(LrFindRequest &request, std::optional<double> peak) {
  request.from = request.givenFrom.value_or(peak ? *peak / 100 : 1e-5);
  request.to = request.givenTo.value_or(peak ? *peak * 1000 : 10);
}

static int checkRange(const LrFindRequest &request) {
  if (request.from >= request.to)
    return reportError(Exit::usage,
                       fmt::format("--from is {}, expected less than --to, {}",
                                   showRate(request.from),
                                   showRate(request.to)),
                       "a test rises, such as --from 1e-6 --to 1");
  return int(Exit::done);
}

/// A file that cannot be written is found out before the test, not after it.
static int checkWritable(const std::string &path, llvm::StringRef beginning) {
  if (path.empty())
    return int(Exit::done);
  checkOutput(path, beginning);
  if (::access(parentOf(path).c_str(), W_OK) != 0)
    return reportError(Exit::storage,
                       "cannot write '" + path + "': " + std::strerror(errno));
  return int(Exit::done);
}

/// Updates that a checkpoint has behind it; -1 after an error.
static int64_t stepsOf(const std::string &checkpoint) {
  try {
    auto manifest =
        nlohmann::json::parse(readFile(checkpoint + "/manifest.json"));
    return manifest.at("state").at("steps").get<int64_t>();
  } catch (const Error &error) {
    reportError(
        Exit::refused, error.what(),
        "--checkpoint takes a folder such as runs/last/checkpoints/last");
  } catch (const nlohmann::json::exception &) {
    reportError(Exit::refused, "'" + checkpoint + "/manifest.json' is damaged");
  }
  return -1;
}

/// What the recipe says, as far as the command needs it.
static int readRecipe(Session &session, RangeFindings &findings) {
  if (int code = session.finish(session.check()))
    return code;
  RecipeOp recipe = session.getRecipe();
  findings.name = recipe.getName().value_or("recipe").str();
  findings.seed = int64_t(findTable<TrainOp>(recipe).getSeed().value_or(0));
  auto schedule = findTable<ScheduleOp>(recipe);
  if (!schedule || !schedule.getPeakAttr())
    return int(Exit::done);
  findings.peak = schedule.getPeakAttr().getValueAsDouble();
  auto phases = listPhases(recipe);
  auto start = phases.empty()
                   ? mlir::FloatAttr()
                   : phases.front()->getAttrOfType<mlir::FloatAttr>("start");
  findings.startsAtPeak = start && start.getValueAsDouble() == *findings.peak;
  return int(Exit::done);
}

static int runTests(const LrFindRequest &request, RangeFindings &findings) {
  int64_t before = request.checkpoint.empty() ? 0 : stepsOf(request.checkpoint);
  if (before < 0)
    return int(Exit::refused);
  llvm::SmallString<128> folder;
  if (std::error_code error =
          llvm::sys::fs::createUniqueDirectory("dsc-lr-find", folder))
    return reportError(Exit::storage,
                       "cannot make a temporary folder: " + error.message());
  llvm::scope_exit remover(
      [&] { (void)llvm::sys::fs::remove_directories(folder); });
  installSignalHandlers();
  for (int64_t repeat = 0; repeat < request.repeat; ++repeat) {
    RangeTest test;
    test.seed = findings.seed + repeat;
    if (request.repeat > 1)
      llvm::errs() << fmt::format("test {} of {}: seed {}\n", repeat + 1,
                                  request.repeat, test.seed);
    if (int code = runRangeTest(request, folder.str().str(), before, test))
      return code;
    test.analysis = analyseRangeTest(test.series);
    findings.tests.push_back(std::move(test));
  }
  return int(Exit::done);
}

static std::vector<RangeAnalysis> analysesOf(const RangeFindings &findings) {
  std::vector<RangeAnalysis> analyses;
  for (const RangeTest &test : findings.tests)
    analyses.push_back(test.analysis);
  return analyses;
}

static void printReport(const LrFindRequest &request,
                        const RangeFindings &findings) {
  size_t made = findings.tests.front().series.loss.size();
  llvm::outs() << fmt::format("{}: {} of {} steps, LR from {} to {}\n",
                              findings.name, made, request.steps,
                              showRate(request.from), showRate(request.to));
  for (const std::string &line : describeRangeTests(analysesOf(findings)))
    llvm::outs() << line << "\n";
  llvm::outs() << describeProposal(findings.proposal) << "\n";
  if (findings.proposal && findings.startsAtPeak)
    llvm::outs() << "the recipe starts at its peak, and the test rose to it: "
                    "put a warm-up first, such as kind = \"linear\", length = "
                    "\"10%\", from = 0.0\n";
}

static void writeFiles(const LrFindRequest &request,
                       const RangeFindings &findings) {
  if (!request.json.empty())
    writeOutput(writeFindingsJson(request, findings), request.json);
  if (!request.svg.empty())
    writeOutput(drawFindings(request, findings), request.svg);
}

/// Where every test diverged before its first step was done there is nothing to
/// report.
static bool nothingRan(const RangeFindings &findings) {
  return llvm::all_of(findings.tests, [](const RangeTest &test) {
    return test.analysis.smoothed.empty();
  });
}

int dsc::lrFindCommand(LrFindRequest request) {
  if (int code = checkWritable(request.json, kFindingsJsonBeginning))
    return code;
  if (int code = checkWritable(request.svg, kSvgBeginning))
    return code;
  if (!request.svg.empty() && request.svg == request.json)
    return reportError(Exit::usage, "--json and --svg name the same file",
                       "give each a name of its own");
  RangeFindings findings;
  Session session(request.recipe);
  if (int code = readRecipe(session, findings))
    return code;
  fillRange(request, findings.peak);
  if (int code = checkRange(request))
    return code;
  RecipeWriter writer(request.recipe);
  if (request.write)
    if (int code = writer.prepare(session))
      return code;
  if (int code = runTests(request, findings))
    return code;
  if (nothingRan(findings))
    return reportError(
        Exit::diverged,
        "the loss is not finite at the first step, at an LR of " +
            showRate(request.from),
        "give a lower --from, or look at the data with 'dsc "
        "data show'");
  findings.proposal = combineProposals(analysesOf(findings));
  printReport(request, findings);
  writeFiles(request, findings);
  if (!request.write)
    return int(Exit::done);
  if (!findings.proposal)
    return reportError(Exit::usage, "there is nothing to write into the recipe",
                       "another range, more steps or --repeat may show more");
  return writer.write(*findings.proposal);
}
