//===- LowerRun.cpp -------------------------------------------------------===//

#include "compiler/Transforms/Run/LowerRun.h"

#include "compiler/Transforms/Run/Fingerprint.h"
#include "compiler/Transforms/Schedule/RecipeSchedule.h"
#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/Placements.h"
#include "dialect/Plan/PlanDialect.h"

using namespace mlir;
using namespace dsc;

namespace {

/// Reads resolved tables: every key that has a default has a value here.
class RunLowering {
public:
  RunLowering(ModuleOp module, RecipeOp recipe, const RunFacts &facts)
      : builder(OpBuilder::atBlockEnd(module.getBody())), recipe(recipe),
        facts(facts) {}

  LogicalResult lower();

private:
  template <typename OpType> OpType find() {
    auto ops = recipe.getOps<OpType>();
    return ops.empty() ? OpType() : *ops.begin();
  }

  void lowerTraining(TrainOp train);
  void lowerParallel(ParallelOp parallel);
  void lowerModel(ModelInterface model);
  LogicalResult lowerPhases();
  void lowerData(DataOp data);
  void addSource(Operation *op, llvm::StringRef name, llvm::StringRef kind,
                 llvm::StringRef path, llvm::StringRef record,
                 llvm::StringRef field);
  void lowerEvaluations();
  int64_t ownSource(EvalOp eval);
  std::optional<int64_t> findSource(llvm::StringRef name);

  StringAttr text(llvm::StringRef value) {
    return builder.getStringAttr(value);
  }

  OpBuilder builder;
  RecipeOp recipe;
  const RunFacts &facts;
  SmallVector<std::string> sources; ///< names of the plan.source ops so far
};

} // namespace

void RunLowering::lowerTraining(TrainOp train) {
  auto checkpoint = find<CheckpointOp>();
  auto logging = find<LoggingOp>();
  auto parallel = find<ParallelOp>();
  int64_t virtualRanks = parallel.getVirtualRanks().value_or(0);
  int64_t microBatch = virtualRanks ? *train.getBatch() / virtualRanks
                                    : train.getMicroBatch().value_or(0);
  plan_ir::RunOp::create(builder, train.getLoc(), *recipe.getName(),
                         *train.getSteps(), *train.getBatch(), microBatch,
                         virtualRanks, llvm::APFloat(*parallel.getTimeout()),
                         *train.getSeed(), *train.getDeterministic(),
                         *train.getNonfinite(), *train.getPrecision(),
                         *train.getDevice(), *checkpoint.getEverySteps(),
                         *checkpoint.getKeepLast(), *logging.getEverySteps(),
                         *logging.getTensorboard());
}

void RunLowering::lowerParallel(ParallelOp parallel) {
  const Strategy *strategy = findStrategy(*parallel.getZero());
  auto ranks = dyn_cast_or_null<IntegerAttr>(parallel.getDataAttr());
  // A strategy that is a default is what the batch is shared by.
  Location place = getKeyLocation(parallel, "zero");
  if (!isa<FileLineColRange>(place))
    place = getKeyLocation(find<TrainOp>(), "batch");
  plan_ir::MeshOp::create(builder, place,
                          builder.getStrArrayAttr({strategy->axis}),
                          ArrayRef<int64_t>(ranks ? ranks.getInt() : 0));
  plan_ir::StrategyOp::create(builder, place, strategy->name, strategy->axis,
                              strategy->parameter, strategy->gradient,
                              strategy->optimizer);
}

void RunLowering::lowerModel(ModelInterface model) {
  auto init = model->getAttrOfType<StringAttr>("init");
  auto context = model->getAttrOfType<IntegerAttr>("context_length");
  auto kind = model->getName().stripDialect();
  plan_ir::ModelOp::create(
      builder, model.getLoc(), kind, model.getConfig(facts.model),
      context ? context.getInt() : 0, init ? init.getValue() : "",
      llvm::APFloat(facts.flopsPerToken));
}

LogicalResult RunLowering::lowerPhases() {
  auto parts = listParts(recipe);
  if (mlir::failed(parts))
    return failure();
  for (const SchedulePart &part : *parts)
    plan_ir::PhaseOp::create(builder, recipe.getLoc(), part.name, part.kind,
                             part.begin, part.end);
  return success();
}

