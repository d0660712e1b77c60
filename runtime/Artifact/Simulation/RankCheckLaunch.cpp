//===- RankCheckLaunch.cpp - kernels on one rank --------------------------===//

#include "runtime/Artifact/Simulation/RankCheck.h"

#include "runtime/Artifact/Artifact.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;

void RankCheck::needLoss(const char *what) {
  if (losses == 0 && !isAlone())
    report(fmt::format("{} comes before the loss is that of all ranks", what),
           "share the loss first, or ranks decide differently");
}

void RankCheck::launch() {
  const plan::Kernel &kernel = facts.kernelOf(*op);
  if (facts.touches(kernel, facts.gradients))
    for (int bucket = 0; bucket < facts.bucketCount(); ++bucket)
      if (facts.reaches(*op, bucket))
        readGradients(bucket, *op);
  if (!isAlone() && !op->owned() && facts.touchesShard(kernel) &&
      facts.rangeOf(*op).size() > 0)
    report(fmt::format("{} works outside what the rank owns",
                       describeOp(facts.plan, *op)),
           "launch it on owned parts alone");
  switch (kernel.kind()) {
  case plan::KernelKind::reduce:
    return reduceToPartials();
  case plan::KernelKind::finish:
    if (int state = findBuffer(facts.plan, "state");
        facts.touches(kernel, state))
      needLoss("the schedule");
    decision = Decision::computed;
    return readPartials();
  case plan::KernelKind::map:
    if (facts.touches(kernel, facts.partials))
      readPartials();
    return writeParameters();
  }
}

/// Ranks that do not look, or not at the same, part when a step is skipped.
void RankCheck::passGuard() {
  needLoss("the guard");
  readPartials();
  if (decision == Decision::open)
    report("the guard looks at what is not computed yet",
           "launch the finish kernel before it");
  decision = Decision::guarded;
}

void RankCheck::readGradients(int bucket, const plan::PlanOp &launch) {
  const Gradients &state = gradients[size_t(bucket)];
  if (isAlone())
    return;
  std::string what =
      fmt::format("{} reads gradients of {}", describeOp(facts.plan, launch),
                  bucketText(bucket));
  if (state.exchanges == 0)
    report(what + " before they are exchanged",
           "exchange them first, and wait for the token");
  else if (isUnderWay(state.sent))
    report(what + " without waiting for their exchange",
           "let it wait for the token of the exchange");
  else if (!state.whole && !launch.owned())
    report(what + " outside what the rank owns",
           "launch it on owned parts alone");
}

void RankCheck::reduceToPartials() {
  if (!facts.touches(facts.kernelOf(*op), facts.partials))
    return;
  if (facts.touches(facts.kernelOf(*op), facts.gradients))
    summed.push_back(facts.rangeOf(*op));
  if (!op->owned()) {
    partials = Partials::whole;
    return;
  }
  if (partials != Partials::cleared && partials != Partials::parts &&
      !isAlone())
    report(describeOp(facts.plan, *op) +
               " fills its parts of partial sums that were not cleared",
           "clear them before the first launch on owned parts");
  partials = Partials::parts;
}

void RankCheck::readPartials() {
  if (isAlone())
    return;
  if (partials == Partials::parts || partials == Partials::cleared)
    report(describeOp(facts.plan, *op) +
               " reads partial sums of this rank's parts alone",
           "share them with an all_reduce first");
  else if (partials == Partials::shared && isUnderWay(partialsSent))
    report(describeOp(facts.plan, *op) +
               " reads partial sums without waiting for their all_reduce",
           "let it wait for the token of the all_reduce");
}

void RankCheck::writeParameters() {
  const plan::Kernel &kernel = facts.kernelOf(*op);
  for (int bucket = 0; bucket < facts.bucketCount(); ++bucket) {
    if (!facts.touches(kernel, facts.computed) || !facts.reaches(*op, bucket))
      continue;
    Parameters &state = parameters[size_t(bucket)];
    if (!isAlone() && isUnderWay(state.sent))
      report(fmt::format("{} writes parameters of {} while they are gathered",
                         describeOp(facts.plan, *op), bucketText(bucket)),
             "let it wait for the token of the all_gather");
    state.behind = op->owned() && !isAlone();
  }
  if (decision != Decision::guarded &&
      facts.hasKernel(plan::KernelKind::finish))
    report(describeOp(facts.plan, *op) + " comes before the guard",
           "launch the finish kernel, then pass the guard, then update");
  if (facts.touches(kernel, facts.masters))
    updated[op->index()].push_back(facts.rangeOf(*op));
}

/// Where a kernel's launches overlap, elements are updated twice.
void RankCheck::checkOverlaps(std::vector<ElementRange> &ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](ElementRange a, ElementRange b) { return a.begin < b.begin; });
  for (size_t i = 1; i < ranges.size(); ++i)
    if (int64_t end = std::min(ranges[i].end, ranges[i - 1].end);
        ranges[i].begin < end)
      faults.add(rank, "update", -1,
                 fmt::format("elements [{}, {}) are updated twice in a step",
                             ranges[i].begin, end),
                 "let launches follow one another");
}

/// Every trained parameter is updated once in a step.
void RankCheck::checkUpdated() {
  std::vector<ElementRange> all;
  for (auto &[kernel, ranges] : updated) {
    checkOverlaps(ranges);
    all.insert(all.end(), ranges.begin(), ranges.end());
  }
  checkCovered(std::move(all), "updated");
}

/// A norm is that of all gradients.
void RankCheck::checkSummed() {
  for (const plan::Kernel *kernel : *facts.plan.kernels())
    if (kernel->kind() == plan::KernelKind::reduce &&
        facts.touches(*kernel, facts.gradients) &&
        facts.touches(*kernel, facts.partials))
      return checkCovered(summed, "summed");
}

void RankCheck::checkCovered(std::vector<ElementRange> ranges,
                             const char *what) {
  std::sort(ranges.begin(), ranges.end(),
            [](ElementRange a, ElementRange b) { return a.begin < b.begin; });
  for (const plan::Parameter *parameter : *facts.plan.parameters()) {
    int64_t reached = parameter->offset();
    int64_t end = parameter->offset() + parameter->size();
    for (ElementRange range : ranges)
      if (range.begin <= reached)
        reached = std::max(reached, range.end);
    if (!parameter->frozen() && reached < end)
      faults.add(rank, "update", -1,
                 fmt::format("elements [{}, {}) of parameter '{}' are never "
                             "{}",
                             reached, end, parameter->name()->str(), what),
                 "let launches cover the arena");
  }
}
