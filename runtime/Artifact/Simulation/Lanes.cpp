//===- Lanes.cpp - the compute lanes --------------------------------------===//

#include "runtime/Artifact/Simulation/Lanes.h"

#include <algorithm>

using namespace dsc;
using plan::OpCode;

Lanes::Lanes(const std::vector<const Facts *> &facts,
             const SimulationOptions &options, RankFaults &faults)
    : options(options), faults(faults) {
  size_t count = facts.size();
  for (const Facts *plan : facts) {
    if (walks.find(plan) == walks.end())
      walks[plan] = plan->walk(options.machine.recorded);
    Rank rank;
    rank.facts = plan;
    rank.walk = &walks[plan];
    ranks.push_back(std::move(rank));
  }
  for (auto *figures : {&stepEnds, &computeEnds, &waiting, &activations})
    figures->resize(count);
  traffic.resize(count * count);
}

bool Lanes::run() {
  for (bool moved = true; moved;) {
    moved = false;
    for (int rank = 0; rank < int(ranks.size()); ++rank)
      moved |= advance(rank);
    moved |= exchange();
  }
  bool through = std::all_of(ranks.begin(), ranks.end(), [](const Rank &rank) {
    return rank.next == rank.walk->size() && rank.queue.empty();
  });
  if (!through)
    reportDeadlock();
  return through;
}

/// True when the op at that position has been done, and so the compute lane is
/// past it.
bool Lanes::waitsFor(Rank &rank, int64_t position) {
  if (position >= int64_t(rank.done.size()))
    return false;
  double done = rank.done[size_t(position)];
  if (rank.walk->at(rank.next).step == Facts::kSteps - 1)
    waiting[size_t(&rank - ranks.data())] += std::max(0.0, done - rank.now);
  rank.now = std::max(rank.now, done);
  return true;
}

/// Tokens that were never begun are no wait. A recorded step ends when all that
/// it began has.
bool Lanes::mayStart(Rank &rank, const OrderedOp &place) {
  const plan::PlanOp &op = place.op();
  if (options.machine.recorded && op.code() == OpCode::advance &&
      rank.issued > 0 && !waitsFor(rank, rank.issued - 1))
    return false;
  if (!op.waits() || op.lane() != plan::Lane::compute)
    return true;
  for (int token : *op.waits())
    if (auto found = rank.tokens.find(token);
        found != rank.tokens.end() && !waitsFor(rank, found->second))
      return false;
  return true;
}

void Lanes::send(Rank &rank, const OrderedOp &place) {
  const plan::PlanOp &op = place.op();
  rank.queue.push_back({place, rank.now});
  if (op.signals() >= 0)
    rank.tokens[op.signals()] = rank.issued;
  ++rank.issued;
}

void Lanes::record(int rank, const OrderedOp &place, double begin, double end) {
  bool left = place.step == Facts::kSteps - 2 &&
              (place.op().lane() == plan::Lane::communication ||
               isCollective(place.op().code()));
  const Facts &facts = *ranks[size_t(rank)].facts;
  if (end > begin && (place.step == Facts::kSteps - 1 || left))
    spans.push_back({rank,
                     isCollective(place.op().code()) ? plan::Lane::communication
                                                     : place.op().lane(),
                     place.op().code(), place.op().index(),
                     place.step - (Facts::kSteps - 2),
                     facts.sumsGradients(place.op()),
                     describeOp(facts.plan, place.op()), begin, end});
}

void Lanes::holdActivations(int index, const OrderedOp &place) {
  Rank &rank = ranks[size_t(index)];
  size_t unit = size_t(place.op().index());
  if (place.step == Facts::kSteps || unit >= options.units.size())
    return;
  const UnitWork &work = options.units[unit];
  if (place.op().code() == OpCode::forward)
    rank.held += work.savedBytes;
  activations[size_t(index)] =
      std::max(activations[size_t(index)], rank.held + work.workingBytes);
  if (place.op().code() == OpCode::backward)
    rank.held -= work.savedBytes;
}

void Lanes::compute(int index, const OrderedOp &place) {
  Rank &rank = ranks[size_t(index)];
  double seconds = computeSeconds(*rank.facts, place.op(), index, options);
  record(index, place, rank.now, rank.now + seconds);
  rank.now += seconds;
  if (place.op().code() == OpCode::forward ||
      place.op().code() == OpCode::backward)
    holdActivations(index, place);
}

/// Runs the op of the compute lane, or as much of it as can be. True when it
/// has ended.
bool Lanes::finish(int index, const OrderedOp &place) {
  Rank &rank = ranks[size_t(index)];
  const plan::PlanOp &op = place.op();
  if (!rank.standsStill && !mayStart(rank, place))
    return false;
  if (op.lane() == plan::Lane::communication) {
    send(rank, place);
    return true;
  }
  if (!isCollective(op.code())) {
    compute(index, place);
    return true;
  }
  // Its turn comes on the communication lane; the other stands still.
  if (!rank.standsStill)
    send(rank, place);
  rank.standsStill = !waitsFor(rank, rank.issued - 1);
  return !rank.standsStill;
}

/// Runs the compute lane until it has to wait. True when it moved.
bool Lanes::advance(int index) {
  Rank &rank = ranks[size_t(index)];
  size_t before = rank.next;
  int64_t sent = rank.issued;
  for (; rank.next < rank.walk->size(); ++rank.next) {
    const OrderedOp &place = rank.walk->at(rank.next);
    if (!finish(index, place))
      break;
    if (place.step < Facts::kSteps)
      (place.step == Facts::kSteps - 1 ? computeEnds
                                       : stepEnds)[size_t(index)] = rank.now;
  }
  return rank.next != before || rank.issued != sent;
}