static int64_t integerOr(Operation *op, llvm::StringRef name,
                         int64_t fallback) {
  auto attribute = op->getAttrOfType<IntegerAttr>(name);
  return attribute ? attribute.getInt() : fallback;
}

static double numberOr(Operation *op, llvm::StringRef name, double fallback) {
  auto attribute = op->getAttrOfType<FloatAttr>(name);
  return attribute ? attribute.getValueAsDouble() : fallback;
}

void RunLowering::addSource(Operation *op, llvm::StringRef name,
                            llvm::StringRef kind, llvm::StringRef path,
                            llvm::StringRef record, llvm::StringRef field) {
  auto files = op->getAttrOfType<ArrayAttr>("files");
  sources.push_back(name.str());
  plan_ir::SourceOp::create(
      builder, op->getLoc(), text(name), text(kind), text(path), text(record),
      text(field), builder.getF64FloatAttr(numberOr(op, "holdout", 0)),
      builder.getI64IntegerAttr(integerOr(op, "limit", -1)),
      files ? files : builder.getArrayAttr({}),
      builder.getI64IntegerAttr(integerOr(op, "training_samples", 0)),
      builder.getI64IntegerAttr(integerOr(op, "heldout_samples", 0)));
}

void RunLowering::lowerData(DataOp data) {
  plan_ir::DataOp::create(
      builder, data.getLoc(), facts.model.columns ? "" : *data.getTokenizer(),
      facts.model.vocabulary, facts.model.sequence, facts.model.columns);
  for (Operation &op : recipe.getBody().front()) {
    auto source = dyn_cast<SourceInterface>(op);
    if (!source)
      continue;
    addSource(&op, op.getAttrOfType<StringAttr>("name").getValue(),
              source.getSourceKind(),
              op.getAttrOfType<StringAttr>("path").getValue(),
              source.getRecordKind(), source.getTargetField());
  }
}

std::optional<int64_t> RunLowering::findSource(llvm::StringRef name) {
  auto *found = llvm::find(sources, name);
  if (found == sources.end())
    return std::nullopt;
  return found - sources.begin();
}

/// An evaluation with files of its own adds a source that training never reads.
int64_t RunLowering::ownSource(EvalOp eval) {
  addSource(eval, *eval.getName(), eval.getKind().value_or("text"),
            eval.getPath().value_or(""), eval.getRecord().value_or("file"),
            eval.getField().value_or(""));
  return sources.size() - 1;
}

void RunLowering::lowerEvaluations() {
  for (auto eval : recipe.getOps<EvalOp>()) {
    std::optional<int64_t> shared;
    if (!eval.getPath())
      shared = findSource(eval.getSource().value_or(""));
    int64_t source = shared ? *shared : ownSource(eval);
    plan_ir::EvaluationOp::create(
        builder, eval.getLoc(), *eval.getName(), source, shared.has_value(),
        *eval.getEverySteps(), eval.getSamples().value_or(-1),
        *eval.getAtStart(), eval.getStopAfterEvals().value_or(-1));
  }
}

LogicalResult RunLowering::lower() {
  ModelInterface model;
  for (Operation &op : recipe.getBody().front())
    if (auto found = dyn_cast<ModelInterface>(op))
      model = found;
  auto train = find<TrainOp>();
  auto data = find<DataOp>();
  if (!model || !train || !data)
    return recipe.emitError("expected [model], [data] and [train]");
  lowerTraining(train);
  lowerParallel(find<ParallelOp>());
  lowerModel(model);
  lowerData(data);
  lowerEvaluations();
  if (mlir::failed(lowerPhases()))
    return failure();
  createFingerprint(builder, recipe, facts.recipeText);
  return success();
}

LogicalResult dsc::lowerRun(ModuleOp module, const RunFacts &facts) {
  auto recipes = module.getOps<RecipeOp>();
  if (recipes.empty())
    return module.emitError("found no recipe to lower");
  return RunLowering(module, *recipes.begin(), facts).lower();
}
