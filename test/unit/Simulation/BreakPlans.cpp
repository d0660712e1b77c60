//===- BreakPlans.cpp -----------------------------------------------------===//

#include "BreakPlans.h"
#include "PlanPlaces.h"

#include "runtime/Artifact/KernelAbi.h"

#include <algorithm>

using namespace dsc;
using namespace dsc::test;
using plan::OpCode;
using plan::PlanT;

namespace {

//===----------------------------------------------------------------------===//
// Gradients
//===----------------------------------------------------------------------===//

bool dropExchange(PlanT &plan, const Choose &choose) {
  return dropOne(plan, exchanges(plan), choose);
}

bool repeatExchange(PlanT &plan, const Choose &choose) {
  return repeatOne(plan, exchanges(plan), choose);
}

/// Before the backward of the unit that writes the bucket's last gradients.
bool sendEarly(PlanT &plan, const Choose &choose) {
  auto places = placesOf(plan, "last_micro", sendsGradients);
  if (places.empty())
    return false;
  Place place = places[size_t(choose(int(places.size())))];
  auto &ops = programOf(plan, "last_micro").ops;
  auto moved = std::move(ops[size_t(place.position)]);
  ops.erase(ops.begin() + place.position);
  int unit = plan.buckets[size_t(moved->index)]->ready_unit;
  int backward = findOp(plan, "last_micro", OpCode::backward, unit);
  ops.insert(ops.begin() + backward, std::move(moved));
  return true;
}

bool dropDone(PlanT &plan, const Choose &choose) {
  return dropOne(plan, placesOf(plan, "last_micro", OpCode::gradients_done),
                 choose);
}

bool dropKeep(PlanT &plan, const Choose &choose) {
  return dropOne(plan, placesOf(plan, "last_micro", OpCode::keep_subtree),
                 choose);
}

/// The first launch of an update reads all gradients.
bool forgetExchange(PlanT &plan, const Choose &) {
  opOf(plan, "update", OpCode::launch).waits.clear();
  return true;
}

/// Of gradients that pass, no rank ever has all.
bool sumPassing(PlanT &plan, const Choose &choose) {
  return changeOne(plan, exchanges(plan), choose,
                   [](plan::PlanOpT &op) { op.code = OpCode::all_reduce; });
}

/// No op completes the token that someone waits for.
bool strayToken(PlanT &plan, const Choose &choose) {
  return changeOne(plan, exchanges(plan), choose,
                   [](plan::PlanOpT &op) { op.signals = 999; });
}

void letGradientsPass(PlanShape &shape) {
  shape.strategy = Strategy::zero2;
  shape.microBatch = shape.virtualRanks = 0;
}

/// Two buckets on their way at one time get one place.
bool sharePlace(PlanT &plan, const Choose &choose) {
  std::vector<std::pair<int, int>> pairs;
  for (int a = 0; a < int(plan.buckets.size()); ++a)
    for (int b = 0; b < a; ++b) {
      auto first = writersOf(plan, *plan.buckets[size_t(a)]);
      auto second = writersOf(plan, *plan.buckets[size_t(b)]);
      if (*first.rbegin() >= *second.begin() &&
          *second.rbegin() >= *first.begin())
        pairs.push_back({a, b});
    }
  if (pairs.empty())
    return false;
  auto [a, b] = pairs[size_t(choose(int(pairs.size())))];
  // The longer one's place holds either.
  if (plan.buckets[size_t(a)]->end - plan.buckets[size_t(a)]->begin >
      plan.buckets[size_t(b)]->end - plan.buckets[size_t(b)]->begin)
    std::swap(a, b);
  plan.buckets[size_t(a)]->passing = plan.buckets[size_t(b)]->passing;
  return true;
}

//===----------------------------------------------------------------------===//
// Updates
//===----------------------------------------------------------------------===//

bool dropClear(PlanT &plan, const Choose &choose) {
  return dropOne(plan, placesOf(plan, "update", OpCode::clear), choose);
}

std::vector<Place> shares(PlanT &plan) {
  return placesOf(plan, "update", [](const plan::PlanOpT &op) {
    return op.code == OpCode::all_reduce && op.index < 0;
  });
}

bool dropShare(PlanT &plan, const Choose &choose) {
  return dropOne(plan, shares(plan), choose);
}

bool repeatShare(PlanT &plan, const Choose &choose) {
  return repeatOne(plan, shares(plan), choose);
}

bool sumWhole(PlanT &plan, const Choose &choose) {
  auto op = std::make_unique<plan::PlanOpT>();
  op->code = OpCode::all_reduce;
  op->index = -1;
  op->buffer = 4; // uniforms
  auto &ops = programOf(plan, "update").ops;
  ops.insert(ops.begin() + choose(int(ops.size())), std::move(op));
  return true;
}

/// A launch that works on what the rank does not own.
bool disown(PlanT &plan, const Choose &choose) {
  return changeOne(plan,
                   placesOf(plan, "update",
                            [](const plan::PlanOpT &op) {
                              return op.code == OpCode::launch && op.owned;
                            }),
                   choose, [](plan::PlanOpT &op) { op.owned = false; });
}

/// A launch that leaves out a part of what it should do: nobody gathers it.
bool own(PlanT &plan, const Choose &choose) {
  return changeOne(plan,
                   placesOf(plan, "update",
                            [&](const plan::PlanOpT &op) {
                              return isUpdate(plan, op) && !op.owned;
                            }),
                   choose, [](plan::PlanOpT &op) { op.owned = true; });
}

/// The last block of a launch holds elements of some parameter.
bool shrinkLaunch(PlanT &plan, const Choose &choose) {
  return changeOne(plan, updates(plan), choose,
                   [](plan::PlanOpT &op) { op.end -= kBlockElements; });
}

bool repeatLaunch(PlanT &plan, const Choose &choose) {
  return repeatOne(plan, updates(plan), choose);
}

/// The norm of all but the last block's gradients.
bool shrinkNorm(PlanT &plan, const Choose &) {
  opOf(plan, "update", OpCode::launch).end -= 1;
  return true;
}

/// Nobody computes the step's learning rate.
bool dropFinish(PlanT &plan, const Choose &choose) {
  return dropOne(plan,
                 placesOf(plan, "update",
                          [&](const plan::PlanOpT &op) {
                            return op.code == OpCode::launch &&
                                   plan.kernels[size_t(op.index)]->kind ==
                                       plan::KernelKind::finish;
                          }),
                 choose);
}

/// A step that some skip and others make.
bool dropGuard(PlanT &plan, const Choose &choose) {
  return dropOne(plan, placesOf(plan, "update", OpCode::guard), choose);
}

bool dropAdvance(PlanT &plan, const Choose &choose) {
  return dropOne(plan, placesOf(plan, "update", OpCode::advance), choose);
}

bool repeatAdvance(PlanT &plan, const Choose &choose) {
  return repeatOne(plan, placesOf(plan, "update", OpCode::advance), choose);
}

bool dropLoss(PlanT &plan, const Choose &choose) {
  return dropOne(plan, placesOf(plan, "update", OpCode::share_loss), choose);
}

bool repeatLoss(PlanT &plan, const Choose &choose) {
  return repeatOne(plan, placesOf(plan, "update", OpCode::share_loss), choose);
}

/// After the guard, which ranks pass or not by their own loss.
bool shareLossLate(PlanT &plan, const Choose &) {
  auto &ops = programOf(plan, "update").ops;
  int loss = findOp(plan, "update", OpCode::share_loss);
  int guard = findOp(plan, "update", OpCode::guard);
  std::rotate(ops.begin() + loss, ops.begin() + loss + 1,
              ops.begin() + guard + 1);
  return true;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

std::vector<Place> gathers(PlanT &plan) {
  return placesOf(plan, "update", OpCode::all_gather);
}

bool dropGather(PlanT &plan, const Choose &choose) {
  return dropOne(plan, gathers(plan), choose);
}

bool gatherOther(PlanT &plan, const Choose &choose) {
  return changeOne(plan, gathers(plan), choose,
                   [](plan::PlanOpT &op) { op.buffer = 1; }); // grad
}

/// What its buckets' parameters are read first by, after an update.
bool forgetGather(PlanT &plan, const Choose &choose) {
  return changeOne(plan,
                   placesOf(plan, "evaluate",
                            [](const plan::PlanOpT &op) {
                              return op.code == OpCode::forward &&
                                     !op.waits.empty();
                            }),
                   choose, [](plan::PlanOpT &op) { op.waits.clear(); });
}

//===----------------------------------------------------------------------===//
// Buckets
//===----------------------------------------------------------------------===//

bool leaveGap(PlanT &plan, const Choose &choose) {
  auto &bucket = *plan.buckets[size_t(choose(int(plan.buckets.size())))];
  bucket.end -= kBlockElements;
  return true;
}

bool overlapBuckets(PlanT &plan, const Choose &choose) {
  auto &bucket = *plan.buckets[size_t(choose(int(plan.buckets.size())))];
  if (bucket.begin == 0)
    return false;
  bucket.begin -= kBlockElements;
  return true;
}

/// Ready before its first unit has run backward.
bool readyEarly(PlanT &plan, const Choose &choose) {
  auto &bucket = *plan.buckets[size_t(choose(int(plan.buckets.size())))];
  ++bucket.ready_unit;
  return true;
}

bool noSuchBucket(PlanT &plan, const Choose &choose) {
  return changeOne(plan, exchanges(plan), choose,
                   [](plan::PlanOpT &op) { op.index = 1000; });
}

//===----------------------------------------------------------------------===//
// Ranks that differ
//===----------------------------------------------------------------------===//

bool swapExchanges(PlanT &plan, const Choose &choose) {
  auto places = exchanges(plan);
  if (places.size() < 2)
    return false;
  int first = choose(int(places.size()) - 1);
  auto &ops = programOf(plan, places.front().program).ops;
  std::swap(ops[size_t(places[size_t(first)].position)],
            ops[size_t(places[size_t(first) + 1].position)]);
  return true;
}

bool otherCode(PlanT &plan, const Choose &choose) {
  return changeOne(plan, placesOf(plan, "last_micro", sendsGradients), choose,
                   [](plan::PlanOpT &op) {
                     op.code = op.code == OpCode::all_reduce
                                   ? OpCode::reduce_scatter
                                   : OpCode::all_reduce;
                   });
}

/// Two buckets that follow one another meet elsewhere.
bool otherBounds(PlanT &plan, const Choose &) {
  for (auto &a : plan.buckets)
    for (auto &b : plan.buckets)
      if (a->end == b->begin && a->end - a->begin > kBlockElements) {
        a->end -= kBlockElements;
        b->begin -= kBlockElements;
        return true;
      }
  return false;
}

bool otherSize(PlanT &plan, const Choose &) {
  if (shares(plan).empty())
    return false;
  ++plan.buffers[3]->count; // partials
  return true;
}

} // namespace

const std::vector<Break> &dsc::test::allBreaks() {
  static const std::vector<Break> breaks = {
      {"dropExchange", false, dropExchange},
      {"repeatExchange", false, repeatExchange},
      {"sendEarly", false, sendEarly},
      {"dropDone", false, dropDone},
      {"dropKeep", false, dropKeep},
      {"forgetExchange", false, forgetExchange},
      {"strayToken", false, strayToken},
      {"sumPassing", false, sumPassing, letGradientsPass},
      {"sharePlace", false, sharePlace, letGradientsPass},
      {"dropClear", false, dropClear},
      {"dropShare", false, dropShare},
      {"repeatShare", false, repeatShare},
      {"sumWhole", false, sumWhole},
      {"disown", false, disown},
      {"own", false, own},
      {"shrinkLaunch", false, shrinkLaunch},
      {"repeatLaunch", false, repeatLaunch},
      {"shrinkNorm", false, shrinkNorm},
      {"dropFinish", false, dropFinish},
      {"dropGuard", false, dropGuard},
      {"dropAdvance", false, dropAdvance},
      {"repeatAdvance", false, repeatAdvance},
      {"dropLoss", false, dropLoss},
      {"repeatLoss", false, repeatLoss},
      {"shareLossLate", false, shareLossLate},
      {"dropGather", false, dropGather},
      {"gatherOther", false, gatherOther},
      {"forgetGather", false, forgetGather},
      {"leaveGap", false, leaveGap},
      {"overlapBuckets", false, overlapBuckets},
      {"readyEarly", false, readyEarly},
      {"noSuchBucket", false, noSuchBucket},
      {"swapExchanges", false, swapExchanges},
      {"otherCode", true, otherCode},
      {"otherBounds", true, otherBounds},
      {"otherSize", true, otherSize},
  };
  return breaks;
}
