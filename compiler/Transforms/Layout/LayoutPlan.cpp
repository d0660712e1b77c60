//===- LayoutPlan.cpp -----------------------------------------------------===//

#include "compiler/Transforms/Layout/LayoutPlan.h"

#include "compiler/Transforms/Layout/Groups.h"
#include "compiler/Transforms/Layout/Layout.h"
#include "dialect/Plan/PlanDialect.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace dsc;

static FailureOr<plan_ir::GraphOp> findGraph(ModuleOp module) {
  auto graphs = module.getOps<plan_ir::GraphOp>();
  if (graphs.empty())
    return module.emitError("found no model graph to lay out");
  return *graphs.begin();
}

/// Which trained group each parameter belongs to; -1 where it is frozen.
/// Trained groups count without the frozen ones.
static llvm::SmallVector<int> numberGroups(llvm::ArrayRef<CombinedGroup> groups,
                                           size_t parameters) {
  llvm::SmallVector<int> numbers(parameters, -1);
  int next = 0;
  for (const CombinedGroup &group : groups) {
    if (group.frozen)
      continue;
    for (size_t member : group.members)
      numbers[member] = next;
    ++next;
  }
  return numbers;
}

static void addGroupOps(ModuleOp module, std::vector<CombinedGroup> &groups,
                        const Layout &layout) {
  auto builder = OpBuilder::atBlockEnd(module.getBody());
  size_t next = 0;
  for (CombinedGroup &group : groups) {
    if (group.frozen)
      continue;
    LayoutRange range = layout.groups[next++];
    plan_ir::GroupOp::create(builder, group.getOptimizer().getLoc(), group.name,
                             range.begin, range.end,
                             llvm::APFloat(group.lrScale),
                             llvm::APFloat(group.weightDecay));
  }
}

LogicalResult dsc::layoutPlan(ModuleOp module, RecipeOp recipe) {
  auto graph = findGraph(module);
  if (failed(graph))
    return failure();
  auto parameters = listParameters(*graph);
  if (failed(checkGroups(recipe, parameters)))
    return failure();
  auto groups = combineGroups(recipe, parameters);
  auto numbers = numberGroups(groups, parameters.size());

  llvm::SmallVector<LayoutItem> items;
  for (auto [parameter, number] : llvm::zip_equal(parameters, numbers))
    items.push_back(
        {parameter.size, number, parameter.completion, parameter.finalUnit});
  int trained =
      llvm::count_if(groups, [](auto &group) { return !group.frozen; });
  Layout layout = layoutParameters(items, trained);
  for (size_t i = 0; i < parameters.size(); ++i) {
    parameters[i].op.setOffset(layout.offsets[i]);
    if (numbers[i] < 0)
      parameters[i].op.setFrozen(true);
    else
      parameters[i].op.setGroup(numbers[i]);
  }
  addGroupOps(module, groups, layout);
  return success();
}
