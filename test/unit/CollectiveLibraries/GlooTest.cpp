//===- GlooTest.cpp - what only Gloo does ---------------------------------===//

#include "runtime/Collectives/Gloo.h"
#include "runtime/Base/Error.h"
#include "runtime/Base/Files.h"
#include "test/unit/CollectiveLibraries/Cases.h"

#include <csignal>
#include <gmock/gmock.h>
#include <thread>
#include <unistd.h>

using namespace dsc;
using namespace dsc::test;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;
using Outcomes = std::vector<std::string>;

TEST(Gloo, DoesWhatTheInterfaceSays) {
  for (int ranks : {1, 2, 3, 4})
    EXPECT_EQ(runRanks(ranks,
                       [](const World &world) {
                         auto communicator = openGloo(world);
                         callEverything(*communicator);
                       }),
              Outcomes(size_t(ranks)));
}

TEST(Gloo, NamesWhatIsAskedForInstead) {
  auto outcomes = runRanks(3, [](const World &world) {
    auto communicator = openGloo(world);
    float data[10] = {};
    communicator->allReduce(data, world.rank == 1 ? 9 : 10);
  });
  EXPECT_THAT(outcomes, Each(HasSubstr("rank 1 makes call 0, all-reduce of 9 "
                                       "elements of 4 bytes")));
}

TEST(Gloo, EndsWhenAPeerDies) {
  auto outcomes = runRanks(3, [](const World &world) {
    auto communicator = openGloo(world);
    if (world.rank == 2)
      ::raise(SIGKILL);
    double data = 1;
    try {
      communicator->allReduce(&data, 1);
    } catch (const Error &) {
    }
    // Once failed, always so.
    communicator->barrier();
  });
  EXPECT_EQ(outcomes[2], "signal 9");
  outcomes.pop_back();
  EXPECT_THAT(outcomes,
              Each(AllOf(StartsWith("exit 5: all-reduce of 1 elements of 8 "
                                    "bytes: rank "))));
}

TEST(Gloo, EndsWhenAPeerIsStuck) {
  auto outcomes = runRanks(
      2,
      [](const World &world) {
        auto communicator = openGloo(world);
        if (world.rank == 1)
          std::this_thread::sleep_for(std::chrono::seconds(2));
        else
          communicator->barrier();
      },
      std::chrono::milliseconds(500));
  EXPECT_THAT(outcomes[0], StartsWith("exit 5: barrier: rank 1: "));
}

TEST(Gloo, EndsWhenItIsTold) {
  auto outcomes = runRanks(2, [](const World &world) {
    auto communicator = openGloo(world);
    if (world.rank == 1) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      return;
    }
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      communicator->abort("rank 1 has lost its head");
    });
    try {
      communicator->barrier();
    } catch (...) {
      other.join();
      throw;
    }
  });
  EXPECT_EQ(outcomes[0], "exit 5: rank 1 has lost its head");
}

TEST(Gloo, EndsWhenNotAllCome) {
  auto outcomes = runRanks(
      2,
      [](const World &world) {
        if (world.rank == 0)
          openGloo(world);
      },
      std::chrono::milliseconds(500));
  EXPECT_THAT(outcomes[0], StartsWith("exit 5: "));
}

TEST(Gloo, SaysWhereTheLibraryWasLookedFor) {
  char folder[] = "/tmp/dsc-gloo-XXXXXX";
  ASSERT_TRUE(::mkdtemp(folder));
  std::string stray = std::string(folder) + "/libDscGloo.so";
  auto outcomes = runRanks(1, [&](const World &world) {
    ::setenv("DSC_HOME", folder, 1);
    // Not a library at all.
    OutputFile(stray, OutputFile::Mode::create);
    openGloo(world);
  });
  ::unlink(stray.c_str());
  ::rmdir(folder);
  EXPECT_THAT(outcomes[0], AllOf(StartsWith("exit 3: '" + stray),
                                 HasSubstr("cannot be loaded")));
}
