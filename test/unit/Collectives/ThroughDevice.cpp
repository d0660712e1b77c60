//===- ThroughDevice.cpp --------------------------------------------------===//

#include "ThroughDevice.h"

#include "cuda/Runtime/Gpu.h"
#include "runtime/Collectives/DeviceCommunicator.h"
#include "runtime/Collectives/HostMemory.h"

#include <cstdlib>
#include <thread>
#include <vector>

using namespace dsc;
using namespace dsc::test;

namespace {

/// A copy of host memory on the device; `fetch` brings it back.
class DeviceCopy {
public:
  DeviceCopy(void *data, int64_t bytes)
      : driver(cuda::openDriver()), data(data), bytes(size_t(bytes)) {
    driver.check(driver.allocate(&address, this->bytes + 1), "test");
    if (bytes == 0)
      return;
    driver.check(driver.upload(address, data, this->bytes), "test");
    driver.check(driver.wait(cuda::kDefaultStream), "test");
  }
  DeviceCopy(const DeviceCopy &) = delete;
  ~DeviceCopy() { driver.release(address); }

  void *place() const { return reinterpret_cast<void *>(address); }
  void fetch() const {
    if (bytes > 0)
      driver.check(driver.download(data, address, bytes), "test");
  }

private:
  const cuda::Driver &driver;
  cuda::Address address = 0;
  void *data;
  size_t bytes;
};

/// Makes each call as a step of a device would, and waits for it.
class ThroughDevice : public Communicator {
public:
  explicit ThroughDevice(const World &world)
      : gpu(world.localRank, /*mayShare=*/true), inner(openInner(world)) {}
  ~ThroughDevice() override {
    inner.reset();
    gpu.driver.destroyStream(steps);
  }

  std::string describe() const override { return inner->describe(); }
  int rank() const override { return inner->rank(); }
  int size() const override { return inner->size(); }
  void *allocate(int64_t bytes) override { return memory.allocate(bytes); }
  void reduceScatter(float *data, Bounds bounds) override {
    DeviceCopy copy(data, bounds.back() * int64_t(sizeof(float)));
    auto *there = static_cast<float *>(copy.place());
    perform(
        [&] { inner->reduceScatterTo(there, bounds, there + bounds[rank()]); });
    copy.fetch();
  }
  void allGather(void *data, int64_t width, Bounds bounds) override {
    DeviceCopy copy(data, bounds.back() * width);
    perform([&] { inner->allGather(copy.place(), width, bounds); });
    copy.fetch();
  }
  void allReduce(float *data, int64_t elements) override {
    sum(data, elements);
  }
  void allReduce(double *data, int64_t elements) override {
    sum(data, elements);
  }
  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override {
    std::vector<std::unique_ptr<DeviceCopy>> copies;
    auto moved = [&](std::span<const Transfer> transfers) {
      std::vector<Transfer> list(transfers.begin(), transfers.end());
      for (Transfer &transfer : list) {
        copies.push_back(
            std::make_unique<DeviceCopy>(transfer.data, transfer.bytes));
        transfer.data = copies.back()->place();
      }
      return list;
    };
    std::vector<Transfer> out = moved(sends), in = moved(receives);
    perform([&] { inner->transfer(out, in); });
    for (size_t i = sends.size(); i < copies.size(); ++i)
      copies[i]->fetch();
  }
  void barrier() override {
    double nothing = 0;
    sum(&nothing, 1);
  }
  void abort(const std::string &reason) override {
    inner->abort(Error(Exit::peer, reason));
  }

private:
  std::unique_ptr<DeviceCommunicator> openInner(const World &world) {
    gpu.driver.check(gpu.driver.createStream(&steps, cuda::kNonBlocking),
                     "test");
    return openDeviceCommunicator("nccl", "cuda", world, steps);
  }

  void perform(const std::function<void()> &call) {
    try {
      auto begin = std::chrono::steady_clock::now();
      inner->wait(inner->submit(call));
      while (gpu.driver.query(steps) == cuda::kNotReady) {
        inner->check(std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begin));
        std::this_thread::sleep_for(std::chrono::microseconds(20));
      }
      inner->check(std::chrono::milliseconds(0));
    } catch (const Error &error) {
      inner->abort(error);
      throw;
    }
  }

  template <typename Number> void sum(Number *data, int64_t elements) {
    DeviceCopy copy(data, elements * int64_t(sizeof(Number)));
    perform([&] {
      inner->allReduce(static_cast<Number *>(copy.place()), elements);
    });
    copy.fetch();
  }

  cuda::Gpu gpu;
  cuda::Stream steps = nullptr;
  std::unique_ptr<DeviceCommunicator> inner;
  HostMemory memory;
};

} // namespace

bool test::hasNccl() { return true; }

std::unique_ptr<Communicator> test::openNcclThroughDevice(const World &world) {
  // Every rank has a device of its own, unless a test says otherwise.
  ::setenv("DSC_FAKE_DEVICES", "8", /*overwrite=*/0);
  return std::make_unique<ThroughDevice>(world);
}
