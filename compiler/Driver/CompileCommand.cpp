//===- CompileCommand.cpp - dsc compile -----------------------------------===//

#include "compiler/Artifact/Payload.h"
#include "compiler/Artifact/PlanWriter.h"
#include "compiler/Driver/Binary.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Session.h"
#include "compiler/Target/Backends.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "dialect/Plan/PlanNames.h"
#include "runtime/Base/Error.h"

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace mlir;
using namespace dsc;

static bool isCodeForm(llvm::StringRef emit) {
  return emit == "llvm" || emit == "asm" || emit == "object";
}

static Level levelOf(llvm::StringRef emit) {
  return llvm::StringSwitch<Level>(emit)
      .Case("recipe", Level::recipe)
      .Case("resolved", Level::resolved)
      .Default(Level::plan);
}

static int usage(const llvm::Twine &message, const llvm::Twine &hint) {
  llvm::errs() << "dsc: error: " << message << "\nhint: " << hint << "\n";
  return int(Exit::usage);
}

/// What was said on the command line that no recipe can make right.
static int checkRequest(const CompileRequest &request) {
  auto passes = listPassNames();
  if (!request.stopAfter.empty() &&
      !llvm::is_contained(passes, request.stopAfter))
    return usage("found pass '" + request.stopAfter + "'",
                 "the passes are " + llvm::join(passes, ", "));
  if (!request.stopAfter.empty() && request.emit.empty())
    return usage("found --stop-after without --emit",
                 "add --emit plan to see what the pass leaves");
  auto backends = createBackends();
  for (const std::string &target : request.targets)
    if (llvm::none_of(backends,
                      [&](auto &b) { return b->getName() == target; }))
      return usage(
          "found target '" + target + "'",
          "this build has " +
              llvm::join(llvm::map_range(backends,
                                         [](auto &b) { return b->getName(); }),
                         ", "));
  return int(Exit::done);
}

static CompileOptions codeOptions() {
  CompileOptions options;
  options.exportedTracks = kTracksFunction.str();
  return options;
}

static bool printCode(Session &session, const CompileRequest &request) {
  auto form = llvm::StringSwitch<CodeForm>(request.emit)
                  .Case("llvm", CodeForm::llvm)
                  .Case("asm", CodeForm::assembly)
                  .Default(CodeForm::object);
  for (auto &backend : createBackends()) {
    if (!llvm::is_contained(backend->getLevels(), request.isa))
      continue;
    auto text =
        backend->emit(session.getModule(), request.isa, form, codeOptions());
    if (succeeded(text))
      llvm::outs() << *text;
    return succeeded(text);
  }
  return false;
}

static int emit(Session &session, const CompileRequest &request) {
  bool success = session.lower(levelOf(request.emit), request.stopAfter);
  if (success && isCodeForm(request.emit))
    success = printCode(session, request);
  if (int code = session.finish(success))
    return code;
  if (!isCodeForm(request.emit)) {
    session.getModule().print(llvm::outs());
    llvm::outs() << "\n";
  }
  return int(Exit::done);
}

FailureOr<std::string> dsc::buildPayload(Session &session,
                                         llvm::ArrayRef<std::string> targets) {
  ModuleOp module = session.getModule();
  std::vector<std::string> objects;
  std::string fatbin;
  for (auto &backend : createBackends()) {
    if (!targets.empty() && !llvm::is_contained(targets, backend->getName()))
      continue;
    auto codes = backend->compile(module, codeOptions());
    if (failed(codes))
      return failure();
    for (TargetCode &code : *codes) {
      if (code.kind == TargetCode::object)
        objects.push_back(std::move(code.bytes));
      else
        fatbin += code.bytes;
    }
  }
  auto plan = writePlan(module);
  if (failed(plan))
    return failure();
  auto recipe = module->getAttrOfType<StringAttr>(kRecipeTextAttribute);
  auto payload = linkPayload({objects, recipe.getValue(), *plan, fatbin});
  if (!payload)
    return module.emitError(llvm::toString(payload.takeError()));
  return std::move(*payload);
}

int dsc::compileCommand(const CompileRequest &request) {
  auto start = std::chrono::steady_clock::now();
  if (int code = checkRequest(request))
    return code;
  Session session(request.recipe);
  if (request.remarks)
    (void)remark::enableOptimizationRemarks(
        session.getContext(), nullptr,
        std::make_unique<remark::RemarkEmittingPolicyAll>(),
        {std::nullopt, "optimizer", std::nullopt, std::nullopt, std::nullopt},
        /*printAsEmitRemarks=*/true);
  if (!request.emit.empty())
    return emit(session, request);

  FailureOr<std::string> payload = failure();
  if (session.lower(Level::plan))
    payload = buildPayload(session, request.targets);
  if (int code = session.finish(succeeded(payload)))
    return code;
  auto written =
      writeBinary(runName(session.getModule()), *payload, request.output);
  if (!written) {
    llvm::errs() << "dsc: error: " << llvm::toString(written.takeError())
                 << "\n";
    return int(Exit::storage);
  }
  std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - start;
  if (!request.quiet)
    llvm::outs() << llvm::formatv("compiled {0} ({1:f1} MB, {2:f2} s)\n",
                                  written->path, written->bytes / 1e6,
                                  seconds.count());
  return int(Exit::done);
}
