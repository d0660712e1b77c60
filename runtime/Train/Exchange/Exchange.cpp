//===- Exchange.cpp -------------------------------------------------------===//

#include "runtime/Train/Exchange/Exchange.h"

#include "runtime/Artifact/Artifact.h"
#include "runtime/Artifact/Types.h"
#include "runtime/Base/Error.h"
#include "runtime/Collectives/Messages.h"
#include "runtime/Train/Exchange/PassingPlaces.h"

#include <algorithm>

using namespace dsc;

Exchange::Exchange(const plan::Plan &plan, Device &device,
                   Communicator &communicator, DeviceCommunicator *onDevice)
    : plan(plan), device(device), communicator(communicator),
      onDevice(onDevice),
      data(onDevice ? static_cast<Collectives &>(*onDevice) : communicator),
      passes(gradientsPass(plan, communicator.size())),
      gradients(findBuffer(plan, "grad")), passing(findBuffer(plan, "passing")),
      tree(plan, device, data), members(plan.buckets()->size()) {
  if (passes)
    gaps = listSharedGaps(plan);
  for (int32_t i = 0; i < int32_t(plan.parameters()->size()); ++i) {
    const plan::Parameter &parameter = *plan.parameters()->Get(i);
    if (parameter.frozen())
      continue;
    trained.push_back(i);
    for (unsigned b = 0; b < plan.buckets()->size(); ++b) {
      const plan::Bucket &bucket = *plan.buckets()->Get(b);
      if (parameter.offset() < bucket.end() &&
          bucket.begin() < parameter.offset() + parameter.size())
        members[b].push_back(i);
    }
  }
  for (const plan::Program *program : *plan.programs())
    for (const plan::PlanOp *op : *program->ops()) {
      owned |= op->code() == plan::OpCode::launch && op->owned();
      if (op->signals() >= int64_t(tickets.size()))
        tickets.resize(size_t(op->signals()) + 1);
    }
  if (communicator.size() > 1)
    lane = onDevice ? static_cast<Lane *>(onDevice) : &thread.emplace();
  if (!onDevice)
    handover.emplace(plan, device, communicator);
}

Exchange::~Exchange() {
  if (!lane)
    return;
  bool failed = std::uncaught_exceptions() > 0;
  if (failed)
    communicator.abort("this rank failed");
  if (onDevice) {
    // The device would wait for others for ever.
    if (failed) {
      device.steps()->abandon();
      onDevice->leave();
    }
    return;
  }
  try {
    settle();
  } catch (const std::exception &) {
    // Whoever broke off has said why.
  }
}

template <typename Value>
Value *Exchange::at(int buffer, int64_t element) const {
  return static_cast<Value *>(device.address(buffer)) + element;
}

/// Buckets that share a parameter pass side by side.
float *Exchange::gradientOf(const plan::Parameter &parameter) const {
  if (!passes)
    return at<float>(gradients, parameter.offset());
  for (const plan::Bucket *bucket : *plan.buckets())
    if (parameter.offset() >= bucket->begin() &&
        parameter.offset() < bucket->end())
      return at<float>(passing, bucket->passing() + parameter.offset() -
                                    bucket->begin());
  throw Error(Exit::artifact, "the plan is damaged: parameter '" +
                                  parameter.name()->str() +
                                  "' lies in no bucket");
}

