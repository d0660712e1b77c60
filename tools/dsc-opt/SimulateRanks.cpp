//===- SimulateRanks.cpp --------------------------------------------------===//
//
// `dsc plan -n` walks what the compiler made, which is right. Here a plan may
// be changed by hand first, for all ranks or for some.
//
//===----------------------------------------------------------------------===//

#include "SimulateRanks.h"

#include "compiler/Artifact/PlanWriter.h"
#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/RankRules.h"
#include "runtime/Artifact/Simulation/Simulation.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace dsc;

namespace {

class SimulateRanks
    : public PassWrapper<SimulateRanks, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SimulateRanks)
  SimulateRanks() = default;
  SimulateRanks(const SimulateRanks &other) : PassWrapper(other) {}

  llvm::StringRef getArgument() const final { return "simulate-ranks"; }
  llvm::StringRef getDescription() const final {
    return "walk the plans of all ranks together";
  }
  void runOnOperation() final;

private:
  LogicalResult addPlan(ModuleOp module);

  Option<int> ranks{*this, "ranks", llvm::cl::desc("how many"),
                    llvm::cl::init(2)};
  ListOption<std::string> files{*this, "plans",
                                llvm::cl::desc("plans of rank 1, 2, ...")};

  std::vector<std::string>
      bytes; ///< of the plan that is read, and of the files
};

} // namespace

LogicalResult SimulateRanks::addPlan(ModuleOp module) {
  auto written = writePlan(module);
  if (failed(written))
    return failure();
  bytes.push_back(std::move(*written));
  return success();
}

/// The op that a fault is of, or the module.
static Location locate(ModuleOp module, const RankFault &fault) {
  for (auto program : module.getOps<plan_ir::ProgramOp>())
    for (auto [index, op] : llvm::enumerate(program.getBody().getOps()))
      if (program.getSymName() == fault.program && int(index) == fault.op)
        return op.getLoc();
  return module.getLoc();
}

void SimulateRanks::runOnOperation() {
  bytes.clear();
  if (ranks < 1) {
    getOperation().emitError("found ") << ranks << " ranks, expected 1 or more";
    return signalPassFailure();
  }
  if (failed(addPlan(getOperation())))
    return signalPassFailure();
  for (const std::string &file : files) {
    auto other = parseSourceFile<ModuleOp>(file, &getContext());
    if (!other || failed(addPlan(*other)))
      return signalPassFailure();
  }
  std::vector<const plan::Plan *> plans;
  for (int rank = 0; rank < ranks; ++rank)
    plans.push_back(plan::GetPlan(
        bytes[size_t(rank) < bytes.size() ? size_t(rank) : 0].data()));
  for (const plan::Plan *plan : plans)
    if (auto refusal = findRankRefusal(*plan->training(), ranks)) {
      getOperation().emitError(refusal->message).attachNote() << refusal->hint;
      return signalPassFailure();
    }
  for (const RankFault &fault : simulate(plans, {}).faults) {
    emitError(locate(getOperation(), fault), fault.text()).attachNote()
        << fault.hint;
    signalPassFailure();
  }
}

void dsc::registerSimulateRanks() { PassRegistration<SimulateRanks>(); }
