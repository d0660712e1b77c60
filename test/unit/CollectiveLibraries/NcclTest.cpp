//===- NcclTest.cpp - what only NCCL does ---------------------------------===//
//
// Over test/FakeNccl and test/FakeDriver.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "test/unit/CollectiveLibraries/Cases.h"
#include "test/unit/CollectiveLibraries/ThroughDevice.h"

#include <csignal>
#include <cstdlib>
#include <gmock/gmock.h>
#include <thread>

using namespace dsc;
using namespace dsc::test;
using testing::AllOf;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;
using Outcomes = std::vector<std::string>;

TEST(Nccl, DoesWhatTheInterfaceSays) {
  for (int ranks : {1, 2, 3, 4})
    EXPECT_EQ(runRanks(ranks,
                       [](const World &world) {
                         auto communicator = openNcclThroughDevice(world);
                         callEverything(*communicator);
                         communicator->barrier();
                       }),
              Outcomes(size_t(ranks)));
}

TEST(Nccl, NamesWhatIsAskedForInstead) {
  auto outcomes = runRanks(3, [](const World &world) {
    auto communicator = openNcclThroughDevice(world);
    float data[10] = {};
    communicator->allReduce(data, world.rank == 1 ? 9 : 10);
  });
  EXPECT_THAT(outcomes, Each(HasSubstr("rank 1 makes call 0, all-reduce of 9 "
                                       "elements of 4 bytes")));
}

TEST(Nccl, EndsWhenAPeerDies) {
  auto outcomes = runRanks(
      3,
      [](const World &world) {
        auto communicator = openNcclThroughDevice(world);
        if (world.rank == 2)
          ::raise(SIGKILL);
        double data = 1;
        try {
          communicator->allReduce(&data, 1);
        } catch (const Error &) {
        }
        // Once failed, always so.
        communicator->barrier();
      },
      std::chrono::milliseconds(500));
  EXPECT_EQ(outcomes[2], "signal 9");
  outcomes.pop_back();
  EXPECT_THAT(outcomes, Each(StartsWith("exit 5: all-reduce of 1 elements of 8 "
                                        "bytes: not all ranks came within "
                                        "500 ms")));
}

TEST(Nccl, EndsWhenItIsTold) {
  auto outcomes = runRanks(2, [](const World &world) {
    auto communicator = openNcclThroughDevice(world);
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

TEST(Nccl, EndsWhenNotAllCome) {
  auto outcomes = runRanks(
      2,
      [](const World &world) {
        if (world.rank == 0)
          openNcclThroughDevice(world);
      },
      std::chrono::milliseconds(500));
  EXPECT_EQ(outcomes[0], "exit 5: ranks cannot be connected through NCCL: not "
                         "all ranks came within 500 ms");
}

namespace {

/// What ranks that barrier five times end with in such an environment.
Outcomes runWith(const char *name, const char *value) {
  return runRanks(2, [=](const World &world) {
    ::setenv(name, value, 1);
    auto communicator = openNcclThroughDevice(world);
    for (int i = 0; i < 5; ++i)
      communicator->barrier();
  });
}

} // namespace

TEST(Nccl, TellsWhatFailsBehindItsBack) {
  EXPECT_THAT(runWith("DSC_FAKE_NCCL_FAULT", "6 3"),
              Each("exit 5: barrier: NCCL: remote process exited or there was "
                   "a network error (as the environment asked)"));
  EXPECT_THAT(runWith("DSC_FAKE_NCCL_FAULT", "1 3"),
              Each(StartsWith("exit 8: barrier: NCCL: unhandled cuda error")));
}

TEST(Nccl, RefusesOtherVersions) {
  EXPECT_THAT(runWith("DSC_FAKE_NCCL_VERSION", "21306"),
              Each("exit 3: 'libnccl.so.2' is NCCL 2.13.6, expected 2.14.0 or "
                   "newer, and older than 3.0.0"));
  EXPECT_THAT(runWith("DSC_FAKE_NCCL_VERSION", "30001"),
              Each(StartsWith("exit 3: 'libnccl.so.2' is NCCL 3.0.1")));
}

TEST(Nccl, RefusesOtherLibraries) {
  EXPECT_THAT(runWith("DSC_NCCL", "/nowhere/libnccl.so.2"),
              Each(AllOf(StartsWith("exit 3: NCCL cannot be opened: "),
                         HasSubstr("/nowhere/libnccl.so.2"))));
  EXPECT_THAT(runWith("DSC_NCCL", "libc.so.6"),
              Each(StartsWith("exit 3: 'libc.so.6' is not an NCCL that will "
                              "do: it has no function 'ncclGetVersion'")));
}

TEST(Nccl, WantsADeviceForEachRank) {
  EXPECT_THAT(runRanks(3,
                       [](const World &world) {
                         ::setenv("DSC_FAKE_DEVICES", "2", 1);
                         if (world.rank == 2)
                           openNcclThroughDevice(world);
                       })[2],
              "exit 8: rank 2 of this host has no device: NVIDIA's driver "
              "finds 2");
}
