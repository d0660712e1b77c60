//===- HeartbeatTest.cpp - ranks that die or stop are named ---------------===//

#include "Ranks.h"

#include "runtime/Collectives/Heartbeat.h"

#include <atomic>
#include <filesystem>
#include <future>
#include <signal.h>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

namespace {

/// A heartbeat and what it reports.
class Watch {
public:
  explicit Watch(const World &world, Heartbeat::Pace pace = {})
      : heartbeat(
            world,
            [this](const Loss &loss) {
              ++losses;
              lost.set_value(loss);
            },
            pace) {}

  /// The first loss, for which it waits.
  Loss loss() { return lost.get_future().get(); }

  std::atomic<int> losses = 0;

private:
  std::promise<Loss> lost;

public:
  Heartbeat heartbeat;
};

/// A quicker one than that of a run.
constexpr Heartbeat::Pace kQuick{50ms, 3s};

} // namespace

static void awaitCount(Store &store, const char *key, int count) {
  while (store.add(key, 0) < count)
    std::this_thread::sleep_for(1ms);
}

/// Until others can read of this rank what it is at.
static void awaitBeat(const World &world, const std::string &doing) {
  std::string key = "heartbeat/" + std::to_string(world.rank);
  while (!world.store->get(key).value_or("").ends_with(" " + doing))
    std::this_thread::sleep_for(1ms);
}

TEST(Heartbeat, ItsPaceLeavesTimeToEndWithinTenSeconds) {
  // A beat to see the last one, to read the note, and to spare.
  Heartbeat::Pace pace;
  EXPECT_LE(pace.silence + 4 * pace.beat, 9s);
  // Of a store that does not answer: requests until it is silent for so long.
  auto asked = pace.beat + Store::kLongestRequest;
  auto requests = (pace.silence + asked - 1ms) / asked;
  EXPECT_LE(requests * asked, 9s);
}

/// All but rank 1, to which a signal is sent, name it.
static void expectNamed(int signal) {
  Ranks ranks(4, [&](const World &world) {
    Watch watch(world, kQuick);
    watch.heartbeat.note("step 7");
    awaitBeat(world, "step 7");
    world.store->add("ready", 1);
    auto [rank, reason, code, hint] = watch.loss();
    EXPECT_EQ(rank, 1);
    EXPECT_EQ(reason, "rank 1 has shown no sign of life for 3 s; it was last "
                      "at step 7");
    EXPECT_EQ(hint, kLossRemedy);
    std::this_thread::sleep_for(4 * kQuick.beat);
    EXPECT_EQ(watch.losses, 1);
  });
  awaitCount(*ranks.store(), "ready", 4);
  ::kill(ranks.process(1), signal);
  EXPECT_TRUE(ranks.join(1));
  ::kill(ranks.process(1), SIGKILL);
  ranks.reap(1);
}

TEST(Heartbeat, AKilledRankIsNamedByAll) { expectNamed(SIGKILL); }
TEST(Heartbeat, AStoppedRankIsNamedByAll) { expectNamed(SIGSTOP); }

TEST(Heartbeat, ARankThatGoesOnAfterAStopIsToldThatItIsLost) {
  Ranks ranks(2, [&](const World &world) {
    Watch watch(world, kQuick);
    world.store->add("ready", 1);
    EXPECT_EQ(watch.loss().rank, 1);
    world.store->add("told", 1);
  });
  awaitCount(*ranks.store(), "ready", 2);
  ::kill(ranks.process(1), SIGSTOP);
  awaitCount(*ranks.store(), "told", 1);
  ::kill(ranks.process(1), SIGCONT);
  EXPECT_TRUE(ranks.join());
}

TEST(Heartbeat, TwoThatDieAtOnceAreNoticed) {
  Ranks ranks(4, [&](const World &world) {
    Watch watch(world, kQuick);
    world.store->add("ready", 1);
    int rank = watch.loss().rank;
    EXPECT_TRUE(rank == 1 || rank == 2) << rank;
  });
  awaitCount(*ranks.store(), "ready", 4);
  for (int rank : {1, 2}) {
    ::kill(ranks.process(rank), SIGKILL);
    ranks.reap(rank);
  }
  EXPECT_TRUE(ranks.join());
}

