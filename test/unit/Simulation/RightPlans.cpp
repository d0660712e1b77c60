//===- RightPlans.cpp -----------------------------------------------------===//

#include "RightPlans.h"

#include "runtime/Artifact/KernelAbi.h"
#include "runtime/Artifact/Subtrees.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace dsc;
using namespace dsc::test;
using plan::DType;
using plan::Extent;
using plan::KernelKind;
using plan::Lane;
using plan::OpCode;
using plan::Placement;

namespace {

enum BufferIndex {
  kParam,
  kGrad,
  kMoment,
  kPartials,
  kUniforms,
  kCounters,
  kCompute
};
enum KernelIndex { kNorm, kFinish, kUpdate }; // kUpdate + group

constexpr int64_t kBias = 100;

class Maker {
public:
  explicit Maker(const PlanShape &shape) : shape(shape) {}
  plan::PlanT make();

private:
  bool shards() const { return shape.strategy != Strategy::replicated; }
  bool passes() const { return shape.strategy == Strategy::zero2; }
  int buckets() const { return int(result.buckets.size()); }

  void addRun();
  void addParameter(int unit, const std::string &what, int group, int64_t size);
  void addGroups();
  void addGraph();
  void cutBuckets();
  void placeBuckets();
  void addBuffers();
  void addBuffer(const std::string &name, DType type, Extent extent,
                 int64_t count, bool shard);
  void addKernels();
  void addPrograms();

  plan::PlanOpT &add(OpCode code, int index = 0);
  void addForwards();
  void addBackwards(bool last);
  void addUpdate();
  void addUpdateOfShards();
  void endProgram(const std::string &name);
  bool liveTogether(int a, int b) const;

  const PlanShape shape;
  plan::PlanT result;
  int64_t arena = 0;
  std::vector<std::vector<int>> users;   ///< units, by parameter
  std::vector<std::vector<int>> writers; ///< units, by bucket
  std::vector<std::unique_ptr<plan::PlanOpT>> ops;
};

} // namespace

void Maker::addParameter(int unit, const std::string &what, int group,
                         int64_t size) {
  auto parameter = std::make_unique<plan::ParameterT>();
  parameter->name = "unit" + std::to_string(unit) + "." + what;
  parameter->shape = {size};
  parameter->group = group;
  parameter->offset = arena;
  parameter->size = size;
  parameter->role = what;
  result.parameters.push_back(std::move(parameter));
  users.push_back({unit});
  if (shape.tied && unit == 0 && what == "weight")
    users.back().push_back(shape.units - 1);
  arena += (size + kParameterAlignment - 1) / kParameterAlignment *
           kParameterAlignment;
}

/// Parameters in the order in which backward completes them.
void Maker::addGroups() {
  for (int group = 0; group < 2; ++group) {
    auto entry = std::make_unique<plan::GroupT>();
    entry->name = group ? "no-decay" : "default";
    entry->begin = arena;
    for (int unit = shape.units - 1; unit >= 0; --unit)
      if (group)
        addParameter(unit, "bias", group, kBias);
      else
        addParameter(unit, "weight", group,
                     shape.blocks * kBlockElements - 500 * (unit % 3));
    arena = (arena + kBlockElements - 1) / kBlockElements * kBlockElements;
    entry->end = arena;
    result.groups.push_back(std::move(entry));
  }
}

void Maker::addGraph() {
  result.graph = std::make_unique<plan::GraphT>();
  auto loss = std::make_unique<plan::ValueT>();
  loss->name = "loss";
  result.graph->values.push_back(std::move(loss)); // the scores as well
  for (int unit = 0; unit < shape.units; ++unit) {
    auto entry = std::make_unique<plan::UnitT>();
    entry->name = "unit" + std::to_string(unit);
    for (int i = 0; i < int(users.size()); ++i)
      if (std::count(users[i].begin(), users[i].end(), unit))
        entry->parameters.push_back(i);
    result.graph->units.push_back(std::move(entry));
  }
}

void Maker::cutBuckets() {
  for (const auto &group : result.groups)
    for (int64_t begin = group->begin; begin < group->end;) {
      auto bucket = std::make_unique<plan::BucketT>();
      bucket->begin = begin;
      begin = std::min(group->end, begin + shape.bucketBlocks * kBlockElements);
      bucket->end = begin;
      int first = shape.units;
      for (size_t i = 0; i < users.size(); ++i)
        if (result.parameters[i]->offset < bucket->end &&
            result.parameters[i]->offset + result.parameters[i]->size >
                bucket->begin)
          first = std::min(first, users[i].front());
      bucket->first_unit = bucket->ready_unit = first;
      result.buckets.push_back(std::move(bucket));
    }
  std::stable_sort(result.buckets.begin(), result.buckets.end(),
                   [](const auto &a, const auto &b) {
                     return a->ready_unit > b->ready_unit;
                   });
  for (const auto &bucket : result.buckets) {
    writers.emplace_back();
    for (size_t i = 0; i < users.size(); ++i)
      if (result.parameters[i]->offset < bucket->end &&
          result.parameters[i]->offset + result.parameters[i]->size >
              bucket->begin)
        writers.back().insert(writers.back().end(), users[i].begin(),
                              users[i].end());
  }
}

