//===- ConformanceTest.cpp - what every communicator has to do ------------===//

#include "Kinds.h"

#include <bit>
#include <cmath>
#include <numeric>

using namespace dsc;
using namespace dsc::test;

INSTANTIATE_TEST_SUITE_P(Every, Conformance, ::testing::ValuesIn(kinds()),
                         kindName);

/// Sums of these are exact in whatever order.
static float valueOf(int rank, int64_t index) {
  return float((rank * 31 + index * 7) % 61 - 30);
}

static float sumOf(int ranks, int64_t index) {
  float sum = 0;
  for (int rank = 0; rank < ranks; ++rank)
    sum += valueOf(rank, index);
  return sum;
}

/// Parts of uneven sizes, some empty, that begin at `first`.
static std::vector<int64_t> unevenBounds(int ranks, int64_t first,
                                         int64_t size) {
  std::vector<int64_t> bounds = {first};
  for (int part = 0; part < ranks; ++part)
    bounds.push_back(bounds.back() + (part % 3 == 1 ? 0 : size + 7 * part));
  return bounds;
}

/// A small one, one of a few blocks, one that no window holds at once.
static constexpr int64_t kSizes[] = {1, 4096 + 5, 300'001};

static std::vector<float> valuesOf(int rank, int64_t count) {
  std::vector<float> values;
  for (int64_t i = 0; i < count; ++i)
    values.push_back(valueOf(rank, i));
  return values;
}

/// Memory of its own, and memory of the communicator, with the same values.
static std::vector<float *> copiesIn(Communicator &communicator,
                                     std::vector<float> &own) {
  int64_t bytes = int64_t(own.size() * sizeof(float));
  float *shared = static_cast<float *>(communicator.allocate(bytes));
  std::copy(own.begin(), own.end(), shared);
  return {own.data(), shared};
}

TEST_P(Conformance, SaysWhatItIs) {
  everyWorld(1, [](Communicator &communicator) {
    EXPECT_FALSE(communicator.describe().empty());
    EXPECT_GE(communicator.rank(), 0);
    EXPECT_LT(communicator.rank(), communicator.size());
  });
}

TEST_P(Conformance, AllocatesZeroedAlignedMemory) {
  everyWorld(1, [](Communicator &communicator) {
    for (int64_t bytes : {1, 100, 5'000'000}) {
      char *memory = static_cast<char *>(communicator.allocate(bytes));
      EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 64, 0u);
      EXPECT_EQ(std::accumulate(memory, memory + bytes, 0), 0);
      std::fill_n(memory, bytes, char(1));
    }
  });
}

TEST_P(Conformance, WhatIsWrittenToAPeersCopyIsThere) {
  everyWorld(1, [](Communicator &communicator) {
    int rank = communicator.rank(), ranks = communicator.size();
    communicator.allocate(100);
    auto *data = static_cast<int *>(communicator.allocate(4096));
    int foreign = 0;
    bool shares = communicator.describe() == "shared memory";
    for (int peer = 0; peer < ranks; ++peer) {
      EXPECT_EQ(communicator.copyOfPeer(&foreign, peer), nullptr);
      auto *copy = static_cast<int *>(communicator.copyOfPeer(data + 7, peer));
      EXPECT_EQ(copy != nullptr, shares);
      if (copy)
        copy[rank] = 1 + rank;
    }
    communicator.barrier();
    for (int peer = 0; shares && peer < ranks; ++peer)
      EXPECT_EQ(data[7 + peer], 1 + peer);
  });
}

TEST_P(Conformance, ReduceScatterSumsTheOwnPart) {
  everyWorld(1, [](Communicator &communicator) {
    int rank = communicator.rank(), ranks = communicator.size();
    for (int64_t size : kSizes) {
      std::vector<int64_t> bounds = unevenBounds(ranks, 10, size);
      std::vector<float> own = valuesOf(rank, bounds.back() + 10);
      for (float *data : copiesIn(communicator, own)) {
        communicator.reduceScatter(data, bounds);
        for (int64_t i = bounds[rank]; i < bounds[rank + 1]; ++i)
          ASSERT_EQ(data[i], sumOf(ranks, i)) << i;
        for (int64_t i : {int64_t(9), bounds.back()})
          ASSERT_EQ(data[i], valueOf(rank, i)) << "beside the range";
      }
    }
  });
}

