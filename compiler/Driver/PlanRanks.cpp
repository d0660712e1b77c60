//===- PlanRanks.cpp - what ranks hold and send ---------------------------===//
//
// Figures of one plan at several numbers of ranks. Bytes are those of a ring,
// in which a rank passes on parts: a sum that stays in parts, or a gathering,
// sends all parts but one.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/PlanReport.h"

#include "dialect/Dsc/Placements.h"
#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/Shards.h"
#include "runtime/Artifact/Subtrees.h"

#include <algorithm>

using namespace mlir;
using namespace dsc;
namespace ir = dsc::plan_ir;

namespace {

template <typename OpType> OpType only(ModuleOp module) {
  return *module.getOps<OpType>().begin();
}

class RankEstimate {
public:
  explicit RankEstimate(ModuleOp module)
      : module(module), run(only<ir::RunOp>(module)),
        strategy(only<ir::StrategyOp>(module)),
        owned(strategy.getOptimizer() == ir::Placement::shard),
        virtualRanks(run.getVirtualRanks()) {}

  RanksReport make();
  double bufferBytes(ir::BufferOp buffer, int64_t ranks);

private:
  int64_t microBatches(int64_t ranks);
  bool canRun(int64_t ranks);
  int64_t ownedElements(int64_t ranks);
  double memory(int64_t ranks);
  double sentBytes(int64_t ranks);

  ModuleOp module;
  ir::RunOp run;
  ir::StrategyOp strategy;
  bool owned;
  int64_t virtualRanks;
};

} // namespace

static double widthOf(ir::BufferOp buffer) {
  return buffer.getDtype().getIntOrFloatBitWidth() / 8.0;
}

/// Those of one rank in a step.
int64_t RankEstimate::microBatches(int64_t ranks) {
  int64_t micro = run.getMicroBatch();
  return micro ? int64_t(run.getBatch()) / micro / ranks : 1;
}

bool RankEstimate::canRun(int64_t ranks) {
  int64_t unit = std::max<int64_t>(run.getMicroBatch(), 1);
  return int64_t(run.getBatch()) % (unit * ranks) == 0;
}

/// Of the rank that has the most.
int64_t RankEstimate::ownedElements(int64_t ranks) {
  int64_t most = 0;
  for (int64_t rank = 0; rank < ranks; ++rank) {
    int64_t elements = 0;
    for (auto bucket : module.getOps<ir::BucketOp>()) {
      ElementRange all{int64_t(bucket.getBegin()), int64_t(bucket.getEnd())};
      elements += shardOf(all, rank, ranks).size();
    }
    most = std::max(most, elements);
  }
  return most;
}

double RankEstimate::bufferBytes(ir::BufferOp buffer, int64_t ranks) {
  double whole = double(buffer.getCount()) * widthOf(buffer);
  // With several micro-batches gradients stay until the last.
  bool passes =
      ranks > 1 && microBatches(ranks) == 1 && module.lookupSymbol("passing");
  if (buffer.getSymName() == "passing")
    return passes ? whole : 0;
  if (buffer.getPlacement() != ir::Placement::shard ||
      (buffer.getSymName() == "grad" && !passes))
    return whole;
  return double(ownedElements(ranks)) * widthOf(buffer);
}

double RankEstimate::memory(int64_t ranks) {
  double bytes = 0;
  for (auto buffer : module.getOps<ir::BufferOp>())
    bytes += bufferBytes(buffer, ranks);
  int64_t samples = int64_t(run.getBatch()) / ranks / microBatches(ranks);
  int64_t length = std::max<int64_t>(1, only<ir::DataOp>(module).getSequence());
  for (const UnitCost &unit :
       listUnitCosts(only<ir::GraphOp>(module), {samples, length}))
    bytes += unit.savedBytes;
  return bytes;
}

double RankEstimate::sentBytes(int64_t ranks) {
  auto bytesOf = [&](llvm::StringRef name) {
    auto buffer = module.lookupSymbol<ir::BufferOp>(name);
    return buffer ? double(buffer.getCount()) * widthOf(buffer) : 0;
  };
  double gradients = bytesOf("grad"), parts = 1;
  for (int64_t rank = 0; virtualRanks && rank < ranks; ++rank)
    parts =
        std::max(parts, double(listRoots(virtualRanks, rank, ranks).size()));
  double all = parts * gradients;
  if (owned)
    all += bytesOf(module.lookupSymbol("compute") ? "compute" : "param") +
           2 * bytesOf("partials");
  else
    all += gradients;
  return all * double(ranks - 1) / double(ranks);
}

RanksReport RankEstimate::make() {
  RanksReport report;
  report.strategy = strategy.getName().str();
  for (const Strategy &row : listStrategies())
    if (row.name == strategy.getName())
      report.summary = row.summary.str();
  report.owned = owned;
  for (auto bucket : module.getOps<ir::BucketOp>()) {
    int64_t size = bucket.getEnd() - bucket.getBegin();
    report.smallest = report.buckets ? std::min(report.smallest, size) : size;
    report.largest = std::max(report.largest, size);
    ++report.buckets;
  }
  report.virtualRanks = virtualRanks;
  if (auto subtrees = module.lookupSymbol<ir::BufferOp>("subtrees")) {
    report.subtrees = subtreeDepth(virtualRanks);
    report.subtreeBytes = double(subtrees.getCount()) * widthOf(subtrees);
  }
  std::vector<int64_t> counts = {1, 2, 4, 8};
  if (int64_t ranks = only<ir::MeshOp>(module).getRanks().front())
    counts = {ranks};
  for (int64_t ranks : counts)
    if (canRun(ranks))
      report.figures.push_back({ranks, memory(ranks), sentBytes(ranks)});
  return report;
}

RanksReport dsc::makeRanksReport(ModuleOp module) {
  return RankEstimate(module).make();
}

double dsc::bufferBytes(ModuleOp module, ir::BufferOp buffer, int64_t ranks) {
  return RankEstimate(module).bufferBytes(buffer, ranks);
}
