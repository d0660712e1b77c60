//===- RandomCallsTest.cpp - long programs against a serial model ---------===//

#include "Kinds.h"

#include <cstring>
#include <numeric>
#include <rapidcheck.h>

using namespace dsc;
using namespace dsc::test;

namespace {

enum class Name { reduceScatter, allGather, allReduce, transfer, barrier };

/// Where a call's data lies: in own memory, in the communicator's, or in one on
/// even ranks and in the other on odd ones.
enum class Place { own, shared, mixed };

struct RandomCall {
  Name name;
  Place place;
  int64_t first;              ///< element with which its range begins
  std::vector<int64_t> parts; ///< of five ranks; fewer use the first

  int64_t end(int ranks) const {
    return std::accumulate(parts.begin(), parts.begin() + ranks, first);
  }
};

std::ostream &operator<<(std::ostream &out, const RandomCall &call) {
  out << "{" << int(call.name) << ", " << int(call.place) << ", " << call.first;
  for (int64_t part : call.parts)
    out << ", " << part;
  return out << "}";
}

} // namespace

static constexpr int64_t kLongest = 80'000;
static constexpr int64_t kElements = 100 + 5 * kLongest;

static rc::Gen<RandomCall> anyCall() {
  auto part = rc::gen::weightedOneOf<int64_t>(
      {{2, rc::gen::just<int64_t>(0)},
       {6, rc::gen::inRange<int64_t>(0, 3000)},
       {1, rc::gen::inRange<int64_t>(3000, kLongest)}});
  return rc::gen::construct<RandomCall>(
      rc::gen::element(Name::reduceScatter, Name::allGather, Name::allReduce,
                       Name::transfer, Name::barrier),
      rc::gen::element(Place::own, Place::shared, Place::mixed),
      rc::gen::inRange<int64_t>(0, 100),
      rc::gen::container<std::vector<int64_t>>(5, part));
}

/// Element `i` of a rank's data before call `number`. Sums are exact.
static float before(size_t number, int rank, int64_t i) {
  return float((int64_t(number) * 17 + rank * 31 + i * 7) % 61 - 30);
}

static float summed(size_t number, int ranks, int64_t i) {
  float sum = 0;
  for (int rank = 0; rank < ranks; ++rank)
    sum += before(number, rank, i);
  return sum;
}

/// A ring: everybody's part goes to the next rank.
static void passOn(Communicator &communicator, float *data,
                   const std::vector<int64_t> &bounds) {
  int rank = communicator.rank(), ranks = communicator.size();
  int next = (rank + 1) % ranks, previous = (rank + ranks - 1) % ranks;
  auto part = [&](int owner, int peer) {
    return Transfer{peer, data + bounds[size_t(owner)],
                    (bounds[size_t(owner) + 1] - bounds[size_t(owner)]) *
                        int64_t(sizeof(float))};
  };
  // Of one rank the message is its own.
  if (ranks > 1)
    communicator.transfer(std::vector{part(rank, next)},
                          std::vector{part(previous, previous)});
  else
    communicator.transfer({}, {});
}

static void callOnce(Communicator &communicator, size_t number,
                     const RandomCall &call, float *data) {
  int rank = communicator.rank(), ranks = communicator.size();
  std::vector<int64_t> bounds = {call.first};
  for (int part = 0; part < ranks; ++part)
    bounds.push_back(bounds.back() + call.parts[size_t(part)]);
  int64_t begin = bounds.front(), end = bounds.back();
  for (int64_t i = begin; i < end; ++i)
    data[i] = before(number, rank, i);
  auto expectPart = [&](int part, auto value) {
    for (int64_t i = bounds[size_t(part)]; i < bounds[size_t(part) + 1]; ++i)
      ASSERT_EQ(data[i], value(i)) << "call " << number << ", element " << i;
  };
  auto sum = [&](int64_t i) { return summed(number, ranks, i); };
  switch (call.name) {
  case Name::reduceScatter:
    communicator.reduceScatter(data, bounds);
    return expectPart(rank, sum);
  case Name::allReduce:
    communicator.allReduce(data + begin, end - begin);
    for (int part = 0; part < ranks; ++part)
      expectPart(part, sum);
    return;
  case Name::allGather:
    communicator.allGather(data, sizeof(float), bounds);
    for (int part = 0; part < ranks; ++part)
      expectPart(part, [&](int64_t i) { return before(number, part, i); });
    return;
  case Name::transfer: {
    passOn(communicator, data, bounds);
    int previous = (rank + ranks - 1) % ranks;
    return expectPart(previous,
                      [&](int64_t i) { return before(number, previous, i); });
  }
  case Name::barrier:
    return communicator.barrier();
  }
}

static void callAll(Communicator &communicator,
                    const std::vector<RandomCall> &calls) {
  std::vector<float> own(kElements);
  float *shared = static_cast<float *>(
      communicator.allocate(kElements * int64_t(sizeof(float))));
  for (size_t number = 0; number < calls.size(); ++number) {
    Place place = calls[number].place;
    bool isShared = place == Place::shared ||
                    (place == Place::mixed && communicator.rank() % 2 == 0);
    callOnce(communicator, number, calls[number],
             isShared ? shared : own.data());
    if (::testing::Test::HasFailure())
      return;
  }
}

TEST_P(Conformance, RandomCallsDoWhatASerialModelDoes) {
  Kind kind = GetParam();
  EXPECT_TRUE(rc::check("random calls", [&] {
    int ranks = *rc::gen::inRange(1, kind.mostRanks + 1);
    auto calls = *rc::gen::container<std::vector<RandomCall>>(anyCall());
    RC_ASSERT(inRanks(
        ranks, [&](const World &world) { callAll(*kind.open(world), calls); }));
  }));
}
