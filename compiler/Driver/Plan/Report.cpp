//===- Report.cpp - collecting a plan's figures ---------------------------===//

#include "compiler/Driver/Plan/Report.h"

#include "dialect/Plan/PlanDialect.h"
#include "runtime/Artifact/KernelAbi.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <algorithm>

using namespace mlir;
using namespace dsc;
namespace ir = dsc::plan_ir;

int64_t GroupReport::size() const {
  int64_t total = 0;
  for (const ParameterReport &parameter : parameters)
    total += parameter.size;
  return total;
}

double PlanReport::memoryTotal() const {
  double total = 0;
  for (const MemoryReport &entry : memory)
    total += entry.bytes;
  return total;
}

double PlanReport::activationBytes() const {
  return mostActivationBytes(units);
}

double PlanReport::updateBytes() const {
  double total = 0;
  for (const PassReport &pass : passes)
    total += pass.bytes();
  return total;
}

int64_t PlanReport::parameterCount() const {
  int64_t total = 0;
  for (const GroupReport &group : groups)
    total += group.size();
  return total;
}

static void collectGroups(PlanReport &report, ModuleOp module) {
  for (ir::GroupOp group : module.getOps<ir::GroupOp>())
    report.groups.push_back({group.getSymName().str(),
                             group.getLrScale().convertToDouble(),
                             group.getWeightDecay().convertToDouble(),
                             {}});
  GroupReport frozen{"frozen", 0, 0, {}};
  for (ParameterFacts facts : listParameters(only<ir::GraphOp>(module))) {
    ParameterReport parameter{facts.name,
                              ir::stringifyRole(facts.role).str(),
                              {facts.shape.begin(), facts.shape.end()},
                              facts.size};
    auto group = facts.op.getGroup();
    bool trained = group && !facts.op.getFrozen();
    (trained ? report.groups[*group] : frozen).parameters.push_back(parameter);
  }
  if (!frozen.parameters.empty())
    report.groups.push_back(std::move(frozen));
}

static void collectPasses(PlanReport &report, ModuleOp module) {
  llvm::StringMap<int64_t> launched;
  module.walk([&](ir::LaunchOp launch) {
    launched[launch.getKernel()] += launch.getEnd() - launch.getBegin();
  });
  for (ir::KernelOp kernel : module.getOps<ir::KernelOp>()) {
    PassReport pass{kernel.getSymName().str(),
                    ir::stringifyKernelKind(kernel.getKind()).str(),
                    {},
                    kernel.getBytesPerElement().convertToDouble(),
                    0};
    if (kernel.getKind() != ir::KernelKind::finish)
      pass.elements =
          launched.lookup(kernel.getSymName()) *
          (kernel.getKind() == ir::KernelKind::map ? 1 : kBlockElements);
    for (auto part : kernel.getStages().getAsRange<StringAttr>())
      pass.parts.push_back(part.str());
    report.passes.push_back(std::move(pass));
  }
}

/// What people call the buffers of a well-known name.
static llvm::StringRef describeBuffer(ir::BufferOp buffer) {
  return llvm::StringSwitch<llvm::StringRef>(buffer.getSymName())
      .Case("param", "parameters, f32")
      .Case("grad", "gradients, f32")
      .Case("passing", "gradients on their way")
      .Case("subtrees", "sums of virtual ranks")
      .Case("compute", "parameters in the compute type")
      .Case("frozen", "frozen parameters")
      .Case("frozen_compute", "frozen parameters in the compute type")
      .Default("");
}

static void collectMemory(PlanReport &report, ModuleOp module) {
  auto add = [&](llvm::StringRef name, double bytes) {
    report.memory.push_back({name.str(), bytes});
  };
  double state = 0, small = 0;
  for (ir::BufferOp buffer : module.getOps<ir::BufferOp>()) {
    llvm::StringRef name = describeBuffer(buffer);
    double bytes = bufferBytes(module, buffer, report.ranks);
    if (name.empty())
      (buffer.getSaved() ? state : small) += bytes;
    else if (bytes > 0)
      add(name, bytes);
  }
  add("optimizer state", state);
  add("partial sums and uniforms", small);
  add("activations of a micro-batch", report.activationBytes());
  for (MemoryReport &entry : listScratch(module, report.ranks))
    report.memory.push_back(std::move(entry));
  report.staging = listStaging(module, report.ranks);
}

/// Where no phases say the same, a comment in their place says why.
static std::string takeReason(std::string &native) {
  llvm::StringRef text(native);
  if (text.contains("[schedule]") || !text.consume_front("# "))
    return "";
  std::string reason = text.rtrim().str();
  native.clear();
  return reason;
}

ScheduleKindReport dsc::describeScheduleKind(RecipeOp recipe) {
  auto kinds = recipe.getOps<ScheduleKindInterface>();
  if (kinds.empty())
    return {};
  ScheduleKindInterface kind = *kinds.begin();
  auto quirks = kind.listQuirks();
  std::string native = kind.describeNative();
  std::string reason = takeReason(native);
  return {
      kind.getKindName().str(), {quirks.begin(), quirks.end()}, native, reason};
}

PlanReport dsc::makePlanReport(ModuleOp module, SchedulePreview &preview,
                               int64_t ranks) {
  auto run = only<ir::RunOp>(module);
  auto model = only<ir::ModelOp>(module);
  PlanReport report;
  report.name = run.getName().str();
  report.model = model.getKind().str();
  report.precision = run.getPrecision().str();
  report.steps = run.getSteps();
  report.batch = run.getBatch();
  report.ranks = ranks;
  report.microBatch =
      run.getMicroBatch() ? run.getMicroBatch() : run.getBatch() / ranks;
  report.sequence =
      std::max<int64_t>(1, only<ir::DataOp>(module).getSequence());
  report.flopsPerToken = model.getFlopsPerToken().convertToDouble();
  report.reactions = preview.getReactions();
  report.batchScale = preview.getBatchScale();
  for (const PhaseSpan &phase : preview.getPhases())
    report.phases.push_back({phase.name, phase.kind, phase.begin, phase.end,
                             preview.lrAt(phase.begin),
                             preview.lrAt(phase.end - 1)});
  auto costs = listUnitCosts(only<ir::GraphOp>(module),
                             {report.microBatch, report.sequence});
  report.units.assign(costs.begin(), costs.end());
  collectGroups(report, module);
  collectPasses(report, module);
  collectMemory(report, module);
  report.sharing = makeRanksReport(module);
  return report;
}
