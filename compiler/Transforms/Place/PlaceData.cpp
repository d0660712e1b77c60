//===- PlaceData.cpp - step programs along the data axis ------------------===//
//
// Every rank runs the same programs on its own samples. What makes the ranks
// one run is added here: gradients are summed bucket by bucket while backward
// goes on, and where the optimizer's state is sharded, each rank updates its
// parts and gathers those of the others while forward goes on.
//
//===----------------------------------------------------------------------===//

#include "compiler/Transforms/Place/Place.h"

#include "compiler/Transforms/Steps/Steps.h"
#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Subtrees.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Remarks.h"

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

namespace {

class DataPlacement {
public:
  DataPlacement(ModuleOp module, GraphOp graph, RunOp run, StrategyOp strategy)
      : module(module), graph(graph), strategy(strategy),
        builder(module.getContext()), loc(strategy.getLoc()),
        virtualRanks(run.getVirtualRanks()),
        owned(strategy.getOptimizer() == Placement::shard),
        buckets(llvm::to_vector(module.getOps<BucketOp>())) {}

  LogicalResult place();

private:
  ProgramOp find(llvm::StringRef name) {
    return module.lookupSymbol<ProgramOp>(name);
  }
  template <typename OpType> SmallVector<OpType> listOps(ProgramOp program) {
    return llvm::to_vector(program.getBody().getOps<OpType>());
  }
  llvm::StringRef bucket(size_t index) { return buckets[index].getSymName(); }
  FlatSymbolRefAttr bucketSymbol(size_t index) {
    return FlatSymbolRefAttr::get(buckets[index].getSymNameAttr());
  }
  /// What the model computes with.
  llvm::StringRef parameters() {
    return module.lookupSymbol("compute") ? "compute" : "param";
  }
  /// Bucket i is summed with token i and gathered with token n + i.
  int64_t sumToken(size_t index) { return index; }
  int64_t gatherToken(size_t index) { return buckets.size() + index; }

  void placeBuffers();
  void placeMicro();
  void keepSubtrees(ProgramOp program);
  void sumBuckets(ProgramOp last);
  void awaitPlaces(ProgramOp last);
  void beginUpdate(ProgramOp update);
  SmallVector<LaunchOp> listLaunches(ProgramOp update, KernelKind kind);
  void overlapNorm(ProgramOp update, ShareLossOp share);
  void ownNorm(ProgramOp update);
  void ownUpdates(ProgramOp update);
  void gather(size_t index);
  void awaitParameters();
  void remarkBuckets();

  ModuleOp module;
  GraphOp graph;
  StrategyOp strategy;
  OpBuilder builder;
  Location loc;
  int64_t virtualRanks;
  bool owned; ///< a rank updates its parts, and no more
  SmallVector<BucketOp> buckets;
};

} // namespace

