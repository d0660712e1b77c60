//===- Command.cpp - dsc launch -------------------------------------------===//
//
// A job file is made of a recipe, not of a binary: it is checked here before it
// waits in a queue, and nobody has to have compiled it yet.
//
//===----------------------------------------------------------------------===//

#include "compiler/Artifact/PlanWriter.h"
#include "compiler/Driver/Binary.h"
#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Launch/Jobs.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Session.h"
#include "compiler/Target/Backends.h"
#include "runtime/Artifact/RankRules.h"

#include "llvm/Support/FileSystem.h"

using namespace dsc;

/// Without -n: as many as the recipe says, else one on each host.
static int64_t ranksOf(const plan::Training &training,
                       const LaunchRequest &request) {
  if (request.ranks)
    return *request.ranks;
  return training.ranks() > 0 ? training.ranks() : request.hosts;
}

static int checkNumbers(const plan::Training &training, int64_t ranks,
                        int64_t hosts) {
  if (ranks % hosts != 0)
    return reportError(Exit::usage,
                       llvm::Twine(ranks) + " ranks are not divisible by " +
                           llvm::Twine(hosts) + " nodes",
                       "give -n a multiple of --nodes");
  if (auto refusal = findRankRefusal(training, ranks))
    return reportError(Exit::usage, refusal->message, refusal->hint);
  return int(Exit::done);
}

static std::string resourceOf(llvm::StringRef device) {
  for (const auto &backend : createBackends())
    if (backend->getName() == device)
      return backend->getResource().str();
  return {};
}

static Job describeJob(const plan::Plan &plan, const LaunchRequest &request,
                       int64_t ranks) {
  Job job;
  job.name = plan.name()->str();
  job.binary =
      request.binary.empty() ? defaultBinary(job.name) : request.binary;
  if (!llvm::StringRef(job.binary).contains('/'))
    job.binary = "./" + job.binary; // not one from PATH
  job.hosts = request.hosts;
  job.ranksOfHost = ranks / request.hosts;
  job.resource = resourceOf(plan.training()->device()->string_view());
  job.image = request.image;
  job.claim = request.claim;
  return job;
}

int dsc::launchCommand(const LaunchRequest &request) {
  Session session(request.recipe);
  mlir::FailureOr<std::string> bytes = mlir::failure();
  if (session.lower(Level::plan))
    bytes = writePlan(session.getModule());
  if (int code = session.finish(succeeded(bytes)))
    return code;
  const plan::Plan &plan = *plan::GetPlan(bytes->data());
  int64_t ranks = ranksOf(*plan.training(), request);
  if (int code = checkNumbers(*plan.training(), ranks, request.hosts))
    return code;
  Job job = describeJob(plan, request, ranks);
  if (!llvm::sys::fs::exists(job.binary))
    llvm::errs() << "dsc: warning: there is no '" << job.binary
                 << "' yet\nhint: 'dsc compile' makes it\n";
  std::string text = request.cluster == LaunchRequest::Cluster::slurm
                         ? writeSlurmJob(job)
                         : writeKubernetesJob(job);
  writeOutput(text, request.output);
  return int(Exit::done);
}
