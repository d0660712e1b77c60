//===- Facts.cpp ----------------------------------------------------------===//

#include "runtime/Artifact/Simulation/Facts.h"

#include "runtime/Artifact/Artifact.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

using namespace dsc;
using plan::OpCode;

/// Enough for a first micro-batch, two between and the last.
static constexpr int64_t kMostMicroBatches = 4;

Facts::Facts(const plan::Plan &plan, int ranks)
    : plan(plan), ranks(ranks), passes(gradientsPass(plan, ranks)),
      gradients(findBuffer(plan, "grad")),
      partials(findBuffer(plan, "partials")),
      passing(findBuffer(plan, "passing")),
      computed(findBuffer(plan, "compute")), masters(findBuffer(plan, "param")),
      allMicroBatches(dsc::microBatches(*plan.training(), ranks)),
      microBatches(std::clamp(allMicroBatches, int64_t(1), kMostMicroBatches)) {
  trained = plan.buffers()->Get(unsigned(masters))->count();
  if (computed < 0)
    computed = masters;
  bucketsOfUnit.resize(plan.graph()->units()->size());
  unitsOfBucket.resize(plan.buckets()->size());
  for (int unit = 0; unit < int(bucketsOfUnit.size()); ++unit)
    for (int bucket = 0; bucket < bucketCount(); ++bucket) {
      ElementRange range{this->bucket(bucket).begin(),
                         this->bucket(bucket).end()};
      bool reads = false;
      for (int index :
           *plan.graph()->units()->Get(unsigned(unit))->parameters()) {
        const auto *parameter = plan.parameters()->Get(unsigned(index));
        ElementRange elements{parameter->offset(),
                              parameter->offset() + parameter->size()};
        reads |= !parameter->frozen() && intersect(range, elements).size() > 0;
      }
      if (!reads)
        continue;
      bucketsOfUnit[unit].push_back(bucket);
      unitsOfBucket[bucket].push_back(unit);
    }
}

std::vector<OrderedOp> Facts::walk(bool recorded) const {
  std::vector<const plan::PlanOp *> left;
  if (recorded)
    left = leftToNextStep(plan);
  auto isLeft = [&](const OrderedOp &place) {
    return std::count(left.begin(), left.end(), &place.op()) > 0;
  };
  std::vector<OrderedOp> all;
  for (int step = 0; step < kSteps; ++step) {
    size_t begin = all.size();
    for (StepWalk walk(plan, microBatches); !walk.atEnd(); ++walk) {
      all.push_back(*walk);
      all.back().step = step;
    }
    std::stable_partition(all.begin() + int64_t(begin), all.end(),
                          std::not_fn(isLeft));
  }
  if (const plan::Program *program = findProgram(plan, "evaluate"))
    for (int index = 0; index < int(program->ops()->size()); ++index)
      all.push_back({program, index, 0, kSteps});
  return all;
}

std::vector<int> Facts::allBuckets() const {
  std::vector<int> all(static_cast<size_t>(bucketCount()));
  for (int i = 0; i < bucketCount(); ++i)
    all[size_t(i)] = i;
  return all;
}

bool Facts::hasKernel(plan::KernelKind kind) const {
  return std::any_of(
      plan.kernels()->begin(), plan.kernels()->end(),
      [&](const plan::Kernel *kernel) { return kernel->kind() == kind; });
}

bool Facts::touches(const plan::Kernel &kernel, int buffer) const {
  return buffer >= 0 &&
         std::find(kernel.operands()->begin(), kernel.operands()->end(),
                   buffer) != kernel.operands()->end();
}

bool Facts::touchesShard(const plan::Kernel &kernel) const {
  return std::any_of(kernel.operands()->begin(), kernel.operands()->end(),
                     [&](int32_t operand) {
                       const auto *buffer =
                           plan.buffers()->Get(unsigned(operand));
                       return buffer->placement() == plan::Placement::shard &&
                              buffer->extent() == plan::Extent::element;
                     });
}

plan::KernelKind Facts::kindOf(const plan::PlanOp &launch) const {
  return kernelOf(launch).kind();
}

bool Facts::sumsGradients(const plan::PlanOp &op) const {
  switch (op.code()) {
  case OpCode::join_subtrees:
    return true;
  case OpCode::reduce_scatter:
    return op.buffer() == gradients || op.buffer() == passing;
  case OpCode::all_reduce:
    return op.buffer() == gradients;
  default:
    return false;
  }
}

ElementRange Facts::rangeOf(const plan::PlanOp &launch) const {
  switch (kindOf(launch)) {
  case plan::KernelKind::map:
    return {launch.begin(), launch.end()};
  case plan::KernelKind::reduce:
    return {launch.begin() * kBlockElements,
            std::min(launch.end() * kBlockElements, trained)};
  case plan::KernelKind::finish:
    return {};
  }
  return {};
}

bool Facts::reaches(const plan::PlanOp &launch, int index) const {
  ElementRange all{bucket(index).begin(), bucket(index).end()};
  return intersect(all, rangeOf(launch)).size() > 0;
}

ElementRange Facts::partOf(const plan::PlanOp &launch, int index,
                           int rank) const {
  ElementRange all{bucket(index).begin(), bucket(index).end()};
  return intersect(launch.owned() ? shardOf(bucket(index), rank, ranks) : all,
                   rangeOf(launch));
}

//===----------------------------------------------------------------------===//
// What holds without walking
//===----------------------------------------------------------------------===//

/// A rank runs two lanes.
bool Facts::checkLanes(int rank, RankFaults &faults) const {
  bool good = true;
  for (const plan::Program *program : *plan.programs())
    for (int index = 0; index < int(program->ops()->size()); ++index) {
      const plan::PlanOp &op = *program->ops()->Get(unsigned(index));
      if (op.lane() == plan::Lane::compute ||
          op.lane() == plan::Lane::communication)
        continue;
      faults.add(rank, program->name()->string_view(), index,
                 describeOp(plan, op) +
                     " is on a lane that no rank runs, expected compute or "
                     "communication",
                 "compile the recipe again");
      good = false;
    }
  return good;
}

/// The units that a bucket names are the first and the last of those that use
/// it.
void Facts::checkUnits(int index, int rank, RankFaults &faults) const {
  const plan::Bucket &found = bucket(index);
  auto fault = [&](const std::string &message, const char *hint) {
    faults.add(rank, "", -1, fmt::format("bucket {} {}", index, message), hint);
  };
  for (int unit : unitsOfBucket[size_t(index)])
    if (unit < found.ready_unit())
      fault(fmt::format("is ready with the backward of unit {}, but unit {} "
                        "writes its gradients later",
                        found.ready_unit(), unit),
            "name the unit whose backward is the last to write them");
    else if (unit < found.first_unit())
      fault(fmt::format("is first read by unit {}, but unit {} reads it before",
                        found.first_unit(), unit),
            "name the unit whose forward is the first to read it");
}

bool Facts::check(int rank, RankFaults &faults) const {
  if (!checkLanes(rank, faults))
    return false;
  for (int index : allBuckets())
    checkUnits(index, rank, faults);
  if (ranks > 1 && bucketCount() == 0)
    faults.add(rank, "", -1, "the gradients are in no bucket",
               "cut them into buckets: ranks exchange nothing else");
  return true;
}
