//===- LanesExchange.cpp - the communication lanes ------------------------===//

#include "runtime/Artifact/Simulation/Lanes.h"

#include "runtime/Artifact/Types.h"

#include <algorithm>
#include <fmt/format.h>

using namespace dsc;
using plan::OpCode;

/// Runs what a rank's communication lane does alone. True when it moved.
bool Lanes::runOwn(int index) {
  Rank &rank = ranks[size_t(index)];
  bool moved = false;
  while (!rank.queue.empty() &&
         !isCollective(rank.queue.front().place.op().code())) {
    Sent sent = rank.queue.front();
    double begin = std::max(rank.free, sent.issued);
    rank.free =
        begin + computeSeconds(*rank.facts, sent.place.op(), index, options);
    record(index, sent.place, begin, rank.free);
    rank.done.push_back(rank.free);
    rank.queue.pop_front();
    moved = true;
  }
  return moved;
}

/// What ranks must agree on in a collective.
static std::string signatureOf(const Facts &facts, const plan::PlanOp &op) {
  std::string text = describeOp(facts.plan, op);
  if (op.index() >= 0 && op.code() != OpCode::share_loss) {
    const plan::Bucket &bucket = facts.bucket(op.index());
    text += fmt::format(", elements [{}, {})", bucket.begin(), bucket.end());
  } else if (op.code() == OpCode::all_reduce) {
    text +=
        fmt::format(", {} elements",
                    facts.plan.buffers()->Get(unsigned(op.buffer()))->count());
  }
  if (op.code() == OpCode::join_subtrees)
    text += op.owned() ? ", parts" : ", whole";
  else if (op.code() != OpCode::share_loss)
    text += fmt::format(
        ", {}", plan::EnumNameDType(
                    facts.plan.buffers()->Get(unsigned(op.buffer()))->dtype()));
  return text;
}

static std::string placeText(const OrderedOp &place) {
  return fmt::format("{}, op {}", place.program->name()->string_view(),
                     place.index);
}

/// Whether the heads of all lanes are one collective.
bool Lanes::agree() {
  const Sent &first = ranks.front().queue.front();
  std::string expected = signatureOf(*ranks.front().facts, first.place.op());
  bool good = true;
  for (size_t rank = 1; rank < ranks.size(); ++rank) {
    const Sent &other = ranks[rank].queue.front();
    // Ranks that share a plan are at one place or differ.
    if (ranks[rank].facts == ranks.front().facts &&
        other.place.program == first.place.program &&
        other.place.index == first.place.index)
      continue;
    std::string found = signatureOf(*ranks[rank].facts, other.place.op());
    if (found == expected)
      continue;
    faults.add(int(rank), other.place.program->name()->string_view(),
               other.place.index,
               fmt::format("enters {}, while rank 0 enters {} ({})", found,
                           expected, placeText(first.place)),
               "all ranks must make the same collectives in the same order: "
               "give them one plan");
    good = false;
  }
  return good;
}

void Lanes::complete() {
  const Facts &facts = *ranks.front().facts;
  OrderedOp place = ranks.front().queue.front().place;
  double begin = 0;
  for (const Rank &rank : ranks)
    begin = std::max({begin, rank.free, rank.queue.front().issued});
  double end = begin + exchangeSeconds(facts, place.op(), options.machine);
  for (int index = 0; index < int(ranks.size()); ++index) {
    Rank &rank = ranks[size_t(index)];
    record(index, rank.queue.front().place, begin, end);
    rank.free = end;
    rank.done.push_back(end);
    rank.queue.pop_front();
  }
  if (place.step != Facts::kSteps - 1)
    return;
  ++collectives;
  addTraffic(facts, place.op(), options.machine.links, traffic);
}

/// Runs collectives to which all ranks have come. True when one was made.
bool Lanes::exchange() {
  bool moved = false;
  while (true) {
    bool all = true;
    for (int rank = 0; rank < int(ranks.size()); ++rank) {
      moved |= runOwn(rank);
      all &= !ranks[size_t(rank)].queue.empty();
    }
    if (!all || !agree())
      return moved;
    complete();
    moved = true;
  }
}

std::string Lanes::describeWait(int index) const {
  const Rank &rank = ranks[size_t(index)];
  if (rank.queue.empty())
    return fmt::format("rank {} has come to the end", index);
  const OrderedOp &place = rank.queue.front().place;
  return fmt::format("rank {} is in {} ({})", index,
                     describeOp(rank.facts->plan, place.op()),
                     placeText(place));
}

/// Ranks that came to the end let the others wait.
void Lanes::reportDeadlock() {
  auto idle = std::find_if(ranks.begin(), ranks.end(),
                           [](const Rank &rank) { return rank.queue.empty(); });
  if (idle == ranks.end())
    return; // They met in different collectives, which has been said.
  for (int index = 0; index < int(ranks.size()); ++index) {
    const Rank &rank = ranks[size_t(index)];
    if (rank.queue.empty())
      continue;
    const OrderedOp &place = rank.queue.front().place;
    faults.add(index, place.program->name()->string_view(), place.index,
               fmt::format("waits for ever in {}: {}",
                           describeOp(rank.facts->plan, place.op()),
                           describeWait(int(idle - ranks.begin()))),
               "all ranks must make the same collectives in the same order: "
               "give them one plan");
  }
}
