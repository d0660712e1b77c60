//===- GlooTest.cpp - what only Gloo does ---------------------------------===//

#include "Kinds.h"

#include "runtime/Base/Files.h"
#include "runtime/Collectives/Communicators.h"

#include <cstdlib>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;
using ::testing::HasSubstr;
using ::testing::StartsWith;

namespace {
class Gloo : public ::testing::Test {
protected:
  void SetUp() override {
    if (!hasGloo())
      GTEST_SKIP() << "built without LibTorch";
  }

  /// As a rank of a world of two hosts.
  static World farApart(World world) {
    world.localRank = 0;
    world.localSize = 1;
    return world;
  }
};
} // namespace

TEST_F(Gloo, TakesTheInterfaceThatIsAskedFor) {
  EXPECT_TRUE(inRanks(2, [](const World &world) {
    ::setenv("GLOO_SOCKET_IFNAME", "lo", 1);
    auto communicator = openGloo(farApart(world));
    EXPECT_EQ(communicator->describe(), "gloo at lo");
    double one = 1;
    communicator->allReduce(&one, 1);
    EXPECT_EQ(one, 2);
  }));
}

TEST_F(Gloo, RefusesAnAddressThatOtherHostsCannotReach) {
  EXPECT_TRUE(inRanks(1, [](const World &world) {
    World apart = farApart(world);
    apart.size = 2;
    apart.address = "127.0.0.1";
    EXPECT_EQ(errorOf(Exit::usage, [&] { openGloo(apart); }),
              "rank 0's address '127.0.0.1' is 127.0.0.1 on this host, which "
              "other hosts cannot reach");
    apart.address = "no-such-host.invalid";
    EXPECT_THAT(errorOf(Exit::usage, [&] { openGloo(apart); }),
                StartsWith("rank 0's address 'no-such-host.invalid' cannot be "
                           "found: "));
  }));
}

TEST_F(Gloo, RefusesAnotherLibraryOfItsName) {
  TemporaryFolder folder;
  std::string path = folder.path + "/libDscGloo.so";
  EXPECT_TRUE(inRanks(1, [&](const World &world) {
    ::setenv("DSC_HOME", folder.path.c_str(), 1);
    OutputFile(path, OutputFile::Mode::create).write("no library");
    EXPECT_THAT(errorOf(Exit::artifact, [&] { openGloo(world); }),
                StartsWith("'" + path + "' cannot be loaded: "));
  }));
  EXPECT_TRUE(inRanks(1, [&](const World &world) {
    ::setenv("DSC_HOME", folder.path.c_str(), 1);
    ::unlink(path.c_str());
    ASSERT_EQ(::symlink("/lib/x86_64-linux-gnu/libm.so.6", path.c_str()), 0);
    EXPECT_EQ(errorOf(Exit::artifact, [&] { openGloo(world); }),
              "'" + path +
                  "' is not the library for communicator 'gloo': it has no "
                  "function 'dscGlooOpen'");
  }));
}

TEST_F(Gloo, NamesTheFirstCauseWhereOneRankTakesOthersWithIt) {
  // Rank 1 dies, rank 0 notices and leaves, and rank 2 must not blame rank 0.
  Ranks ranks(3, [](const World &world) {
    auto communicator = openGloo(world);
    communicator->barrier();
    if (world.rank == 1)
      ::_exit(0);
    if (world.rank == 2)
      world.store->wait("rank 0 has left", std::chrono::seconds(20));
    EXPECT_THAT(errorOf(Exit::peer, [&] { communicator->barrier(); }),
                HasSubstr("rank 1 is gone: "));
    if (world.rank == 0)
      world.store->set("rank 0 has left", "");
  });
  EXPECT_TRUE(ranks.join());
}
