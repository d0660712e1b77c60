//===- RankCheckExchange.cpp - collectives on one rank --------------------===//

#include "runtime/Artifact/Simulation/RankCheck.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;
using plan::OpCode;

void RankCheck::exchange() {
  switch (op->code()) {
  case OpCode::reduce_scatter:
    if (facts.sumsGradients(*op))
      return exchangeGradients(op->index(), /*whole=*/false);
    return report(describeOp(facts.plan, *op) + ": only gradients are reduced "
                                                "in parts",
                  "reduce buffer grad");
  case OpCode::all_reduce:
    if (!facts.sumsGradients(*op))
      return shareBuffer();
    for (int bucket :
         op->index() < 0 ? facts.allBuckets() : std::vector<int>{op->index()})
      exchangeGradients(bucket, /*whole=*/true);
    return;
  case OpCode::all_gather:
    return gather();
  case OpCode::join_subtrees:
    return joinSubtrees();
  case OpCode::share_loss:
    return shareLoss();
  default:
    return;
  }
}

/// Ranks that bind their plans apart agree on an order only if it is the
/// table's.
void RankCheck::checkReduced(int bucket) {
  if (bucket < lastReduced && !isAlone())
    report(fmt::format("{} comes after that of bucket {}",
                       describeOp(facts.plan, *op), lastReduced),
           "sum buckets in the order of their table, on every rank");
  lastReduced = std::max(lastReduced, bucket);
}

void RankCheck::exchangeGradients(int bucket, bool whole) {
  Gradients &state = gradients[size_t(bucket)];
  std::string what = describeOp(facts.plan, *op);
  if (!hasBackwards(bucket, facts.microBatches))
    report(fmt::format("{} sends gradients of {} before the last backward that "
                       "writes them",
                       what, bucketText(bucket)),
           "send them after the backward of the bucket's ready unit, in the "
           "last micro-batch");
  else if (whole && facts.passes)
    report(fmt::format("{} sums gradients of {} where no rank has them whole",
                       what, bucketText(bucket)),
           "reduce them in parts: they pass through buffer passing");
  else if (!state.done)
    report(fmt::format("{} sends gradients of {} before gradients_done", what,
                       bucketText(bucket)),
           "finish the bucket's gradients after their last backward");
  if (++state.exchanges > 1 && !isAlone())
    report(fmt::format("{} sends gradients of {} a second time in a step", what,
                       bucketText(bucket)),
           "reduce every bucket once in a step");
  checkReduced(bucket);
  state.whole = whole;
  state.sent = position();
}

void RankCheck::joinSubtrees() {
  Gradients &state = gradients[size_t(op->index())];
  if (state.kept != facts.microBatches)
    report(fmt::format("{} joins trees of {} micro-batches, expected {}",
                       describeOp(facts.plan, *op), state.kept,
                       facts.microBatches),
           "keep the subtree of every micro-batch first");
  if (++state.exchanges > 1 && !isAlone())
    report(describeOp(facts.plan, *op) + " joins them a second time in a step",
           "join every bucket once in a step");
  checkReduced(op->index());
  state.whole = !op->owned();
  state.sent = position();
}

/// A sum over ranks of what every rank has whole would be N times too large.
void RankCheck::shareBuffer() {
  if (isAlone())
    return;
  std::string what = describeOp(facts.plan, *op);
  if (op->buffer() != facts.partials)
    return report(what + " sums what every rank has whole",
                  "reduce gradients and partial sums alone");
  if (partials == Partials::shared)
    report(what + " sums them a second time", "share them once");
  else if (partials != Partials::parts)
    report(what + " comes before this rank's own sums",
           "clear them, sum the owned blocks, then share them");
  partials = Partials::shared;
  partialsSent = position();
}

void RankCheck::gather() {
  if (op->buffer() != facts.computed)
    return;
  Parameters &state = parameters[size_t(op->index())];
  state.behind = false;
  state.sent = position();
}

void RankCheck::shareLoss() {
  ++losses;
  for (size_t unit = 0; unit < backwards.size(); ++unit)
    if (backwards[unit] < facts.microBatches &&
        !facts.bucketsOfUnit[unit].empty())
      return report("share_loss comes before the step's last backward",
                    "share the loss after the last micro-batch");
}

void RankCheck::clear() {
  if (op->buffer() == facts.partials)
    partials = Partials::cleared;
}
