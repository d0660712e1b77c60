//===- Traffic.cpp - bytes on links, and the time that they take ----------===//
//
// In a ring every rank sends to the next: (N - 1) / N of a range for half an
// all_reduce, be it the sum or the gathering. Through shared memory a rank
// reads from every other what it needs, which is the same number of bytes. The
// sums of virtual ranks go straight to their owner everywhere: nothing may be
// added to them on the way.
//
//===----------------------------------------------------------------------===//

#include "runtime/Artifact/Simulation/Costs.h"
#include "runtime/Artifact/Subtrees.h"
#include "runtime/Artifact/Types.h"

#include <algorithm>

using namespace dsc;
using plan::OpCode;

/// A collective as sums of parts and gatherings of parts.
namespace {
struct Exchange {
  double bytes = 0;           ///< of the range
  double sums = 0;            ///< times that its parts go to their owners
  double gathers = 0;         ///< times that they go to all others
  const plan::Bucket *bucket; ///< null: equal parts
};
} // namespace

/// Sums of whole micro-batches that wait on a rank for those of others.
static double countRoots(const Facts &facts, int rank) {
  int64_t leaves = facts.plan.training()->virtual_ranks();
  return double(listRoots(leaves, rank, facts.ranks).size());
}

/// On the rank that has the most.
static double mostRoots(const Facts &facts) {
  double most = 0;
  for (int rank = 0; rank < facts.ranks; ++rank)
    most = std::max(most, countRoots(facts, rank));
  return most;
}

static Exchange exchangeOf(const Facts &facts, const plan::PlanOp &op) {
  const plan::Bucket *bucket =
      op.index() >= 0 && op.code() != OpCode::share_loss
          ? &facts.bucket(op.index())
          : nullptr;
  const plan::Buffer &buffer = *facts.plan.buffers()->Get(
      unsigned(op.code() == OpCode::join_subtrees ? facts.gradients
               : op.code() == OpCode::share_loss  ? facts.masters
                                                  : op.buffer()));
  double elements =
      bucket ? double(bucket->end() - bucket->begin()) : double(buffer.count());
  double bytes = elements * double(elementBytes(buffer.dtype()));
  switch (op.code()) {
  case OpCode::all_reduce:
    return {bytes, 1, 1, bucket};
  case OpCode::reduce_scatter:
    return {bytes, 1, 0, bucket};
  case OpCode::all_gather:
    return {bytes, 0, 1, bucket};
  case OpCode::join_subtrees:
    return {bytes, mostRoots(facts), op.owned() ? 0.0 : 1.0, bucket};
  default:
    // Of every micro-batch its loss, in f64.
    return {8 * double(facts.ranks) * double(facts.allMicroBatches), 0, 1,
            nullptr};
  }
}

static double partBytes(const Facts &facts, const Exchange &exchange,
                        int rank) {
  if (!exchange.bucket)
    return exchange.bytes / facts.ranks;
  double size = double(exchange.bucket->end() - exchange.bucket->begin());
  return exchange.bytes *
         double(shardOf(*exchange.bucket, rank, facts.ranks).size()) / size;
}

void dsc::addTraffic(const Facts &facts, const plan::PlanOp &op, Links links,
                     std::vector<double> &traffic) {
  int ranks = facts.ranks;
  Exchange exchange = exchangeOf(facts, op);
  bool isTree = op.code() == OpCode::join_subtrees;
  bool straightGathers = links == Links::direct;
  bool straightSums = straightGathers || isTree;
  for (int from = 0; from < ranks && ranks > 1; ++from) {
    double *row = traffic.data() + int64_t(from) * ranks;
    double sums = isTree ? countRoots(facts, from) : exchange.sums;
    double roundRing =
        (straightSums ? 0 : sums) + (straightGathers ? 0 : exchange.gathers);
    row[(from + 1) % ranks] += roundRing * exchange.bytes * (ranks - 1) / ranks;
    for (int to = 0; to < ranks; ++to)
      if (to != from)
        row[to] += (straightSums ? sums * partBytes(facts, exchange, to) : 0) +
                   (straightGathers
                        ? exchange.gathers * partBytes(facts, exchange, from)
                        : 0);
  }
}

double dsc::exchangeSeconds(const Facts &facts, const plan::PlanOp &op,
                            const Machine &machine) {
  int others = facts.ranks - 1;
  if (others == 0)
    return 0;
  Exchange exchange = exchangeOf(facts, op);
  double rounds = exchange.sums + exchange.gathers;
  double hops = machine.links == Links::ring ? others : 1;
  return rounds * (hops * machine.latency +
                   exchange.bytes * others / facts.ranks / machine.link);
}

double dsc::computeSeconds(const Facts &facts, const plan::PlanOp &op, int rank,
                           const SimulationOptions &options) {
  const Machine &machine = options.machine;
  auto flops = [&] {
    return size_t(op.index()) < options.units.size()
               ? options.units[size_t(op.index())].flops
               : 0;
  };
  switch (op.code()) {
  case OpCode::forward:
    return flops() / machine.flops;
  case OpCode::backward:
    return options.backwardOverForward * flops() / machine.flops;
  case OpCode::keep_subtree:
    // Reads both terms, writes the sum.
    return 12 * double(facts.trained) / machine.memory;
  case OpCode::launch: {
    double elements = 0;
    for (int bucket = 0; bucket < facts.bucketCount(); ++bucket)
      elements += double(facts.partOf(op, bucket, rank).size());
    if (facts.bucketCount() == 0)
      elements = double(facts.rangeOf(op).size());
    return elements * facts.kernelOf(op).bytes_per_element() / machine.memory;
  }
  default:
    return 0;
  }
}
