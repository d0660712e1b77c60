//===- FakeDriverTest.cpp - what the driver for tests refuses -------------===//
//
// A real driver refuses these too. The stand-in is of use only as far as it is
// as strict.
//
//===----------------------------------------------------------------------===//

#include "cuda/Runtime/Code.h"
#include "cuda/Runtime/StepKernels.h"

#include <gtest/gtest.h>

#include <thread>

using namespace dsc::cuda;

namespace {

constexpr Status kInvalidValue = 1, kInvalidContext = 201, kNotPermitted = 800,
                 kUnsupported = 900;

class FakeDriver : public testing::Test {
protected:
  FakeDriver() : gpu(/*localRank=*/0), driver(gpu.driver) {
    driver.createStream(&stream, kNonBlocking);
  }
  ~FakeDriver() override { driver.destroyStream(stream); }

  Gpu gpu;
  const Driver &driver;
  Stream stream = nullptr;
};

} // namespace

TEST_F(FakeDriver, RefusesAThreadWithoutAContext) {
  Status without = kSuccess, within = kInvalidContext;
  std::thread([&] {
    without = driver.query(stream);
    gpu.enter();
    within = driver.query(stream);
  }).join();
  EXPECT_EQ(without, kInvalidContext);
  EXPECT_EQ(within, kSuccess);
}

TEST_F(FakeDriver, RefusesCallsOfTheDriverInACallOfTheHost) {
  struct Asked {
    const Driver &driver;
    Stream stream;
    Status status = kSuccess;
  } asked{driver, stream};
  driver.launchHost(
      stream,
      [](void *data) {
        auto &asked = *static_cast<Asked *>(data);
        asked.status = asked.driver.query(asked.stream);
      },
      &asked);
  EXPECT_EQ(driver.wait(stream), kSuccess);
  EXPECT_EQ(asked.status, kNotPermitted);
}

TEST_F(FakeDriver, RefusesCopiesBesideTheHostFromOrdinaryMemory) {
  Address there = gpu.allocate("memory", 16, Use::batch);
  char ordinary[16] = {};
  auto *pinned = static_cast<char *>(gpu.allocatePinned("memory", 16));
  EXPECT_EQ(driver.uploadAsync(there, ordinary, 16, stream), kInvalidValue);
  EXPECT_EQ(driver.downloadAsync(ordinary, there, 16, stream), kInvalidValue);
  EXPECT_EQ(driver.uploadAsync(there, pinned, 17, stream), kInvalidValue);
  EXPECT_EQ(driver.uploadAsync(there, pinned, 16, stream), kSuccess);
  EXPECT_EQ(driver.wait(stream), kSuccess);
}

TEST_F(FakeDriver, RefusesLaunchesThatNoDeviceTakes) {
  Code code(gpu, stepText, "kernels");
  Function function = code.find("dsc_zero", 256, 256).function;
  Address memory = gpu.allocate("memory", sizeof(StepControl), Use::batch);
  int64_t values[] = {int64_t(memory), 0, int64_t(memory), 0};
  void *parameters[] = {&values[0], &values[1], &values[2], &values[3]};
  auto launch = [&](unsigned blocks, unsigned threads, unsigned shared) {
    return driver.launch(function, blocks, 1, 1, threads, 1, 1, shared, stream,
                         parameters, nullptr);
  };
  EXPECT_EQ(launch(0, 256, 0), kInvalidValue);
  EXPECT_EQ(launch(1, 2048, 0), kInvalidValue);
  EXPECT_EQ(launch(1, 256, 64 << 10), kInvalidValue);
  EXPECT_EQ(launch(1, 256, 0), kSuccess);
  EXPECT_EQ(driver.wait(stream), kSuccess);
}

TEST_F(FakeDriver, RefusesMemoryWhileAStreamIsRecorded) {
  ASSERT_EQ(driver.beginCapture(stream, kCaptureThreadLocal), kSuccess);
  Address address = 0;
  EXPECT_EQ(driver.allocate(&address, 16), kUnsupported);
  Graph graph = nullptr;
  EXPECT_NE(driver.endCapture(stream, &graph), kSuccess);
  driver.destroyGraph(graph);
  EXPECT_NE(driver.beginCapture(kDefaultStream, kCaptureThreadLocal), kSuccess);
}
