//===- Cases.cpp ----------------------------------------------------------===//

#include "test/unit/CollectiveLibraries/Cases.h"

#include <random>

using namespace dsc;
using namespace dsc::test;

/// Element i of rank r; small whole numbers, so that sums are exact.
static float element(int rank, int64_t i) {
  return float((rank + 1) * (i % 97 + 1));
}

static float total(int ranks, int64_t i) {
  return float(ranks * (ranks + 1) / 2 * (i % 97 + 1));
}

static std::vector<int64_t> cut(std::mt19937 &random, int ranks) {
  std::vector<int64_t> bounds = {int64_t(random() % 5)};
  for (int rank = 0; rank < ranks; ++rank)
    bounds.push_back(bounds.back() +
                     (random() % 3 == 0 ? 0 : int64_t(random() % 20000)));
  return bounds;
}

static void checkParts(Communicator &to, const std::vector<int64_t> &bounds) {
  std::vector<float> data(size_t(bounds.back()), -1);
  for (int64_t i = bounds.front(); i < bounds.back(); ++i)
    data[i] = element(to.rank(), i);
  to.reduceScatter(data.data(), bounds);
  for (int64_t i = bounds[to.rank()]; i < bounds[to.rank() + 1]; ++i)
    require(data[i] == total(to.size(), i), "reduce-scatter");
  for (int64_t i = 0; i < bounds.front(); ++i)
    require(data[i] == -1, "reduce-scatter wrote before its range");
  to.allGather(data.data(), sizeof(float), bounds);
  for (int64_t i = bounds.front(); i < bounds.back(); ++i)
    require(data[i] == total(to.size(), i), "all-gather");
}

template <typename Number>
static void checkSum(Communicator &to, int64_t count) {
  std::vector<Number> data;
  for (int64_t i = 0; i < count; ++i)
    data.push_back(element(to.rank(), i));
  to.allReduce(data.data(), count);
  for (int64_t i = 0; i < count; ++i)
    require(data[i] == total(to.size(), i), "all-reduce");
}

/// To every rank, itself too, two messages of different sizes.
static void checkTransfer(Communicator &to) {
  auto bytes = [](int from, int dest, int n) {
    return (from * 3 + dest) * 100 % 777 * n;
  };
  std::vector<std::vector<char>> out, in;
  std::vector<Transfer> sends, receives;
  out.reserve(64), in.reserve(64);
  for (int n = 0; n < 2; ++n)
    for (int peer = 0; peer < to.size(); ++peer) {
      out.emplace_back(bytes(to.rank(), peer, n + 1), char(to.rank() * 2 + n));
      in.emplace_back(bytes(peer, to.rank(), n + 1), char(99));
      sends.push_back({peer, out.back().data(), int64_t(out.back().size())});
      receives.push_back({peer, in.back().data(), int64_t(in.back().size())});
    }
  to.transfer(sends, receives);
  for (size_t i = 0; i < in.size(); ++i)
    for (char value : in[i])
      require(value == receives[i].rank * 2 + int(i) / to.size(), "transfer");
}

void test::callEverything(Communicator &communicator) {
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    checkParts(communicator, cut(random, communicator.size()));
    checkSum<float>(communicator, random() % 9000);
    checkSum<double>(communicator, random() % 7);
    checkTransfer(communicator);
    communicator.barrier();
  }
  std::vector<int64_t> even;
  for (int rank = 0; rank <= communicator.size(); ++rank)
    even.push_back(rank * 4096);
  checkParts(communicator, even);
}
