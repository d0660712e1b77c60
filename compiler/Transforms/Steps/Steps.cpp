//===- Steps.cpp ----------------------------------------------------------===//

#include "compiler/Transforms/Steps/Steps.h"

#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/KernelAbi.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

#include <map>

using namespace mlir;
using namespace dsc;
using namespace dsc::plan_ir;

namespace {

/// Adds the programs at the end of a module.
class StepBuilder {
public:
  StepBuilder(ModuleOp module, GraphOp graph)
      : builder(OpBuilder::atBlockEnd(module.getBody())), loc(graph.getLoc()),
        units(llvm::to_vector(graph.getOps<UnitOp>())),
        groups(llvm::to_vector(module.getOps<GroupOp>())) {
    for (auto kernel : module.getOps<KernelOp>())
      kernels[kernel.getKind()].push_back(kernel);
  }

  LogicalResult build() {
    if (kernels[KernelKind::map].size() != groups.size()) {
      emitError(loc) << "found " << kernels[KernelKind::map].size()
                     << " update kernels, expected one for each of "
                     << groups.size() << " groups";
      return failure();
    }
    buildMicro();
    buildUpdate();
    buildEvaluate();
    return success();
  }

private:
  void buildMicro() {
    OpBuilder::InsertionGuard guard(builder);
    begin(kMicroProgram);
    LoadBatchOp::create(builder, loc);
    forwardAll();
    for (UnitOp unit : llvm::reverse(units))
      BackwardOp::create(builder, unit.getLoc(), unit.getUnitName());
  }

  void buildUpdate() {
    OpBuilder::InsertionGuard guard(builder);
    begin(kUpdateProgram);
    GradientsDoneOp::create(builder, loc, /*bucket=*/nullptr);
    int64_t blocks =
        groups.empty() ? 0 : groups.back().getEnd() / kBlockElements;
    for (KernelKind kind : {KernelKind::reduce, KernelKind::finish})
      for (KernelOp kernel : kernels[kind])
        launch(kernel, 0, blocks);
    if (!kernels[KernelKind::finish].empty())
      GuardOp::create(builder, loc);
    for (auto [kernel, group] :
         llvm::zip_equal(kernels[KernelKind::map], groups))
      launch(kernel, group.getBegin(), group.getEnd());
    AdvanceOp::create(builder, loc);
  }

  void buildEvaluate() {
    OpBuilder::InsertionGuard guard(builder);
    begin(kEvaluateProgram);
    LoadBatchOp::create(builder, loc);
    forwardAll();
  }

  void begin(llvm::StringRef name) {
    auto program = ProgramOp::create(builder, loc, name);
    builder.setInsertionPointToStart(&program.getBody().emplaceBlock());
  }

  void forwardAll() {
    for (UnitOp unit : units)
      ForwardOp::create(builder, unit.getLoc(), unit.getUnitName());
  }

  void launch(KernelOp kernel, int64_t first, int64_t last) {
    LaunchOp::create(builder, kernel.getLoc(), kernel.getSymName(), first,
                     last);
  }

  OpBuilder builder;
  Location loc;
  SmallVector<UnitOp> units;
  SmallVector<GroupOp> groups;
  std::map<KernelKind, SmallVector<KernelOp>> kernels;
};

} // namespace

LogicalResult dsc::buildStepPrograms(ModuleOp module) {
  auto graphs = module.getOps<GraphOp>();
  if (graphs.empty())
    return module.emitError("found no model graph to make a step of");
  return StepBuilder(module, *graphs.begin()).build();
}