std::span<const int32_t> Exchange::parametersOf(int bucket) const {
  return bucket < 0 || members.empty() ? trained : members[size_t(bucket)];
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

void Exchange::beginStep() {
  tree.begin();
  if (lane && !isOrdered)
    order.emplace(plan, ranks());
}

void Exchange::endStep(bool made) {
  if (!order)
    return;
  settle();
  if (made)
    order->stepEnded();
  isOrdered = made;
  order.reset();
}

void Exchange::endPart() {
  // What was recorded can only be waited for where it was recorded.
  settle();
  newest = 0;
  std::fill(tickets.begin(), tickets.end(), 0);
}

void Exchange::checkOrder(const plan::PlanOp &op,
                          const plan::Program &program) {
  for (unsigned i = 0; order && i < program.ops()->size(); ++i)
    if (program.ops()->Get(i) == &op)
      order->executed(op.lane(), program.name()->string_view(), int(i));
}

void Exchange::await(const plan::PlanOp &op, const plan::Program &program) {
  if (op.lane() == plan::Lane::compute)
    checkOrder(op, program);
  if (!lane || !op.waits())
    return;
  int64_t ticket = 0;
  for (int32_t token : *op.waits())
    if (token >= 0 && token < int32_t(tickets.size()))
      ticket = std::max(ticket, tickets[size_t(token)]);
  wait(ticket);
}

void Exchange::wait(int64_t ticket) {
  if (onDevice)
    return lane->wait(ticket);
  auto began = ExchangeClock::now();
  communicator.setUrgent(true);
  lane->wait(ticket);
  communicator.setUrgent(false);
  clock.waited(began, ExchangeClock::now());
}

void Exchange::settle() {
  if (lane)
    wait(newest);
}

void Exchange::begin(const plan::PlanOp &op, const plan::Program &program,
                     Work work) {
  newest = lane->submit([this, &op, &program, work = std::move(work)] {
    bool beside = op.lane() != plan::Lane::compute;
    if (beside)
      checkOrder(op, program);
    auto began = ExchangeClock::now();
    double late = communicator.lateSeconds();
    try {
      work();
    } catch (const Error &error) {
      throw Error(error.code(),
                  describeOp(plan, program, op) + ": " + error.what(),
                  error.hint());
    }
    // A device has only been told.
    if (beside && !onDevice)
      clock.exchanged(began, communicator.lateSeconds() - late,
                      ExchangeClock::now());
  });
  if (op.signals() >= 0)
    tickets[size_t(op.signals())] = newest;
  if (op.lane() == plan::Lane::compute)
    settle();
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

void Exchange::reduceWhole(int buffer) {
  const plan::Buffer &all = *plan.buffers()->Get(buffer);
  if (all.dtype() == plan::DType::f64)
    data.allReduce(at<double>(buffer, 0), all.count());
  else
    data.allReduce(at<float>(buffer, 0), all.count());
}

void Exchange::reduceBucket(const plan::Bucket &bucket, int buffer) {
  data.allReduce(at<float>(buffer, bucket.begin()),
                 bucket.end() - bucket.begin());
}

void Exchange::reduceScatter(const plan::Bucket &bucket, int buffer) {
  std::vector<int64_t> bounds = shardBounds(bucket, ranks());
  float *sums = at<float>(buffer, bounds[size_t(communicator.rank())]);
  if (!passes) {
    data.reduceScatterTo(at<float>(buffer, 0), bounds, sums);
    return;
  }
  for (int64_t &bound : bounds)
    bound += bucket.passing() - bucket.begin();
  data.reduceScatterTo(at<float>(passing, 0), bounds, sums);
}

void Exchange::gatherBucket(const plan::Bucket &bucket, int buffer) {
  if (handover && handover->covers(buffer)) {
    communicator.barrier();
    return;
  }
  int64_t width = elementBytes(plan.buffers()->Get(buffer)->dtype());
  // What is updated next has been reduced before.
  data.allGatherKept(device.address(buffer), width,
                     shardBounds(bucket, ranks()));
}

/// The bucket is ready: what had the place before is on its way.
void Exchange::clearGaps(int bucket) {
  for (ElementRange gap : gaps[size_t(bucket)]) {
    float *begin = at<float>(passing, gap.begin);
    if (onDevice)
      device.steps()->clear(begin, gap.size() * int64_t(sizeof(float)));
    else
      std::fill_n(begin, gap.size(), 0.0f);
  }
}

Exchange::Work Exchange::workOf(const plan::PlanOp &op) {
  int buffer = op.buffer();
  const plan::Bucket *bucket =
      op.index() < 0 ? nullptr : plan.buckets()->Get(op.index());
  switch (op.code()) {
  case plan::OpCode::all_reduce:
    if (!bucket)
      return [this, buffer] { reduceWhole(buffer); };
    return [this, bucket, buffer] { reduceBucket(*bucket, buffer); };
  case plan::OpCode::reduce_scatter:
    return [this, bucket, buffer] { reduceScatter(*bucket, buffer); };
  default: // all_gather
    return [this, bucket, buffer] { gatherBucket(*bucket, buffer); };
  }
}

/// The rank that owns the elements adds; the others get the sums where all need
/// them.
void Exchange::joinSubtrees(const plan::PlanOp &op,
                            const plan::Program &program) {
  const plan::Bucket &bucket = *plan.buckets()->Get(op.index());
  if (lane)
    begin(op, program, [this, &bucket] { tree.collect(bucket); });
  tree.join(bucket);
  if (lane && !op.owned())
    begin(op, program, [this, &bucket] {
      data.allGather(device.address(gradients), sizeof(float),
                     shardBounds(bucket, ranks()));
    });
}

void Exchange::run(const plan::PlanOp &op, const plan::Program &program) {
  if (op.code() == plan::OpCode::reduce_scatter && passes)
    clearGaps(op.index());
  if (op.code() == plan::OpCode::keep_subtree)
    tree.keep();
  else if (op.code() == plan::OpCode::join_subtrees)
    joinSubtrees(op, program);
  else if (lane)
    begin(op, program, workOf(op));
}

std::vector<double> Exchange::gather(std::span<const double> mine) {
  if (!lane)
    return {mine.begin(), mine.end()};
  // What the clocks of all ranks have to say travels along.
  std::vector<double> own(mine.begin(), mine.end()), all, result;
  own.push_back(clock.takeExposed());
  wait(lane->submit([&] { all = gatherAll(communicator, own); }));
  double least = own.back();
  for (auto rank = all.begin(); rank != all.end();
       rank += int64_t(own.size())) {
    auto last = rank + int64_t(mine.size());
    result.insert(result.end(), rank, last);
    least = std::min(least, *last);
  }
  clock.heldUp(least);
  return result;
}

void Exchange::gatherOnDevice(double *numbers, int64_t count) {
  if (!lane)
    return;
  std::vector<int64_t> bounds;
  for (int64_t rank = 0; rank <= ranks(); ++rank)
    bounds.push_back(rank * count);
  lane->wait(
      lane->submit([&] { data.allGather(numbers, sizeof(double), bounds); }));
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

std::vector<ElementRange> Exchange::finalGradients(ElementRange range) const {
  if (!lane || !owned)
    return {range};
  return ownedParts(plan, communicator.rank(), ranks(), range);
}

void Exchange::launchPart(int kernel, int64_t begin, int64_t end) {
  if (handover)
    handover->launch(kernel, begin, end);
  else
    device.launch(kernel, begin, end);
}

void Exchange::launch(const plan::PlanOp &op) {
  if (!lane || !op.owned()) {
    device.launch(op.index(), op.begin(), op.end());
    return;
  }
  bool blocks = plan.kernels()->Get(op.index())->kind() ==
                plan::KernelKind::reduce; // their ranges count blocks
  int64_t unit = blocks ? kBlockElements : 1;
  for (ElementRange part : ownedParts(plan, communicator.rank(), ranks(),
                                      {op.begin() * unit, op.end() * unit}))
    launchPart(op.index(), part.begin / unit, (part.end + unit - 1) / unit);
}
