//===- NcclTest.cpp - what only NCCL does ---------------------------------===//
//
// Over test/FakeNccl and test/FakeDriver.
//
//===----------------------------------------------------------------------===//

#include "Ranks.h"
#include "ThroughDevice.h"

#include "cuda/Runtime/Gpu.h"
#include "runtime/Collectives/DeviceCommunicator.h"

#include <cstdlib>

using namespace dsc;
using namespace dsc::test;
using ::testing::HasSubstr;
using ::testing::Matcher;
using ::testing::StartsWith;

namespace {

/// Two ranks that meet five times in such an environment end with `code`.
void expectFailure(const char *name, const char *value, Exit code,
                   const Matcher<std::string> &message) {
  SCOPED_TRACE(value);
  EXPECT_TRUE(inRanks(2, [&](const World &world) {
    ::setenv(name, value, 1);
    EXPECT_THAT(errorOf(code,
                        [&] {
                          auto communicator = openNcclThroughDevice(world);
                          for (int i = 0; i < 5; ++i)
                            communicator->barrier();
                        }),
                message);
  }));
}

} // namespace

TEST(Nccl, TellsWhatFailsBehindItsBack) {
  expectFailure("DSC_FAKE_NCCL_FAULT", "6 3", Exit::peer,
                HasSubstr("NCCL: remote process exited or there was a network "
                          "error (as the environment asked)"));
  expectFailure("DSC_FAKE_NCCL_FAULT", "1 3", Exit::device,
                HasSubstr("NCCL: unhandled cuda error"));
}

TEST(Nccl, RefusesOtherVersions) {
  expectFailure("DSC_FAKE_NCCL_VERSION", "21306", Exit::artifact,
                "'libnccl.so.2' is NCCL 2.13.6, expected 2.14.0 or newer, and "
                "older than 3.0.0");
  expectFailure("DSC_FAKE_NCCL_VERSION", "30001", Exit::artifact,
                StartsWith("'libnccl.so.2' is NCCL 3.0.1"));
}

TEST(Nccl, RefusesOtherLibraries) {
  expectFailure("DSC_NCCL", "/nowhere/libnccl.so.2", Exit::artifact,
                StartsWith("NCCL cannot be opened: /nowhere/libnccl.so.2: "));
  expectFailure("DSC_NCCL", "libc.so.6", Exit::artifact,
                "'libc.so.6' is not an NCCL that will do: it has no function "
                "'ncclGetVersion', expected that of 2.14.0 or newer");
}

TEST(Nccl, WantsADeviceForEachRank) {
  EXPECT_TRUE(inRanks(3, [](const World &world) {
    ::setenv("DSC_FAKE_DEVICES", "2", 1);
    if (world.rank == 2) {
      EXPECT_EQ(errorOf(Exit::device, [&] { openNcclThroughDevice(world); }),
                "rank 2 of this host has no device: NVIDIA's driver finds 2");
    }
  }));
  EXPECT_TRUE(inRanks(3, [](const World &world) {
    // Rank 2 is the second that sees the first device.
    ::setenv("DSC_FAKE_DEVICES", world.rank == 2 ? "1" : "2", 1);
    EXPECT_EQ(errorOf(Exit::device, [&] { openNcclThroughDevice(world); }),
              "ranks cannot be connected through NCCL: ranks 0 and 2 share "
              "Fake GPU (GPU-00000000-0000-0000-0000-000000000000)");
  }));
}

TEST(Nccl, AbortKeepsTheReasonsCode) {
  EXPECT_TRUE(inRanks(2, [](const World &world) {
    ::setenv("DSC_FAKE_DEVICES", "2", 1);
    cuda::Gpu gpu(world.localRank);
    cuda::Stream steps = nullptr;
    gpu.driver.check(gpu.driver.createStream(&steps, cuda::kNonBlocking),
                     "test");
    auto communicator = openDeviceCommunicator("nccl", "cuda", world, steps);
    communicator->abort(Error(Exit::artifact, "rank 1 has no engine"));
    communicator->abort(Error(Exit::peer, "rank 1 is gone"));
    EXPECT_EQ(
        errorOf(Exit::artifact,
                [&] { communicator->check(std::chrono::milliseconds(0)); }),
        "rank 1 has no engine");
  }));
}

TEST(Nccl, RefusesAnotherDevicesName) {
  EXPECT_TRUE(exchangesOnDevice("", "cuda"));
  EXPECT_TRUE(exchangesOnDevice("nccl", "cuda"));
  EXPECT_FALSE(exchangesOnDevice("", "cpu"));
  EXPECT_FALSE(exchangesOnDevice("gloo", "cuda"));
  EXPECT_EQ(errorOf(Exit::usage, [] { exchangesOnDevice("nccl", "cpu"); }),
            "communicator 'nccl' exchanges memory of 'cuda', but the run's "
            "device is 'cpu'");
}
