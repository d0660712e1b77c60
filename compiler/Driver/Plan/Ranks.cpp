//===- Ranks.cpp - what ranks hold and send -------------------------------===//
//
// Figures of one plan at several numbers of ranks. Bytes are those of a ring,
// in which a rank passes on parts: a sum that stays in parts, or a gathering,
// sends all parts but one.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Plan/Report.h"

#include "dialect/Dsc/Placements.h"
#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/BatchShape.h"
#include "runtime/Artifact/Shards.h"
#include "runtime/Artifact/Subtrees.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include <algorithm>

using namespace mlir;
using namespace dsc;
namespace ir = dsc::plan_ir;

namespace {

class RankEstimate {
public:
  explicit RankEstimate(ModuleOp module)
      : module(module), run(only<ir::RunOp>(module)),
        strategy(only<ir::StrategyOp>(module)),
        owned(strategy.getOptimizer() == ir::Placement::shard),
        virtualRanks(run.getVirtualRanks()) {}

  RanksReport make();
  double bufferBytes(ir::BufferOp buffer, int64_t ranks);
  std::vector<MemoryReport> scratch(int64_t ranks);
  std::vector<MemoryReport> staging(int64_t ranks);

private:
  int64_t microBatches(int64_t ranks);
  bool canRun(int64_t ranks);
  int64_t ownedElements(int64_t ranks);
  bool mayUseDevice() { return run.getDevice() != "cpu"; }
  double batchBytes(int64_t ranks);
  double fetchedBytes(int64_t ranks);
  double exchangedBytes(int64_t rank, int64_t ranks);
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

static ElementRange elementsOf(ir::BucketOp bucket) {
  return {int64_t(bucket.getBegin()), int64_t(bucket.getEnd())};
}

/// Of a rank's part.
static int64_t ownedOf(ir::BucketOp bucket, int64_t rank, int64_t ranks) {
  return shardOf(elementsOf(bucket), rank, ranks).size();
}

/// Of the rank that has the most.
int64_t RankEstimate::ownedElements(int64_t ranks) {
  int64_t most = 0;
  for (int64_t rank = 0; rank < ranks; ++rank) {
    int64_t elements = 0;
    for (auto bucket : module.getOps<ir::BucketOp>())
      elements += ownedOf(bucket, rank, ranks);
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

/// Of a step's micro-batches of one rank, as a device has them.
double RankEstimate::batchBytes(int64_t ranks) {
  auto data = only<ir::DataOp>(module);
  int64_t micro = microBatches(ranks);
  int64_t samples = int64_t(run.getBatch()) / ranks / micro;
  int64_t tokens = samples * std::max<int64_t>(1, data.getSequence());
  BatchShape shape{tokens, 0, tokens};
  if (int64_t columns = data.getColumns())
    shape = {0, samples * columns, samples};
  return double(micro * shape.bytes());
}

/// Of the rank that fetches most sums of virtual ranks.
double RankEstimate::fetchedBytes(int64_t ranks) {
  int64_t most = 0;
  for (int64_t rank = 0; virtualRanks && rank < ranks; ++rank) {
    int64_t elements = 0;
    for (auto bucket : module.getOps<ir::BucketOp>())
      elements = std::max(elements, ownedOf(bucket, rank, ranks));
    most =
        std::max(most, countFetchedRoots(virtualRanks, rank, ranks) * elements);
  }
  return double(most) * sizeof(float);
}

/// Of a step's collectives, each of which has its own place in the host's
/// memory.
double RankEstimate::exchangedBytes(int64_t rank, int64_t ranks) {
  llvm::StringMap<double> places;
  auto add = [&](Operation *op, llvm::StringRef name,
                 std::optional<llvm::StringRef> bucket) {
    auto buffer = module.lookupSymbol<ir::BufferOp>(name);
    auto part = bucket ? module.lookupSymbol<ir::BucketOp>(*bucket) : nullptr;
    int64_t elements =
        part ? part.getEnd() - part.getBegin() : buffer.getCount();
    std::string place =
        llvm::formatv("{0} {1} {2}", op->getName(), name, bucket.value_or(""));
    places[place] = double(elements) * widthOf(buffer);
  };
  module.walk(
      [&](ir::AllReduceOp op) { add(op, op.getBuffer(), op.getBucket()); });
  module.walk(
      [&](ir::ReduceScatterOp op) { add(op, op.getBuffer(), op.getBucket()); });
  module.walk(
      [&](ir::AllGatherOp op) { add(op, op.getBuffer(), op.getBucket()); });
  double bytes = 0;
  module.walk([&](ir::JoinSubtreesOp op) {
    if (!op.getOwned())
      add(op, "grad", op.getBucket());
    auto bucket = module.lookupSymbol<ir::BucketOp>(op.getBucket());
    int64_t own = ownedOf(bucket, rank, ranks);
    int64_t others = elementsOf(bucket).size() - own;
    int64_t elements =
        int64_t(listRoots(virtualRanks, rank, ranks).size()) * others +
        countFetchedRoots(virtualRanks, rank, ranks) * own;
    bytes += double(elements) * sizeof(float);
  });
  for (const auto &place : places)
    bytes += place.second;
  return bytes;
}

std::vector<MemoryReport> RankEstimate::scratch(int64_t ranks) {
  std::vector<MemoryReport> list;
  if (double bytes = fetchedBytes(ranks))
    list.push_back({"other ranks' sums", bytes});
  // The one that is run, and those of the steps that are under way.
  if (mayUseDevice())
    list.push_back({"batches on a device",
                    batchBytes(ranks) / double(microBatches(ranks)) +
                        batchBytes(ranks) * kStepsUnderWay});
  return list;
}

std::vector<MemoryReport> RankEstimate::staging(int64_t ranks) {
  if (!mayUseDevice())
    return {};
  std::vector<MemoryReport> list = {
      {"batches on their way", batchBytes(ranks) * kStepsUnderWay}};
  double most = 0;
  for (int64_t rank = 0; ranks > 1 && rank < ranks; ++rank)
    most = std::max(most, exchangedBytes(rank, ranks));
  if (most > 0)
    list.push_back({"ranks' exchange, where it takes that way", most});
  return list;
}

double RankEstimate::memory(int64_t ranks) {
  double bytes = 0;
  for (const MemoryReport &entry : scratch(ranks))
    bytes += entry.bytes;
  for (auto buffer : module.getOps<ir::BufferOp>())
    bytes += bufferBytes(buffer, ranks);
  int64_t samples = int64_t(run.getBatch()) / ranks / microBatches(ranks);
  int64_t length = std::max<int64_t>(1, only<ir::DataOp>(module).getSequence());
  return bytes + mostActivationBytes(listUnitCosts(only<ir::GraphOp>(module),
                                                   {samples, length}));
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

std::vector<MemoryReport> dsc::listScratch(ModuleOp module, int64_t ranks) {
  return RankEstimate(module).scratch(ranks);
}

std::vector<MemoryReport> dsc::listStaging(ModuleOp module, int64_t ranks) {
  return RankEstimate(module).staging(ranks);
}
