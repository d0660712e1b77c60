//===- BucketGradients.cpp ------------------------------------------------===//

#include "compiler/Transforms/Place/Place.h"

#include "compiler/Transforms/Model/GraphFacts.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

llvm::SmallVector<BucketItem> dsc::listBucketItems(GraphOp graph) {
  llvm::SmallVector<BucketItem> items;
  for (ParameterFacts facts : listParameters(graph)) {
    if (facts.op.getFrozen() || !facts.op.getOffset())
      continue;
    int64_t begin = *facts.op.getOffset();
    items.push_back(
        {begin, begin + facts.size, facts.finalUnit, facts.lastUnit});
  }
  llvm::sort(items, [](const BucketItem &a, const BucketItem &b) {
    return a.begin < b.begin;
  });
  return items;
}

static llvm::SmallVector<BucketRange> cutArena(ModuleOp module,
                                               ArrayRef<BucketItem> items) {
  auto groups = llvm::to_vector(module.getOps<GroupOp>());
  int64_t target = bucketTarget(groups.empty() ? 0 : groups.back().getEnd());
  llvm::SmallVector<BucketRange> buckets;
  for (GroupOp group : groups) {
    int64_t begin = group.getBegin(), end = group.getEnd();
    auto own = items.drop_while([&](auto &item) { return item.begin < begin; })
                   .take_while([&](auto &item) { return item.begin < end; });
    llvm::append_range(buckets, cutBuckets(begin, end, own, target));
  }
  orderBuckets(buckets);
  return buckets;
}

LogicalResult dsc::bucketGradients(ModuleOp module) {
  auto graphs = module.getOps<GraphOp>();
  auto strategies = module.getOps<StrategyOp>();
  auto runs = module.getOps<RunOp>();
  if (graphs.empty() || strategies.empty() || runs.empty())
    return module.emitError("found no model, run or strategy to cut buckets "
                            "for");
  GraphOp graph = *graphs.begin();
  StrategyOp strategy = *strategies.begin();
  auto items = listBucketItems(graph);
  auto buckets = cutArena(module, items);
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  // The sums of virtual ranks stay until the step's end.
  if (strategy.getGradient() == Placement::shard &&
      (*runs.begin()).getVirtualRanks() == 0) {
    int64_t elements = placeBuckets(buckets, items);
    BufferOp::create(builder, strategy.getLoc(), "passing",
                     builder.getF32Type(), Extent::element, elements,
                     llvm::APFloat(0.0), /*saved=*/false, Placement::partial);
  }
  auto units = llvm::to_vector(graph.getOps<UnitOp>());
  for (auto [index, bucket] : llvm::enumerate(buckets))
    BucketOp::create(builder, strategy.getLoc(),
                     "bucket" + std::to_string(index), bucket.begin, bucket.end,
                     units[bucket.readyUnit].getUnitName(),
                     units[bucket.firstUnit].getUnitName(), bucket.passing);
  return success();
}
