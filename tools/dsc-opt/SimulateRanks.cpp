//===- SimulateRanks.cpp --------------------------------------------------===//
//
// `dsc plan -n` walks what the compiler made, which is right. Here a plan may
// be changed by hand first, for all ranks or for some.
//
//===----------------------------------------------------------------------===//

#include "SimulateRanks.h"

#include "compiler/Artifact/PlanWriter.h"
#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/RankRules.h"
#include "runtime/Artifact/Simulation/Simulation.h"
#include "runtime/Base/Error.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"

#include <deque>

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

  /// The plan that is read, and those of the files.
  std::deque<std::string> bytes;
  std::vector<const plan::Plan *> plans;
};

} // namespace

LogicalResult SimulateRanks::addPlan(ModuleOp module) {
  auto written = writePlan(module);
  if (failed(written))
    return failure();
  bytes.push_back(std::move(*written));
  try {
    plans.push_back(readPlan(bytes.back()));
  } catch (const Error &error) {
    return module.emitError(error.what());
  }
  return success();
}

/// The op that a fault is of, or its program, or what makes ranks one run.
static Location locate(ModuleOp module, const RankFault &fault) {
  for (auto program : module.getOps<plan_ir::ProgramOp>()) {
    if (program.getSymName() != fault.program)
      continue;
    for (auto [index, op] : llvm::enumerate(program.getBody().getOps()))
      if (int(index) == fault.op)
        return op.getLoc();
    return program.getLoc();
  }
  for (auto strategy : module.getOps<plan_ir::StrategyOp>())
    return strategy.getLoc();
  return module.getLoc();
}

void SimulateRanks::runOnOperation() {
  bytes.clear();
  plans.clear();
  SmallVector<OwningOpRef<ModuleOp>> others;
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
    others.push_back(std::move(other));
  }
  auto moduleOf = [&](int rank) {
    return rank > 0 && rank <= int(others.size()) ? *others[rank - 1]
                                                  : getOperation();
  };
  plans.resize(size_t(ranks), plans.front());
  for (const plan::Plan *plan : plans)
    if (auto refusal = findRankRefusal(*plan->training(), ranks)) {
      getOperation().emitError(refusal->message).attachNote() << refusal->hint;
      return signalPassFailure();
    }
  for (const RankFault &fault : simulate(plans, {}).faults) {
    emitError(locate(moduleOf(fault.ranks.front()), fault), fault.text())
            .attachNote()
        << fault.hint;
    signalPassFailure();
  }
}

void dsc::registerSimulateRanks() { PassRegistration<SimulateRanks>(); }
