//===- LaunchCommand.cpp - dsc launch -------------------------------------===//
//
// A job file is made of a recipe, not of a binary: it is checked here before it
// waits in a queue, and nobody has to have compiled it yet.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Commands.h"
#include "compiler/Driver/Jobs.h"
#include "compiler/Driver/Output.h"
#include "compiler/Driver/Session.h"
#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/RankRules.h"

#include "llvm/Support/FileSystem.h"

using namespace dsc;

static int checkNumbers(plan_ir::RunOp run, int64_t ranks, int64_t hosts) {
  if (ranks % hosts != 0)
    return reportError(Exit::usage,
                       llvm::Twine(ranks) + " ranks are not divisible by " +
                           llvm::Twine(hosts) + " nodes",
                       "give -n a multiple of --nodes");
  RankFacts facts;
  facts.batch = int64_t(run.getBatch());
  facts.microBatch = int64_t(run.getMicroBatch());
  facts.ranks = int64_t(run.getRanks());
  facts.virtualRanks = int64_t(run.getVirtualRanks());
  facts.deterministic = run.getDeterministic();
  if (auto fault = findRankFault(facts, ranks))
    return reportError(Exit::usage, fault->message, fault->hint);
  return int(Exit::done);
}

/// Without -n: as many as the recipe says, else one on each host.
static int64_t ranksOf(plan_ir::RunOp run, const LaunchRequest &request) {
  if (request.ranks)
    return *request.ranks;
  return run.getRanks() > 0 ? int64_t(run.getRanks()) : request.hosts;
}

int dsc::launchCommand(const LaunchRequest &request) {
  Session session(request.recipe);
  if (int code = session.finish(session.lower(Level::plan)))
    return code;
  auto run = *session.getModule().getOps<plan_ir::RunOp>().begin();
  int64_t ranks = ranksOf(run, request);
  if (int code = checkNumbers(run, ranks, request.hosts))
    return code;
  Job job;
  job.name = run.getName().str();
  job.binary = request.binary.empty() ? "dsc-out/" + job.name : request.binary;
  if (!llvm::StringRef(job.binary).contains('/'))
    job.binary = "./" + job.binary; // not one from PATH
  job.hosts = request.hosts;
  job.ranksOfHost = ranks / request.hosts;
  job.needsGpus = run.getDevice() == "cuda";
  job.image = request.image;
  job.claim = request.claim;
  if (!llvm::sys::fs::exists(job.binary))
    llvm::errs() << "dsc: warning: there is no '" << job.binary
                 << "' yet\nhint: 'dsc compile' makes it\n";
  std::string text = request.cluster == LaunchRequest::Cluster::slurm
                         ? writeSlurmJob(job)
                         : writeKubernetesJob(job);
  return writeOutput(text, request.output);
}