TEST(Heartbeat, AFailureIsToldWithItsReason) {
  EXPECT_TRUE(inRanks(3, [&](const World &world) {
    Watch watch(world, kQuick);
    if (world.rank == 0) {
      awaitCount(*world.store, "ready", 2);
      watch.heartbeat.fail(
          Error(Exit::storage, "cannot write 'metrics.csv': no space left"));
      EXPECT_EQ(watch.losses, 0);
      return;
    }
    world.store->add("ready", 1);
    auto [rank, reason, code, hint] = watch.loss();
    EXPECT_EQ(rank, 0);
    EXPECT_EQ(reason, "rank 0 failed: cannot write 'metrics.csv': no space "
                      "left");
    EXPECT_EQ(code, Exit::peer);
    // A failure that another one caused is not news.
    watch.heartbeat.fail(Error(Exit::peer, "a peer is lost"));
  }));
}

TEST(Heartbeat, ARefusalIsToldWithItsCodeAndRemedy) {
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    Watch watch(world, kQuick);
    if (world.rank == 1)
      return watch.heartbeat.fail(
          Error(Exit::refused, "two\nlines", "--accept\ndata"));
    auto [rank, reason, code, hint] = watch.loss();
    EXPECT_EQ(rank, 1);
    EXPECT_EQ(reason, "rank 1 failed: two\nlines");
    EXPECT_EQ(code, Exit::refused);
    EXPECT_EQ(hint, "--accept data");
  }));
}

TEST(Heartbeat, AStopBeforeATrainingIsOneOfAllRanks) {
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    Watch watch(world, kQuick);
    if (world.rank == 1)
      return watch.heartbeat.fail(
          Error(Exit::stopped, "stopped by a signal before all ranks had met"));
    auto [rank, reason, code, hint] = watch.loss();
    EXPECT_EQ(reason,
              "rank 1 was stopped by a signal before all ranks had met");
    EXPECT_EQ(code, Exit::stopped);
  }));
}

/// As of a rank whose note was lost.
TEST(Heartbeat, ARankThatSaysThatItFailedIsLostWithoutANote) {
  EXPECT_TRUE(inRanks(3, [&](const World &world) {
    if (world.rank == 1)
      return world.store->set("heartbeat/1", "failed");
    Watch watch(world, kQuick);
    auto [rank, reason, code, hint] = watch.loss();
    EXPECT_EQ(rank, 1);
    EXPECT_EQ(reason, "rank 1 failed");
    EXPECT_EQ(code, Exit::peer);
  }));
}

TEST(Heartbeat, WhoIsDoneIsNotMissed) {
  EXPECT_TRUE(inRanks(4, [&](const World &world) {
    Watch watch(world, kQuick);
    std::this_thread::sleep_for(3 * kQuick.beat);
    if (world.rank == 3)
      std::this_thread::sleep_for(2 * kQuick.silence);
    watch.heartbeat.finish();
    EXPECT_EQ(watch.losses, 0);
  }));
}

TEST(Heartbeat, WhoHasNotBegunIsNotMissed) {
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    if (world.rank == 1)
      std::this_thread::sleep_for(2 * kQuick.silence);
    Watch watch(world, kQuick);
    awaitCount(*world.store, "begun", world.rank);
    world.store->add("begun", 1);
    awaitCount(*world.store, "begun", 2);
    watch.heartbeat.finish();
    EXPECT_EQ(watch.losses, 0);
  }));
}