/// A token more that an op waits for.
static void addWait(Operation *op, int64_t token) {
  SmallVector<int64_t> waits;
  if (auto before = op->getAttrOfType<DenseI64ArrayAttr>("waits"))
    llvm::append_range(waits, before.asArrayRef());
  waits.push_back(token);
  op->setAttr("waits", DenseI64ArrayAttr::get(op->getContext(), waits));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void DataPlacement::placeBuffers() {
  int64_t elements = 0;
  for (auto buffer : module.getOps<BufferOp>()) {
    llvm::StringRef name = buffer.getSymName();
    if (name == "param") {
      buffer.setPlacement(parameters() == name ? strategy.getParameter()
                                               : strategy.getOptimizer());
      elements = buffer.getCount();
    } else if (name == "compute") {
      buffer.setPlacement(strategy.getParameter());
    } else if (name == "grad") {
      buffer.setPlacement(strategy.getGradient());
    } else if (name == "partials" && owned) {
      buffer.setPlacement(Placement::partial);
    } else if (buffer.getSaved() && buffer.getExtent() == Extent::element) {
      buffer.setPlacement(strategy.getOptimizer());
    }
  }
  if (virtualRanks == 0)
    return;
  builder.setInsertionPoint(buckets.front());
  BufferOp::create(builder, loc, "subtrees", builder.getF32Type(),
                   Extent::element, elements * subtreeDepth(virtualRanks),
                   llvm::APFloat(0.0), /*saved=*/false, Placement::partial);
}

//===----------------------------------------------------------------------===//
// Micro-batches
//===----------------------------------------------------------------------===//

void DataPlacement::placeMicro() {
  ProgramOp micro = find(kMicroProgram);
  if (virtualRanks > 0)
    keepSubtrees(micro);
  builder.setInsertionPointAfter(micro);
  auto last = cast<ProgramOp>(builder.clone(*micro));
  last.setSymName(kLastMicroProgram);
  if (virtualRanks > 0)
    return;
  sumBuckets(last);
  awaitPlaces(last);
}

void DataPlacement::keepSubtrees(ProgramOp program) {
  builder.setInsertionPointToEnd(&program.getBody().front());
  GradientsDoneOp::create(builder, loc, /*bucket=*/nullptr);
  KeepSubtreeOp::create(builder, loc);
}

void DataPlacement::sumBuckets(ProgramOp last) {
  size_t next = 0;
  for (BackwardOp backward : listOps<BackwardOp>(last)) {
    builder.setInsertionPointAfter(backward);
    for (; next < buckets.size() &&
           buckets[next].getReadyUnit() == backward.getUnit();
         ++next) {
      GradientsDoneOp::create(builder, loc, bucketSymbol(next));
      if (owned)
        ReduceScatterOp::create(builder, loc, "grad", bucket(next),
                                ArrayRef<int64_t>(), Lane::communication,
                                sumToken(next));
      else
        AllReduceOp::create(builder, loc, "grad", bucketSymbol(next),
                            ArrayRef<int64_t>(), Lane::communication,
                            sumToken(next));
    }
  }
}

/// A place in `passing` is written again when what it held is on its way.
void DataPlacement::awaitPlaces(ProgramOp last) {
  auto items = listBucketItems(graph);
  llvm::StringMap<int64_t> units;
  for (UnitOp unit : graph.getOps<UnitOp>())
    units.try_emplace(unit.getUnitName(), units.size());
  SmallVector<BucketRange> ranges;
  for (BucketOp op : buckets) {
    BucketRange range{int64_t(op.getBegin()), int64_t(op.getEnd())};
    range.passing = op.getPassing();
    range.readyUnit = units.lookup(op.getReadyUnit());
    for (const BucketItem &item : items)
      if (item.begin < range.end && range.begin < item.end)
        range.writtenUnit = std::max(range.writtenUnit, item.lastUnit);
    ranges.push_back(range);
  }
  for (BackwardOp backward : listOps<BackwardOp>(last))
    for (const BucketRange &later : ranges)
      for (auto [index, earlier] : llvm::enumerate(ranges))
        if (later.passing >= 0 &&
            later.writtenUnit == units.lookup(backward.getUnit()) &&
            takesPlace(later, earlier))
          addWait(backward, sumToken(index));
}

//===----------------------------------------------------------------------===//
// The update
//===----------------------------------------------------------------------===//

/// What all ranks have to have together before any of them updates.
void DataPlacement::beginUpdate(ProgramOp update) {
  for (GradientsDoneOp done : listOps<GradientsDoneOp>(update))
    done.erase();
  builder.setInsertionPointToStart(&update.getBody().front());
  auto share = ShareLossOp::create(builder, loc);
  for (size_t index = 0; index < buckets.size(); ++index) {
    if (virtualRanks > 0)
      JoinSubtreesOp::create(builder, loc, bucket(index), owned);
    else
      addWait(share, sumToken(index));
  }
  if (virtualRanks == 0)
    overlapNorm(update, share);
}

SmallVector<LaunchOp> DataPlacement::listLaunches(ProgramOp update,
                                                  KernelKind kind) {
  SmallVector<LaunchOp> launches;
  for (LaunchOp launch : listOps<LaunchOp>(update)) {
    auto kernel = module.lookupSymbol<KernelOp>(launch.getKernel());
    if (kernel.getKind() == kind)
      launches.push_back(launch);
  }
  return launches;
}

namespace {
/// Buckets side by side in the arena, all ready early or all late.
struct Stretch {
  int64_t begin, end;
  bool late;
  SmallVector<int64_t> buckets;
};
} // namespace

/// Late is what the last two units of backward make: little or nothing is left
/// of backward to hide its exchange.
static SmallVector<Stretch> listStretches(ArrayRef<BucketOp> buckets) {
  llvm::SmallVector<llvm::StringRef> last;
  for (BucketOp bucket : llvm::reverse(buckets))
    if (last.size() < 2 && !llvm::is_contained(last, bucket.getReadyUnit()))
      last.push_back(bucket.getReadyUnit());
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, buckets.size()));
  llvm::sort(order, [&](int64_t a, int64_t b) {
    return BucketOp(buckets[a]).getBegin() < BucketOp(buckets[b]).getBegin();
  });
  SmallVector<Stretch> stretches;
  for (int64_t index : order) {
    BucketOp bucket = buckets[index];
    bool late = llvm::is_contained(last, bucket.getReadyUnit());
    int64_t begin = bucket.getBegin();
    if (stretches.empty() || stretches.back().late != late ||
        stretches.back().end != begin)
      stretches.push_back({begin, begin, late, {}});
    stretches.back().end = bucket.getEnd();
    stretches.back().buckets.push_back(index);
  }
  llvm::stable_sort(stretches, [](const Stretch &a, const Stretch &b) {
    return a.late < b.late;
  });
  return stretches;
}