TEST_P(Conformance, ReduceScatterHandsOverWholeBlocksInOrder) {
  everyWorld(1, [](Communicator &communicator) {
    int rank = communicator.rank(), ranks = communicator.size();
    for (int64_t size : kSizes) {
      std::vector<int64_t> bounds = unevenBounds(ranks, 3, size);
      std::vector<float> own = valuesOf(rank, bounds.back());
      for (float *data : copiesIn(communicator, own)) {
        int64_t next = bounds[rank];
        communicator.reduceScatterThen(
            data, bounds, [&](int64_t begin, int64_t end) {
              EXPECT_EQ(begin, next);
              EXPECT_EQ((begin - bounds[rank]) % 4096, 0);
              EXPECT_LT(begin, end);
              for (int64_t i = begin; i < end; ++i)
                ASSERT_EQ(data[i], sumOf(ranks, i)) << i;
              next = end;
            });
        EXPECT_EQ(next, bounds[rank + 1]);
      }
    }
  });
}

TEST_P(Conformance, AllGatherMakesPartsTheSameEverywhere) {
  everyWorld(1, [](Communicator &communicator) {
    int rank = communicator.rank(), ranks = communicator.size();
    for (int64_t size : kSizes) {
      std::vector<int64_t> bounds = unevenBounds(ranks, 10, size);
      std::vector<float> own = valuesOf(rank, bounds.back());
      for (float *data : copiesIn(communicator, own)) {
        communicator.allGather(data, sizeof(float), bounds);
        for (int owner = 0; owner < ranks; ++owner)
          for (int64_t i = bounds[owner]; i < bounds[owner + 1]; ++i)
            ASSERT_EQ(data[i], valueOf(owner, i)) << i;
      }
    }
  });
}

TEST_P(Conformance, WhatIsKeptIsGatheredUntilTheNextCallBegins) {
  everyWorld(1, [](Communicator &communicator) {
    std::vector<int64_t> bounds = unevenBounds(communicator.size(), 0, 9001);
    auto *data = static_cast<float *>(
        communicator.allocate(bounds.back() * int64_t(sizeof(float))));
    for (int round = 0; round < 20; ++round) {
      for (int64_t i = bounds[communicator.rank()];
           i < bounds[communicator.rank() + 1]; ++i)
        data[i] = valueOf(communicator.rank(), i) + float(round);
      communicator.allGatherKept(data, sizeof(float), bounds);
      for (int owner = 0; owner < communicator.size(); ++owner)
        for (int64_t i = bounds[owner]; i < bounds[owner + 1]; ++i)
          ASSERT_EQ(data[i], valueOf(owner, i) + float(round)) << i;
      communicator.barrier();
    }
  });
}

TEST_P(Conformance, AllGatherTakesElementsOfAnyWidth) {
  everyWorld(1, [](Communicator &communicator) {
    int ranks = communicator.size();
    for (int64_t width : {1, 2, 8}) {
      std::vector<int64_t> bounds = unevenBounds(ranks, 1, 1001);
      std::vector<char> data(size_t(bounds.back() * width),
                             char(communicator.rank() + 1));
      communicator.allGather(data.data(), width, bounds);
      for (int owner = 0; owner < ranks; ++owner)
        for (int64_t i = bounds[owner] * width; i < bounds[owner + 1] * width;
             ++i)
          ASSERT_EQ(data[size_t(i)], owner + 1) << i;
    }
  });
}

template <class T> static void checkAllReduce(Communicator &communicator) {
  int ranks = communicator.size();
  for (int64_t size : {0, 1, 63, 20'000, 700'001}) {
    std::vector<T> own;
    for (int64_t i = 0; i < size; ++i)
      own.push_back(valueOf(communicator.rank(), i));
    T *shared =
        static_cast<T *>(communicator.allocate(size * int64_t(sizeof(T))));
    std::copy(own.begin(), own.end(), shared);
    for (T *data : {own.data(), shared}) {
      communicator.allReduce(data, size);
      for (int64_t i = 0; i < size; ++i)
        ASSERT_EQ(data[i], sumOf(ranks, i)) << i;
    }
  }
}

TEST_P(Conformance, AllReduceSumsSingles) {
  everyWorld(1, [](Communicator &communicator) {
    checkAllReduce<float>(communicator);
  });
}

TEST_P(Conformance, AllReduceSumsDoubles) {
  everyWorld(1, [](Communicator &communicator) {
    checkAllReduce<double>(communicator);
  });
}

TEST_P(Conformance, NaNsAndInfinitiesReachAllRanks) {
  everyWorld(1, [](Communicator &communicator) {
    int last = communicator.size() - 1;
    bool mine = communicator.rank() == last;
    std::vector<float> data(100, 1);
    data[3] = mine ? NAN : 1;
    data[99] = mine ? INFINITY : 1;
    communicator.allReduce(data.data(), 100);
    EXPECT_TRUE(std::isnan(data[3]));
    EXPECT_EQ(data[99], INFINITY);
    EXPECT_EQ(data[4], communicator.size());
  });
}