/// Rank 0 serves the store and gets a signal.
static void expectServerNamed(int signal) {
  int port = freePort();
  Ranks ranks(3, [&](World world) {
    std::shared_ptr<Store> files = world.store;
    world.store = openServerStore("127.0.0.1", port, "secret", world.rank == 0);
    Watch watch(world, kQuick);
    files->add("ready", 1);
    auto [rank, reason, code, hint] = watch.loss();
    EXPECT_EQ(rank, 0);
    EXPECT_THAT(reason, HasSubstr("in the store of rank 0 at 127.0.0.1:"));
  });
  awaitCount(*ranks.store(), "ready", 3);
  ::kill(ranks.process(0), signal);
  EXPECT_TRUE(ranks.join(0));
  ::kill(ranks.process(0), SIGKILL);
  ranks.reap(0);
}

TEST(Heartbeat, AKilledServerIsNamedByAll) { expectServerNamed(SIGKILL); }
TEST(Heartbeat, AStoppedServerIsNamedByAll) { expectServerNamed(SIGSTOP); }

TEST(Heartbeat, TheServerStaysUntilOthersKnowWhoIsLost) {
  int port = freePort();
  Ranks ranks(4, [&](World world) {
    std::shared_ptr<Store> files = world.store;
    world.store = openServerStore("127.0.0.1", port, "secret", world.rank == 0);
    // It stays for three beats: time enough for others to ask.
    Watch watch(world, {250ms, kQuick.silence});
    files->add("ready", 1);
    EXPECT_EQ(watch.loss().rank, 2);
  });
  awaitCount(*ranks.store(), "ready", 4);
  ::kill(ranks.process(2), SIGKILL);
  ranks.reap(2);
  EXPECT_TRUE(ranks.join());
}

TEST(Heartbeat, TheServerLeavesLast) {
  int port = freePort();
  EXPECT_TRUE(inRanks(3, [&](World world) {
    world.store = openServerStore("127.0.0.1", port, "secret", world.rank == 0);
    Watch watch(world, kQuick);
    world.store->add("ready", 1);
    awaitCount(*world.store, "ready", 3);
    if (world.rank > 0)
      std::this_thread::sleep_for(2 * kQuick.silence);
    watch.heartbeat.finish();
    EXPECT_EQ(watch.losses, 0);
  }));
}

namespace {
/// One that cannot be reached any more, and counts who tries.
class LostStore : public Store {
public:
  std::atomic<bool> lost = false;
  std::atomic<int> requests = 0;

  void set(const std::string &, const std::string &) override { ask(); }
  std::optional<std::string> get(const std::string &) override {
    ask();
    return std::nullopt;
  }
  std::string setOnce(const std::string &, const std::string &value) override {
    ask();
    return value;
  }
  int64_t add(const std::string &, int64_t) override {
    ask();
    return 0;
  }

private:
  void ask() {
    ++requests;
    if (lost)
      throw Error(Exit::peer, "no answer");
  }
};
} // namespace

/// Each request may take long, and the others are to be gone in time.
TEST(Heartbeat, WhoKnowsOfALossAsksTheStoreNoMore) {
  auto store = std::make_shared<LostStore>();
  Watch watch({.rank = 1, .size = 2, .store = store}, {10ms, 100ms});
  store->lost = true;
  EXPECT_EQ(watch.loss().rank, 0);
  int before = store->requests;
  watch.heartbeat.fail(Error(Exit::peer, "rank 0 is lost"));
  EXPECT_EQ(store->requests, before);
}

TEST(Heartbeat, ALostStoreIsRankZeroLost) {
  TemporaryFolder folder;
  World world{
      .rank = 1, .size = 2, .store = openFileStore(folder.path + "/store")};
  Watch watch(world, {10ms, 100ms});
  // At one stroke: a beat would put files into what is being removed.
  std::filesystem::rename(folder.path + "/store", folder.path + "/lost");
  auto [rank, reason, code, hint] = watch.loss();
  EXPECT_EQ(rank, 0);
  EXPECT_THAT(reason, HasSubstr("rank 0 is lost, where ranks meet: cannot "));
  EXPECT_EQ(hint, kLossRemedy);
}