/// While the last buckets are exchanged, the rank takes the norm of the others.
void DataPlacement::overlapNorm(ProgramOp update, ShareLossOp share) {
  SmallVector<LaunchOp> norms = listLaunches(update, KernelKind::reduce);
  if (norms.empty())
    return;
  share->moveAfter(norms.back());
  for (LaunchOp norm : norms) {
    builder.setInsertionPoint(norm);
    for (const Stretch &stretch : listStretches(buckets)) {
      int64_t begin =
          std::max<int64_t>(norm.getBegin(), stretch.begin / kBlockElements);
      int64_t end =
          std::min<int64_t>(norm.getEnd(), stretch.end / kBlockElements);
      if (begin >= end)
        continue;
      auto part = LaunchOp::create(builder, norm.getLoc(), norm.getKernel(),
                                   begin, end, /*owned=*/false);
      for (int64_t index : stretch.buckets)
        addWait(part, sumToken(index));
    }
    norm.erase();
  }
}

/// Every block has one owner: adding the zeros of the others is exact.
void DataPlacement::ownNorm(ProgramOp update) {
  SmallVector<LaunchOp> norms = listLaunches(update, KernelKind::reduce);
  if (norms.empty())
    return;
  builder.setInsertionPoint(norms.front());
  ClearOp::create(builder, loc, "partials");
  for (LaunchOp norm : norms)
    norm.setOwned(true);
  builder.setInsertionPointAfter(norms.back());
  AllReduceOp::create(builder, loc, "partials", /*bucket=*/nullptr);
}

void DataPlacement::gather(size_t index) {
  AllGatherOp::create(builder, loc, parameters(), bucket(index),
                      ArrayRef<int64_t>(), Lane::communication,
                      gatherToken(index));
}

/// Bucket by bucket in the order in which forward reads them.
void DataPlacement::ownUpdates(ProgramOp update) {
  SmallVector<LaunchOp> maps = listLaunches(update, KernelKind::map);
  llvm::StringMap<int64_t> units;
  for (UnitOp unit : graph.getOps<UnitOp>())
    units.try_emplace(unit.getUnitName(), units.size());
  auto order = llvm::to_vector(llvm::seq<size_t>(0, buckets.size()));
  llvm::stable_sort(order, [&](size_t a, size_t b) {
    return units.lookup(buckets[a].getFirstUnit()) <
           units.lookup(buckets[b].getFirstUnit());
  });
  builder.setInsertionPoint(maps.front());
  for (size_t index : order) {
    int64_t begin = buckets[index].getBegin(), end = buckets[index].getEnd();
    for (LaunchOp map : maps)
      if (int64_t(map.getBegin()) <= begin && end <= int64_t(map.getEnd()))
        LaunchOp::create(builder, map.getLoc(), map.getKernel(), begin, end,
                         /*owned=*/true);
    gather(index);
  }
  for (LaunchOp map : maps)
    map.erase();
}

/// Forward reads a bucket once it is gathered, whichever program comes next.
void DataPlacement::awaitParameters() {
  for (auto program : module.getOps<ProgramOp>())
    for (ForwardOp forward : listOps<ForwardOp>(program))
      for (auto [index, bucket] : llvm::enumerate(buckets))
        if (bucket.getFirstUnit() == forward.getUnit())
          addWait(forward, gatherToken(index));
}

//===----------------------------------------------------------------------===//
// All of it
//===----------------------------------------------------------------------===//

void DataPlacement::remarkBuckets() {
  int64_t parameters = listBucketItems(graph).size();
  std::string text = "gradients of " + std::to_string(parameters) +
                     " parameters in " + std::to_string(buckets.size()) +
                     (buckets.size() == 1 ? " bucket, " : " buckets, ");
  if (virtualRanks > 0)
    text += "summed in one tree over " + std::to_string(virtualRanks) +
            " micro-batches";
  else
    text += std::string(owned ? "reduce-scattered" : "all-reduced") +
            " while backward goes on";
  remark::passed(loc, remark::RemarkOpts::name("buckets")
                          .category("parallel")
                          .function(strategy.getName()))
      << text;
}

LogicalResult DataPlacement::place() {
  for (llvm::StringRef name : {kMicroProgram, kUpdateProgram, kEvaluateProgram})
    if (!find(name))
      return module.emitError("found no program '") << name << "' to place";
  if (buckets.empty())
    return module.emitError("found no buckets to place");
  placeBuffers();
  placeMicro();
  ProgramOp update = find(kUpdateProgram);
  beginUpdate(update);
  if (owned) {
    ownNorm(update);
    ownUpdates(update);
    awaitParameters();
  }
  remarkBuckets();
  return success();
}

LogicalResult dsc::placeData(ModuleOp module) {
  auto graphs = module.getOps<GraphOp>();
  auto strategies = module.getOps<StrategyOp>();
  auto runs = module.getOps<RunOp>();
  if (graphs.empty() || strategies.empty() || runs.empty())
    return module.emitError("found no model, run or strategy to place");
  return DataPlacement(module, *graphs.begin(), *runs.begin(),
                       *strategies.begin())
      .place();
}
