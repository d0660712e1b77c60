//===- RankCheck.cpp - order, forward and backward ------------------------===//

#include "runtime/Artifact/Simulation/RankCheck.h"

#include "runtime/Artifact/Artifact.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;
using plan::OpCode;

RankCheck::RankCheck(const Facts &facts, int rank, RankFaults &faults)
    : facts(facts), rank(rank), faults(faults),
      backwards(facts.bucketsOfUnit.size()),
      gradients(size_t(facts.bucketCount())),
      parameters(size_t(facts.bucketCount())) {}

void RankCheck::report(const std::string &message, std::string_view hint) {
  faults.add(rank, place->program->name()->string_view(), place->index, message,
             hint);
}

std::string RankCheck::bucketText(int bucket) const {
  return fmt::format("bucket {}", bucket);
}

/// Whether every unit that writes a bucket's gradients has run that often.
bool RankCheck::hasBackwards(int bucket, int64_t times) const {
  const auto &units = facts.unitsOfBucket[size_t(bucket)];
  int ready = facts.bucket(bucket).ready_unit();
  bool named = ready < 0 || ready >= int(backwards.size()) ||
               backwards[size_t(ready)] >= times;
  return named && std::all_of(units.begin(), units.end(), [&](int unit) {
           return backwards[size_t(unit)] >= times;
         });
}

void RankCheck::takeWaits() {
  if (!op->waits() || op->lane() != plan::Lane::compute)
    return;
  for (int token : *op->waits())
    if (auto found = tokens.find(token); found != tokens.end())
      completed = std::max(completed, found->second + 1);
}

/// Collectives take their turn on the communication lane, whichever lane they
/// are of: a rank says one thing at a time.
void RankCheck::issue() {
  bool communicates = op->lane() == plan::Lane::communication;
  if (communicates && op->signals() >= 0)
    tokens[op->signals()] = issued;
  if (communicates || isCollective(op->code()))
    ++issued;
}

/// The position of the collective that is run; that of the compute lane has
/// happened when the next op comes.
RankCheck::Sent RankCheck::position() const {
  return op->lane() == plan::Lane::communication ? issued : -1;
}

void RankCheck::run(const OrderedOp &next) {
  place = &next;
  op = &next.op();
  takeWaits();
  switch (op->code()) {
  case OpCode::forward:
    readParameters(op->index());
    break;
  case OpCode::backward:
    readParameters(op->index());
    writeGradients(op->index());
    break;
  case OpCode::gradients_done:
    finishGradients();
    break;
  case OpCode::keep_subtree:
    keepSubtree();
    break;
  case OpCode::launch:
    launch();
    break;
  case OpCode::guard:
    passGuard();
    break;
  case OpCode::clear:
    clear();
    break;
  case OpCode::advance:
    ++advances;
    break;
  case OpCode::load_batch:
    break;
  default:
    exchange();
  }
  issue();
}

void RankCheck::readParameters(int unit) {
  for (int bucket : facts.bucketsOfUnit[size_t(unit)]) {
    const Parameters &state = parameters[size_t(bucket)];
    if (isAlone())
      return;
    std::string what =
        fmt::format("{} reads parameters of {}", describeOp(facts.plan, *op),
                    bucketText(bucket));
    if (state.behind)
      report(what + ", of which this rank updated a part and nobody gathered "
                    "the rest",
             "gather the bucket after its update");
    else if (isUnderWay(state.sent))
      report(what + " without waiting for its all_gather",
             "let it wait for the token of the all_gather");
  }
}

void RankCheck::writeGradients(int unit) {
  ++backwards[size_t(unit)];
  for (int bucket : facts.bucketsOfUnit[size_t(unit)]) {
    Gradients &state = gradients[size_t(bucket)];
    if (!isAlone() && isUnderWay(state.sent))
      report(fmt::format("{} writes gradients of {} while they are exchanged",
                         describeOp(facts.plan, *op), bucketText(bucket)),
             "let it wait for the token of the exchange");
    state.done = false;
    if (!state.started && facts.passes)
      checkPassing(bucket);
    state.started = true;
  }
}

/// The place of a bucket is free once its last user is known to be sent.
void RankCheck::checkPassing(int bucket) {
  auto placeOf = [&](int index) {
    const plan::Bucket &found = facts.bucket(index);
    return ElementRange{found.passing(),
                        found.passing() + found.end() - found.begin()};
  };
  for (int other = 0; other < facts.bucketCount(); ++other) {
    const Gradients &state = gradients[size_t(other)];
    bool live =
        state.started && (state.exchanges == 0 || isUnderWay(state.sent));
    ElementRange shared = intersect(placeOf(bucket), placeOf(other));
    if (other != bucket && live && shared.size() > 0)
      report(fmt::format("buckets {} and {} both hold elements [{}, {}) of "
                         "buffer passing",
                         other, bucket, shared.begin, shared.end),
             "give them places of their own, or let the backward wait for the "
             "token of the exchange");
  }
}

void RankCheck::finishGradients() {
  bool all = op->index() < 0;
  for (int bucket = 0; bucket < facts.bucketCount(); ++bucket)
    if (all || bucket == op->index())
      gradients[size_t(bucket)].done = hasBackwards(
          bucket, std::min(place->microBatch + 1, facts.microBatches));
}

void RankCheck::keepSubtree() {
  for (int bucket = 0; bucket < facts.bucketCount(); ++bucket) {
    Gradients &state = gradients[size_t(bucket)];
    bool all = hasBackwards(bucket, place->microBatch + 1);
    if (!all || !state.done)
      report(fmt::format("keep_subtree adds gradients of {} before {}",
                         bucketText(bucket),
                         all ? "gradients_done" : "their last backward"),
             "keep them after the micro-batch's last backward and its "
             "gradients_done");
    ++state.kept;
    state.done = false;
  }
}

void RankCheck::endStep() {
  for (int bucket = 0; bucket < facts.bucketCount() && !isAlone(); ++bucket)
    if (gradients[size_t(bucket)].exchanges == 0)
      faults.add(rank, "", -1,
                 fmt::format("the gradients of {} are never exchanged",
                             bucketText(bucket)),
                 "reduce every bucket once in a step");
  if (losses != 1 && !isAlone())
    faults.add(rank, "", -1,
               fmt::format("the loss is shared {} times in a step", losses),
               "share it once, after the last micro-batch");
  if (advances != 1)
    faults.add(rank, "", -1,
               fmt::format("the step is counted {} times", advances),
               "advance once, at the end of the update");
  checkUpdated();
  checkSummed();
  std::fill(backwards.begin(), backwards.end(), 0);
  for (Gradients &state : gradients)
    state = {false, false, 0, 0, false, state.sent};
  lastReduced = -1;
  losses = advances = 0;
  decision = Decision::open;
  summed.clear();
  updated.clear();
}