/// Numbers whose sum depends on the order of additions.
static float roughValueOf(int rank, int64_t i) {
  return std::sin(float(i * 7 + rank)) * std::ldexp(1.0f, int(i % 23) - rank);
}

TEST_P(Conformance, AllReduceHasTheSameBitsEverywhere) {
  bool inOrder = GetParam().addsInOrder;
  everyWorld(2, [&](Communicator &communicator) {
    int rank = communicator.rank(), ranks = communicator.size();
    for (int64_t size : {100, 50'001}) {
      std::vector<float> data;
      for (int64_t i = 0; i < size; ++i)
        data.push_back(roughValueOf(rank, i));
      communicator.allReduce(data.data(), size);

      std::vector<float> all(size_t(size * ranks));
      std::copy(data.begin(), data.end(), all.begin() + size * rank);
      std::vector<int64_t> bounds;
      for (int part = 0; part <= ranks; ++part)
        bounds.push_back(size * part);
      communicator.allGather(all.data(), sizeof(float), bounds);
      for (int64_t i = 0; i < size * ranks; ++i)
        ASSERT_EQ(std::bit_cast<uint32_t>(all[size_t(i)]),
                  std::bit_cast<uint32_t>(data[size_t(i % size)]));

      for (int64_t i = 0; inOrder && i < size; ++i) {
        float sum = roughValueOf(0, i);
        for (int peer = 1; peer < ranks; ++peer)
          sum += roughValueOf(peer, i);
        ASSERT_EQ(data[size_t(i)], sum) << i;
      }
    }
  });
}

TEST_P(Conformance, TransferSendsToAnyRankInOrder) {
  everyWorld(1, [](Communicator &communicator) {
    int rank = communicator.rank(), ranks = communicator.size();
    for (int64_t size : {1, 1000, 1'000'003}) {
      // To every rank, and to itself, two messages of different sizes.
      std::vector<std::vector<char>> memory;
      std::vector<Transfer> sends, receives;
      auto add = [&](std::vector<Transfer> &list, int peer, int64_t bytes,
                     char value) {
        memory.emplace_back(size_t(bytes), value);
        list.push_back({peer, memory.back().data(), bytes});
      };
      for (int peer = 0; peer < ranks; ++peer)
        for (int message : {1, 2}) {
          add(sends, peer, size * message, char(10 * rank + peer + message));
          add(receives, peer, size * message, 0);
        }
      communicator.transfer(sends, receives);
      for (const Transfer &received : receives) {
        char *data = static_cast<char *>(received.data);
        char expected =
            char(10 * received.rank + rank + (received.bytes == size ? 1 : 2));
        for (int64_t i = 0; i < received.bytes; ++i)
          ASSERT_EQ(data[i], expected);
      }
    }
  });
}

TEST_P(Conformance, TransferOfSomeRanksAlone) {
  everyWorld(2, [](Communicator &communicator) {
    int rank = communicator.rank();
    std::vector<int> data = {rank, -1};
    std::vector<Transfer> sends, receives;
    if (rank == 1)
      sends.push_back({0, &data[0], sizeof(int)});
    if (rank == 0)
      receives.push_back({1, &data[1], sizeof(int)});
    communicator.transfer(sends, receives);
    EXPECT_EQ(data[1], rank == 0 ? 1 : -1);
  });
}

TEST_P(Conformance, NobodyPassesABarrierAlone) {
  Kind kind = GetParam();
  for (int ranks = 1; ranks <= kind.mostRanks; ++ranks)
    EXPECT_TRUE(inRanks(ranks, [&](const World &world) {
      auto communicator = kind.open(world);
      for (int round = 1; round <= 20; ++round) {
        world.store->add("came", 1);
        communicator->barrier();
        EXPECT_EQ(world.store->add("came", 0), round * world.size);
        communicator->barrier();
      }
    }));
}

TEST_P(Conformance, AWorldMayOpenSeveral) {
  Kind kind = GetParam();
  EXPECT_TRUE(inRanks(std::min(3, kind.mostRanks), [&](const World &world) {
    double sum = 1;
    kind.open(world)->allReduce(&sum, 1);
    auto first = kind.open(world), second = kind.open(world);
    first->allReduce(&sum, 1);
    second->allReduce(&sum, 1);
    EXPECT_EQ(sum, std::pow(world.size, 3));
  }));
}
