//===- Simulation.cpp -----------------------------------------------------===//

#include "runtime/Artifact/Simulation/Simulation.h"

#include "runtime/Artifact/Simulation/Lanes.h"
#include "runtime/Artifact/Simulation/RankCheck.h"

#include <algorithm>
#include <map>
#include <memory>

using namespace dsc;
using plan::OpCode;

double RankReport::highWater() const {
  double total = activations;
  for (const BufferMemory &buffer : buffers)
    total += buffer.bytes;
  return total;
}

double Simulation::hidden() const {
  return exchangeSeconds > 0 ? hiddenSeconds / exchangeSeconds : 1;
}

/// Follows a rank through its walk.
static void checkRank(const Facts &facts, int rank, bool recorded,
                      RankFaults &faults) {
  RankCheck check(facts, rank, faults);
  int step = 0;
  for (const OrderedOp &place : facts.walk(recorded)) {
    if (place.step != step)
      check.endStep();
    step = place.step;
    check.run(place);
  }
  if (step < Facts::kSteps)
    check.endStep();
}

/// How much of the exchange lies before the last backward's end.
static void measureOverlap(Simulation &result) {
  double backwardEnd = 0;
  for (const Span &span : result.timeline)
    if (span.rank == 0 && span.code == OpCode::backward)
      backwardEnd = std::max(backwardEnd, span.end);
  for (const Span &span : result.timeline) {
    if (span.rank != 0 || span.step == 0 || !span.sumsGradients)
      continue;
    result.exchangeSeconds += span.end - span.begin;
    result.hiddenSeconds +=
        std::max(0.0, std::min(span.end, backwardEnd) - span.begin);
  }
}

/// Moves the second step's beginning to 0, and drops what ended before.
static void placeTimeline(Simulation &result, Lanes &lanes) {
  double begin =
      *std::min_element(lanes.stepEnds.begin(), lanes.stepEnds.end());
  for (Span &span : lanes.spans) {
    span.begin -= begin;
    span.end -= begin;
    if (span.end > 0)
      result.timeline.push_back(std::move(span));
  }
  for (size_t rank = 0; rank < lanes.stepEnds.size(); ++rank)
    result.stepSeconds = std::max(result.stepSeconds, lanes.computeEnds[rank] -
                                                          lanes.stepEnds[rank]);
  measureOverlap(result);
}

static void collect(Simulation &result, Lanes &lanes,
                    const std::vector<const Facts *> &facts) {
  size_t count = facts.size();
  for (size_t from = 0; from < count; ++from) {
    RankReport report{memoryOf(*facts[from], int(from)),
                      lanes.activations[from], 0, lanes.waiting[from]};
    for (size_t to = 0; to < count; ++to) {
      double bytes = lanes.traffic[from * count + to];
      report.sent += bytes;
      if (bytes > 0)
        result.links.push_back({int(from), int(to), bytes});
    }
    result.ranks.push_back(std::move(report));
  }
  result.collectives = lanes.collectives;
}

Simulation dsc::simulate(std::span<const plan::Plan *const> plans,
                         const SimulationOptions &options) {
  int count = int(plans.size());
  RankFaults faults;
  std::map<const plan::Plan *, std::unique_ptr<Facts>> known;
  std::vector<const Facts *> facts;
  bool walkable = true;
  for (int rank = 0; rank < count; ++rank) {
    auto &entry = known[plans[size_t(rank)]];
    if (!entry)
      entry = std::make_unique<Facts>(*plans[size_t(rank)], count);
    facts.push_back(entry.get());
    walkable &= entry->check(rank, faults);
  }
  Simulation result;
  result.microBatches = facts.front()->allMicroBatches;
  result.walkedMicroBatches = facts.front()->microBatches;
  if (walkable) {
    for (int rank = 0; rank < count; ++rank)
      checkRank(*facts[size_t(rank)], rank, options.machine.recorded, faults);
    Lanes lanes(facts, options, faults);
    bool through = lanes.run();
    collect(result, lanes, facts);
    if (through)
      placeTimeline(result, lanes);
  }
  result.faults = faults.take(count);
  return result;
}