/// From the first backward that writes one of them to the last of the other.
bool Maker::liveTogether(int a, int b) const {
  auto first = [&](int bucket) {
    return *std::max_element(writers[bucket].begin(), writers[bucket].end());
  };
  return first(a) >= result.buckets[b]->ready_unit &&
         first(b) >= result.buckets[a]->ready_unit;
}

void Maker::placeBuckets() {
  for (int bucket = 0; bucket < buckets() && passes(); ++bucket) {
    plan::BucketT &entry = *result.buckets[bucket];
    int64_t place = 0, size = entry.end - entry.begin;
    for (bool moved = true; moved;) {
      moved = false;
      for (int other = 0; other < bucket; ++other) {
        const plan::BucketT &taken = *result.buckets[other];
        int64_t end = taken.passing + taken.end - taken.begin;
        if (!liveTogether(bucket, other) || place >= end ||
            taken.passing >= place + size)
          continue;
        place = end;
        moved = true;
      }
    }
    entry.passing = place;
  }
}

void Maker::addBuffer(const std::string &name, DType type, Extent extent,
                      int64_t count, bool shard) {
  auto buffer = std::make_unique<plan::BufferT>();
  buffer->name = name;
  buffer->dtype = type;
  buffer->extent = extent;
  buffer->count = count;
  buffer->placement = shard ? Placement::shard : Placement::replicate;
  result.buffers.push_back(std::move(buffer));
}

void Maker::addBuffers() {
  int64_t passing = 0;
  for (const auto &bucket : result.buckets)
    passing = std::max(passing, bucket->passing + bucket->end - bucket->begin);
  addBuffer("param", DType::f32, Extent::element, arena,
            shards() && shape.mixed);
  addBuffer("grad", DType::f32, Extent::element, arena, passes());
  if (shape.strategy == Strategy::zero1)
    result.buffers.back()->placement = Placement::partial;
  addBuffer("momentum", DType::f32, Extent::element, arena, shards());
  addBuffer("partials", DType::f64, Extent::block, arena / kBlockElements,
            false);
  addBuffer("uniforms", DType::f64, Extent::program, 3, false);
  addBuffer("counters", DType::i64, Extent::program, 1, false);
  if (shape.mixed)
    addBuffer("compute", DType::bf16, Extent::element, arena, false);
  if (passes())
    addBuffer("passing", DType::f32, Extent::program, passing, false);
  if (shape.virtualRanks)
    addBuffer("subtrees", DType::f32, Extent::program,
              arena * subtreeDepth(shape.virtualRanks), false);
}

