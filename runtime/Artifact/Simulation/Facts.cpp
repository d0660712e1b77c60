//===- Facts.cpp ----------------------------------------------------------===//

#include "runtime/Artifact/Simulation/Facts.h"

#include "runtime/Artifact/Artifact.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;
using plan::OpCode;

/// Enough for a first micro-batch, two between and the last.
static constexpr int64_t kMostMicroBatches = 4;

static constexpr auto kCompileAgain = "compile the recipe again";

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
  for (const plan::Program *program : *plan.programs())
    for (const plan::PlanOp *op : *program->ops())
      if (op->signals() >= 0)
        signalled.insert(op->signals());
}

std::vector<OrderedOp> Facts::walk() const {
  std::vector<OrderedOp> all;
  for (int step = 0; step < kSteps; ++step)
    for (StepWalk walk(plan, microBatches); !walk.atEnd(); ++walk) {
      all.push_back(*walk);
      all.back().step = step;
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

/// Whether what an op points at is there.
bool Facts::checkOp(const plan::PlanOp &op) const {
  auto within = [](int64_t index, int64_t count) {
    return index >= 0 && index < count;
  };
  bool bucketOrAll = op.index() == -1 || within(op.index(), bucketCount());
  switch (op.code()) {
  case OpCode::forward:
  case OpCode::backward:
    return within(op.index(), int64_t(bucketsOfUnit.size()));
  case OpCode::launch:
    return within(op.index(), plan.kernels()->size());
  case OpCode::clear:
    return within(op.buffer(), plan.buffers()->size());
  case OpCode::all_reduce:
    return bucketOrAll && within(op.buffer(), plan.buffers()->size());
  case OpCode::reduce_scatter:
  case OpCode::all_gather:
    return within(op.index(), bucketCount()) &&
           within(op.buffer(), plan.buffers()->size());
  case OpCode::join_subtrees:
    return within(op.index(), bucketCount());
  case OpCode::gradients_done:
    return bucketOrAll;
  default:
    return op.code() >= OpCode::MIN && op.code() <= OpCode::MAX;
  }
}

bool Facts::checkIndices(int rank, RankFaults &faults) const {
  bool good = true;
  for (const plan::Program *program : *plan.programs())
    for (int index = 0; index < int(program->ops()->size()); ++index) {
      const plan::PlanOp &op = *program->ops()->Get(unsigned(index));
      bool lane = op.lane() == plan::Lane::compute ||
                  op.lane() == plan::Lane::communication;
      if (!checkOp(op))
        faults.add(rank, program->name()->string_view(), index,
                   describeOp(plan, op) + " is of something that is not there",
                   kCompileAgain);
      if (!lane)
        faults.add(rank, program->name()->string_view(), index,
                   describeOp(plan, op) +
                       " is on a lane that no rank runs, expected compute or "
                       "communication",
                   kCompileAgain);
      good &= lane && checkOp(op);
    }
  return good;
}

void Facts::checkBucket(int index, int rank, RankFaults &faults) const {
  const plan::Bucket &found = bucket(index);
  auto fault = [&](const std::string &message, const char *hint) {
    faults.add(rank, "", -1, fmt::format("bucket {} {}", index, message), hint);
  };
  bool grouped = false;
  for (const plan::Group *group : *plan.groups())
    grouped |= found.begin() >= group->begin() && found.end() <= group->end();
  if (!grouped)
    fault("lies in more than one group", "cut buckets at the ends of groups");
  if (found.begin() % kBlockElements ||
      (found.end() % kBlockElements && found.end() != trained))
    fault(fmt::format("is elements [{}, {}), expected whole blocks of {}",
                      found.begin(), found.end(), kBlockElements),
          "cut buckets at whole blocks");
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
  if (!passes)
    return;
  int64_t places =
      passing < 0 ? 0 : plan.buffers()->Get(unsigned(passing))->count();
  if (found.passing() < 0 ||
      found.passing() > places - (found.end() - found.begin()))
    fault("has no place in buffer passing",
          "give every bucket a place, or none");
}

/// Buckets fill the arena, and so do the parts that ranks have of them.
void Facts::checkBuckets(int rank, RankFaults &faults) const {
  std::vector<ElementRange> ranges;
  for (int index = 0; index < bucketCount(); ++index) {
    checkBucket(index, rank, faults);
    ranges.push_back({bucket(index).begin(), bucket(index).end()});
  }
  std::sort(ranges.begin(), ranges.end(),
            [](ElementRange a, ElementRange b) { return a.begin < b.begin; });
  int64_t end = 0;
  auto gap = [&](ElementRange range, const char *what, const char *hint) {
    faults.add(
        rank, "", -1,
        fmt::format("elements [{}, {}) {}", range.begin, range.end, what),
        hint);
  };
  for (ElementRange range : ranges) {
    if (range.begin > end)
      gap({end, range.begin}, "are in no bucket", "let buckets fill the arena");
    if (range.begin < end)
      gap({range.begin, end}, "are in two buckets",
          "let buckets follow one another");
    end = std::max(end, range.end);
  }
  if (end < trained && ranks > 1)
    gap({end, trained}, "are in no bucket", "let buckets fill the arena");
}

void Facts::checkTokens(int rank, RankFaults &faults) const {
  for (const plan::Program *program : *plan.programs())
    for (int index = 0; index < int(program->ops()->size()); ++index) {
      const plan::PlanOp &op = *program->ops()->Get(unsigned(index));
      if (!op.waits())
        continue;
      for (int token : *op.waits())
        if (!signalled.count(token))
          faults.add(rank, program->name()->string_view(), index,
                     fmt::format("{} waits for token {}, which no op "
                                 "completes",
                                 describeOp(plan, op), token),
                     "let the op that it has to wait for complete the token");
    }
}

bool Facts::check(int rank, RankFaults &faults) const {
  if (!checkIndices(rank, faults))
    return false;
  checkBuckets(rank, faults);
  checkTokens(rank, faults);
  return true;
}
