//===- CompileCommand.cpp - dsc compile -----------------------------------===//

#include "compiler/Artifact/ImageWriter.h"
#include "compiler/Artifact/Payload.h"
#include "compiler/Artifact/PlanWriter.h"
#include "compiler/Driver/Binary.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Session.h"
#include "compiler/Target/Backends.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "dialect/Plan/PlanNames.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace mlir;
using namespace dsc;

namespace {

/// Remarks as a sentence at the recipe's line, without their bookkeeping.
class AuthorRemarks : public remark::detail::MLIRRemarkStreamerBase {
public:
  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    for (const auto &argument : remark.getArgs())
      if (argument.key == "Remark")
        emitRemark(remark.getLocation()) << argument.val;
  }
};

} // namespace

static bool isCodeForm(llvm::StringRef emit) {
  return emit == "llvm" || emit == "asm" || emit == "object";
}

static Level levelOf(llvm::StringRef emit) {
  return llvm::StringSwitch<Level>(emit)
      .Case("recipe", Level::recipe)
      .Case("resolved", Level::resolved)
      .Default(Level::plan);
}

static int checkTargets(llvm::ArrayRef<std::string> targets) {
  std::vector<std::string> built = listTargets();
  for (const std::string &target : targets) {
    if (llvm::is_contained(built, target))
      continue;
    bool known = llvm::is_contained(listKnownBackends(), target);
    return reportError(
        Exit::usage,
        "target '" + target +
            (known ? "' is not part of this build" : "' is not supported yet"),
        "this build has " + llvm::join(built, ", "));
  }
  return int(Exit::done);
}

/// What was said on the command line that no recipe can make right.
static int checkRequest(const CompileRequest &request) {
  auto passes = listPassNames();
  if (!request.stopAfter.empty() &&
      !llvm::is_contained(passes, request.stopAfter))
    return reportError(Exit::usage,
                       "--stop-after is '" + request.stopAfter +
                           "', which is no pass",
                       "the passes are " + llvm::join(passes, ", "));
  if (!request.stopAfter.empty() && request.emit.empty())
    return reportError(Exit::usage, "--stop-after needs --emit",
                       "add --emit plan to see what the pass leaves");
  return checkTargets(request.targets);
}

static CompileOptions codeOptions() {
  CompileOptions options;
  options.exportedTracks = kTracksFunction.str();
  return options;
}

/// Kernels at one level, as text or as an object.
static FailureOr<std::string> emitCode(Session &session,
                                       const CompileRequest &request) {
  auto form = llvm::StringSwitch<CodeForm>(request.emit)
                  .Case("llvm", CodeForm::llvm)
                  .Case("asm", CodeForm::assembly)
                  .Default(CodeForm::object);
  for (auto &backend : createBackends())
    if (llvm::is_contained(backend->getLevels(), request.isa))
      return backend->emit(session.getModule(), request.isa, form,
                           codeOptions());
  return failure();
}

static FailureOr<std::string> emitStage(Session &session,
                                        const CompileRequest &request) {
  if (!session.lower(levelOf(request.emit), request.stopAfter))
    return failure();
  if (isCodeForm(request.emit))
    return emitCode(session, request);
  std::string text;
  llvm::raw_string_ostream out(text);
  session.getModule().print(out);
  out << "\n";
  return text;
}

static int emit(Session &session, const CompileRequest &request) {
  auto stage = emitStage(session, request);
  if (int code = session.finish(succeeded(stage)))
    return code;
  writeOutput(*stage, request.output);
  return int(Exit::done);
}

std::vector<std::string> dsc::listTargets() {
  std::vector<std::string> names;
  for (auto &backend : createBackends())
    names.push_back(backend->getName().str());
  return names;
}

namespace {

/// A backend and the code that it makes.
struct Compilation {
  std::string target;
  std::vector<PendingCode> pending;
};

} // namespace

/// Begins with all of `targets`, devices first: what their assemblers take, the
/// host's code generator has beside them.
static FailureOr<std::vector<Compilation>>
startTargets(ModuleOp module, llvm::ArrayRef<std::string> targets) {
  std::vector<Compilation> compilations;
  auto backends = createBackends();
  for (auto &backend : llvm::reverse(backends)) {
    if (!llvm::is_contained(targets, backend->getName()))
      continue;
    auto pending = backend->compile(module, codeOptions());
    if (failed(pending))
      return failure();
    compilations.push_back({backend->getName().str(), std::move(*pending)});
  }
  return compilations;
}

FailureOr<std::string> dsc::buildPayload(Session &session,
                                         llvm::ArrayRef<std::string> targets) {
  ModuleOp module = session.getModule();
  auto compilations = startTargets(module, targets);
  if (failed(compilations))
    return failure();
  auto plan = writePlan(module);
  if (failed(plan))
    return failure();
  std::vector<std::string> objects;
  std::vector<DeviceImage> images;
  for (Compilation &compilation : *compilations) {
    auto codes =
        waitForCode(std::move(compilation.pending), module.getContext());
    if (failed(codes))
      return failure();
    for (TargetCode &code : *codes) {
      if (code.kind == TargetCode::object)
        objects.push_back(std::move(code.bytes));
      else
        images.push_back({compilation.target, std::move(code)});
    }
  }
  auto recipe = module->getAttrOfType<StringAttr>(kRecipeTextAttribute);
  auto payload =
      linkPayload({objects, recipe.getValue(), *plan, writeImages(images)});
  if (!payload)
    return emitError(module.getLoc(), llvm::toString(payload.takeError()));
  return std::move(*payload);
}

/// The files that were compiled, bases too, beside the binary and not in it,
/// which is the same wherever it is made: by these a run sees that a recipe has
/// changed since.
static void noteSources(const std::string &binary,
                        llvm::ArrayRef<std::string> files) {
  std::string list;
  for (const std::string &file : files) {
    llvm::SmallString<256> path(file);
    if (!llvm::sys::fs::make_absolute(path))
      list += path.str().str() + "\n";
  }
  // Another recipe of that name may have been compiled there before.
  writeFileDurably(sourcesFileOf(binary), list);
}

int dsc::compileCommand(const CompileRequest &request) {
  auto start = std::chrono::steady_clock::now();
  if (int code = checkRequest(request))
    return code;
  if (request.emit.empty())
    checkOutput(request.output, "\x7f"
                                "ELF");
  Session session(request.recipe);
  if (request.remarks)
    (void)remark::enableOptimizationRemarks(
        session.getContext(), std::make_unique<AuthorRemarks>(),
        std::make_unique<remark::RemarkEmittingPolicyAll>(),
        {std::nullopt, "optimizer|parallel", std::nullopt, std::nullopt,
         std::nullopt});
  if (!request.emit.empty())
    return emit(session, request);

  FailureOr<std::string> payload = failure();
  if (session.lower(Level::plan))
    payload = buildPayload(session, request.targets.empty() ? listTargets()
                                                            : request.targets);
  if (int code = session.finish(succeeded(payload)))
    return code;
  auto written =
      writeBinary(runName(session.getModule()), *payload, request.output);
  if (!written)
    return reportError(Exit::storage, llvm::toString(written.takeError()));
  if (request.output.empty())
    noteSources(written->path, session.getFiles());
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  if (!request.quiet)
    llvm::errs() << llvm::formatv("compiled {0} ({1:f1} MB, {2:f2} s)\n",
                                  written->path, written->bytes / 1e6,
                                  seconds.count());
  return int(Exit::done);
}
