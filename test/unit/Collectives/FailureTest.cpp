//===- FailureTest.cpp - peers that are gone, late, or of another mind ----===//

#include "Kinds.h"

#include <signal.h>
#include <thread>

using namespace dsc;
using namespace dsc::test;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

namespace {
class Failure : public Conformance {
protected:
  Kind kind = GetParam();

  /// All calls of `communicator` fail with a message that `matcher` wants, if
  /// this kind of communicator says whom it misses.
  template <class Matcher>
  void expectEnd(Communicator &communicator, const std::function<void()> &call,
                 Matcher matcher) {
    std::string message = errorOf(Exit::peer, call);
    if (kind.namesRanks) {
      EXPECT_THAT(message, matcher);
    }
    errorOf(Exit::peer, [&] { communicator.barrier(); });
  }
};
} // namespace

static std::vector<Kind> kindsWith(bool (*property)(const Kind &kind)) {
  std::vector<Kind> some;
  for (const Kind &kind : kinds())
    if (property(kind))
      some.push_back(kind);
  return some;
}

static bool hasPeers(const Kind &kind) { return kind.mostRanks >= 3; }
static bool comparesCalls(const Kind &kind) { return kind.comparesCalls; }

INSTANTIATE_TEST_SUITE_P(Every, Failure,
                         ::testing::ValuesIn(kindsWith(hasPeers)), kindName);

TEST_P(Failure, AKilledRankEndsTheOthers) {
  Ranks ranks(
      3,
      [&](const World &world) {
        auto communicator = kind.open(world);
        communicator->barrier();
        if (world.rank == 1)
          ::raise(SIGKILL);
        expectEnd(
            *communicator, [&] { communicator->barrier(); },
            HasSubstr("rank 1 is gone"));
      },
      5s);
  ranks.reap(1);
  EXPECT_TRUE(ranks.join());
}

TEST_P(Failure, AStoppedRankIsLate) {
  Ranks ranks(
      3,
      [&](const World &world) {
        auto communicator = kind.open(world);
        communicator->barrier();
        if (world.rank == 2)
          ::raise(SIGSTOP);
        float data[100] = {};
        expectEnd(
            *communicator, [&] { communicator->allReduce(data, 100); },
            HasSubstr("rank 2 is late: it has not come for 5 s"));
      },
      5s);
  EXPECT_TRUE(ranks.join(2));
  ::kill(ranks.process(2), SIGKILL);
  ranks.reap(2);
}

TEST_P(Failure, ARankThatDoesNotComeIsLate) {
  Ranks ranks(
      2,
      [&](const World &world) {
        if (world.rank == 0)
          errorOf(Exit::peer, [&] { kind.open(world); });
      },
      500ms);
  EXPECT_TRUE(ranks.join());
}

TEST_P(Failure, AbortEndsACallThatWaits) {
  Ranks ranks(2, [&](const World &world) {
    auto communicator = kind.open(world);
    communicator->barrier();
    if (world.rank == 1) {
      world.store->wait("ended", 40s);
      return;
    }
    std::thread other([&] {
      std::this_thread::sleep_for(50ms);
      communicator->abort("rank 1 has shown no sign of life");
    });
    expectEnd(
        *communicator, [&] { communicator->barrier(); },
        HasSubstr("rank 1 has shown no sign of life"));
    other.join();
    communicator->abort("again");
    world.store->set("ended", "");
  });
  EXPECT_TRUE(ranks.join());
}

TEST_P(Failure, AbortEndsLaterCallsToo) {
  Ranks ranks(2, [&](const World &world) {
    auto communicator = kind.open(world);
    communicator->abort("told to");
    expectEnd(
        *communicator, [&] { communicator->barrier(); }, HasSubstr("told to"));
  });
  EXPECT_TRUE(ranks.join());
}

namespace {
class CallsCompared : public Failure {
protected:
  void SetUp() override { kind.namesRanks = true; }
};
} // namespace

INSTANTIATE_TEST_SUITE_P(Every, CallsCompared,
                         ::testing::ValuesIn(kindsWith(comparesCalls)),
                         kindName);

TEST_P(CallsCompared, AnotherCallIsNamed) {
  EXPECT_TRUE(inRanks(3, [&](const World &world) {
    auto communicator = kind.open(world);
    float data[100] = {};
    communicator->barrier();
    if (world.rank == 2)
      expectEnd(
          *communicator, [&] { communicator->barrier(); },
          AnyOf(HasSubstr("rank 2 calls barrier, but rank 0 calls all_reduce "
                          "(f32) of 400 bytes"),
                HasSubstr("calls all_reduce (f32) of 400 bytes, but rank 2 "
                          "calls barrier")));
    else
      expectEnd(
          *communicator, [&] { communicator->allReduce(data, 100); },
          AnyOf(HasSubstr("calls all_reduce (f32) of 400 bytes, but rank 2 "
                          "calls barrier"),
                HasSubstr("rank 2 calls barrier, but rank ")));
  }));
}

TEST_P(CallsCompared, AnotherSizeIsNamed) {
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    auto communicator = kind.open(world);
    double data[10] = {};
    expectEnd(
        *communicator, [&] { communicator->allReduce(data, 9 + world.rank); },
        AnyOf(HasSubstr("rank 0 calls all_reduce (f64) of 72 bytes, but "
                        "rank 1 calls all_reduce (f64) of 80 bytes"),
              HasSubstr("rank 1 calls all_reduce (f64) of 80 bytes, but "
                        "rank 0 calls all_reduce (f64) of 72 bytes")));
  }));
}

TEST_P(CallsCompared, OtherPartsAreNamed) {
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    auto communicator = kind.open(world);
    float data[10] = {};
    std::vector<int64_t> bounds = {0, 4 + world.rank, 10};
    expectEnd(
        *communicator, [&] { communicator->allGather(data, 4, bounds); },
        HasSubstr("calls all_gather of 40 bytes in other parts"));
  }));
}

TEST_P(CallsCompared, MessagesOfOtherSizesAreNamed) {
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    auto communicator = kind.open(world);
    char data[100] = {};
    std::vector<Transfer> sends, receives;
    if (world.rank == 0)
      sends = {{1, data, 8}};
    else
      receives = {{0, data, 12}};
    if (world.rank == 1)
      expectEnd(
          *communicator, [&] { communicator->transfer(sends, receives); },
          HasSubstr("rank 0 sends 8 bytes to rank 1, which expects 12"));
    else
      expectEnd(
          *communicator,
          [&] {
            communicator->transfer(sends, receives);
            communicator->barrier();
          },
          HasSubstr("rank 0 sends 8 bytes to rank 1"));
  }));
}

TEST_P(CallsCompared, AsManyBytesInOtherMessagesAreNamed) {
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    auto communicator = kind.open(world);
    char data[100] = {};
    std::vector<Transfer> sends, receives;
    if (world.rank == 0)
      sends = {{1, data, 8}, {1, data, 4}};
    else
      receives = {{0, data, 12}};
    std::string message = errorOf(Exit::peer, [&] {
      communicator->transfer(sends, receives);
      communicator->barrier();
    });
    EXPECT_THAT(message, HasSubstr("which expects 12 in messages of other "
                                   "sizes"));
  }));
}
