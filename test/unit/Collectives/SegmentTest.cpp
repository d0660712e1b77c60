//===- SegmentTest.cpp - shared memory leaves nothing behind --------------===//

#include "Kinds.h"

#include "runtime/Collectives/Communicators.h"

#include <fstream>
#include <thread>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;

/// What a process has mapped.
static std::string mapsOf(pid_t process) {
  std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
  return {std::istreambuf_iterator<char>(maps), {}};
}

// Other programs use /dev/shm too: that it is as before would prove nothing.
TEST(Segment, HasNoNameThatAKillCouldLeaveBehind) {
  Ranks ranks(2, [](const World &world) {
    auto communicator = openSharedMemory(world);
    communicator->allocate(1 << 20);
    world.store->add("ready", 1);
    ::pause();
  });
  while (ranks.store()->add("ready", 0) < 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  for (int rank : {0, 1}) {
    std::string maps = mapsOf(ranks.process(rank));
    EXPECT_THAT(maps, ::testing::HasSubstr("/memfd:dsc (deleted)"));
    EXPECT_THAT(maps, ::testing::Not(::testing::HasSubstr("/dev/shm/")));
  }
}

TEST(World, SharedMemoryIsForOneHost) {
  World world;
  world.size = 4;
  world.localSize = 2;
  EXPECT_EQ(errorOf(Exit::usage, [&] { openSharedMemory(world); }),
            "shared memory is for ranks of one host, found 2 of 4 on this one");
}

TEST(World, UnknownCommunicatorsAreRefused) {
  for (int ranks : {1, 2}) {
    World world;
    world.size = world.localSize = ranks;
    EXPECT_THAT(
        errorOf(Exit::usage, [&] { openCommunicator("shared-memry", world); }),
        ::testing::StartsWith(
            "there is no communicator 'shared-memry', expected "));
  }
}

TEST(World, OneRankNeedsNoStore) {
  for (const char *name : {"", "shared-memory"})
    EXPECT_EQ(openCommunicator(name, World())->describe(), "one rank");
}