void Maker::addKernels() {
  auto kernel = [&](const std::string &name, KernelKind kind,
                    std::vector<int32_t> operands, double bytes) {
    auto entry = std::make_unique<plan::KernelT>();
    entry->name = name;
    entry->kind = kind;
    entry->operands = std::move(operands);
    entry->bytes_per_element = bytes;
    result.kernels.push_back(std::move(entry));
  };
  kernel("norm", KernelKind::reduce, {kGrad, kPartials}, 4);
  kernel("finish", KernelKind::finish, {kPartials, kCounters, kUniforms}, 0);
  for (const char *name : {"update_default", "update_no_decay"}) {
    kernel(name, KernelKind::map, {kParam, kGrad, kMoment, kUniforms}, 20);
    if (shape.mixed)
      result.kernels.back()->operands.push_back(kCompute);
  }
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

plan::PlanOpT &Maker::add(OpCode code, int index) {
  ops.push_back(std::make_unique<plan::PlanOpT>());
  ops.back()->code = code;
  ops.back()->index = index;
  return *ops.back();
}

void Maker::endProgram(const std::string &name) {
  auto program = std::make_unique<plan::ProgramT>();
  program->name = name;
  program->ops = std::move(ops);
  ops.clear();
  result.programs.push_back(std::move(program));
}

/// The token of a bucket's exchange is its index, that of its gathering
/// buckets() more.
void Maker::addForwards() {
  add(OpCode::load_batch);
  for (int unit = 0; unit < shape.units; ++unit) {
    plan::PlanOpT &op = add(OpCode::forward, unit);
    for (int bucket = 0; bucket < buckets() && shards(); ++bucket)
      if (result.buckets[bucket]->first_unit == unit)
        op.waits.push_back(buckets() + bucket);
  }
}

void Maker::addBackwards(bool last) {
  for (int unit = shape.units - 1; unit >= 0; --unit) {
    plan::PlanOpT &backward = add(OpCode::backward, unit);
    for (int bucket = 0; bucket < buckets() && passes() && last; ++bucket) {
      if (*std::max_element(writers[bucket].begin(), writers[bucket].end()) !=
          unit)
        continue;
      for (int other = 0; other < buckets(); ++other)
        if (result.buckets[other]->ready_unit > unit)
          backward.waits.push_back(other);
    }
    for (int bucket = 0; bucket < buckets() && last && !shape.virtualRanks;
         ++bucket) {
      if (result.buckets[bucket]->ready_unit != unit)
        continue;
      add(OpCode::gradients_done, bucket);
      plan::PlanOpT &op =
          add(shards() ? OpCode::reduce_scatter : OpCode::all_reduce, bucket);
      op.buffer = kGrad;
      op.lane = Lane::communication;
      op.signals = bucket;
    }
  }
  if (!shape.virtualRanks)
    return;
  add(OpCode::gradients_done, -1);
  add(OpCode::keep_subtree);
}

void Maker::addUpdateOfShards() {
  for (int bucket = buckets() - 1; bucket >= 0; --bucket) {
    const plan::BucketT &entry = *result.buckets[bucket];
    plan::PlanOpT &launch =
        add(OpCode::launch, kUpdate + (entry.begin >= result.groups[1]->begin));
    launch.begin = entry.begin;
    launch.end = entry.end;
    launch.owned = true;
    plan::PlanOpT &gather = add(OpCode::all_gather, bucket);
    gather.buffer = shape.mixed ? kCompute : kParam;
    gather.lane = Lane::communication;
    gather.signals = buckets() + bucket;
  }
}

void Maker::addUpdate() {
  add(OpCode::share_loss);
  for (int bucket = 0; bucket < buckets() && shape.virtualRanks; ++bucket) {
    plan::PlanOpT &join = add(OpCode::join_subtrees, bucket);
    join.owned = shards();
    join.lane = Lane::communication;
    join.signals = bucket;
  }
  if (shards())
    add(OpCode::clear).buffer = kPartials;
  plan::PlanOpT &norm = add(OpCode::launch, kNorm);
  norm.end = arena / kBlockElements;
  norm.owned = shards();
  for (int bucket = 0; bucket < buckets(); ++bucket)
    norm.waits.push_back(bucket);
  if (shards())
    add(OpCode::all_reduce, -1).buffer = kPartials;
  add(OpCode::launch, kFinish);
  add(OpCode::guard);
  if (shards())
    addUpdateOfShards();
  for (int group = 0; group < 2 && !shards(); ++group) {
    plan::PlanOpT &launch = add(OpCode::launch, kUpdate + group);
    launch.begin = result.groups[group]->begin;
    launch.end = result.groups[group]->end;
  }
  add(OpCode::advance);
}

void Maker::addPrograms() {
  addForwards();
  addBackwards(/*last=*/false);
  endProgram("micro");
  addForwards();
  addBackwards(/*last=*/true);
  endProgram("last_micro");
  addUpdate();
  endProgram("update");
  addForwards();
  endProgram("evaluate");
}

void Maker::addRun() {
  result.format = kPlanFormat;
  result.name = "right";
  result.uniforms = {"lr", "grad_norm", "finite"};
  result.tracks = {"lr"};
  auto phase = std::make_unique<plan::PhaseT>();
  phase->name = "all";
  phase->end = 10;
  result.phases.push_back(std::move(phase));
  result.training = std::make_unique<plan::TrainingT>();
  plan::TrainingT &run = *result.training;
  run.steps = 10;
  run.batch = shape.batch;
  run.micro_batch = shape.microBatch;
  run.virtual_ranks = shape.virtualRanks;
  run.timeout = 60;
  run.checkpoint_every = run.keep_last = run.log_every = 1;
  run.device = "cpu";
}

plan::PlanT Maker::make() {
  result.fingerprint = std::make_unique<plan::FingerprintT>();
  result.model = std::make_unique<plan::ModelT>();
  result.data = std::make_unique<plan::DataT>();
  addRun();
  addGroups();
  addGraph();
  cutBuckets();
  placeBuckets();
  addBuffers();
  addKernels();
  addPrograms();
  return std::move(result);
}

plan::PlanT dsc::test::rightPlan(const PlanShape &shape) {
  return Maker(shape).make();
}
