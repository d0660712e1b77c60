//===- ThroughDevice.cpp --------------------------------------------------===//

#include "ThroughDevice.h"

#include "cuda/Runtime/Driver.h"
#include "runtime/Collectives/CommunicatorKind.h"
#include "runtime/Collectives/HostMemory.h"

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

class ThroughDevice : public Communicator {
public:
  explicit ThroughDevice(std::unique_ptr<Communicator> inner)
      : inner(std::move(inner)) {}

  std::string describe() const override { return inner->describe(); }
  int rank() const override { return inner->rank(); }
  int size() const override { return inner->size(); }
  void *allocate(int64_t bytes) override {
    inner->allocate(bytes);
    return memory.allocate(bytes);
  }
  void reduceScatter(float *data, Bounds bounds) override {
    DeviceCopy copy(data, bounds.back() * int64_t(sizeof(float)));
    inner->reduceScatter(static_cast<float *>(copy.place()), bounds);
    copy.fetch();
  }
  void allGather(void *data, int64_t width, Bounds bounds) override {
    DeviceCopy copy(data, bounds.back() * width);
    inner->allGather(copy.place(), width, bounds);
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
    inner->transfer(out, in);
    for (size_t i = sends.size(); i < copies.size(); ++i)
      copies[i]->fetch();
  }
  void barrier() override { inner->barrier(); }
  void abort(const std::string &reason) override { inner->abort(reason); }

private:
  template <typename Number> void sum(Number *data, int64_t elements) {
    DeviceCopy copy(data, elements * int64_t(sizeof(Number)));
    inner->allReduce(static_cast<Number *>(copy.place()), elements);
    copy.fetch();
  }

  std::unique_ptr<Communicator> inner;
  HostMemory memory;
};

} // namespace

bool test::hasNccl() { return true; }

std::unique_ptr<Communicator> test::openNcclThroughDevice(const World &world) {
  for (const CommunicatorKind &kind : backendCommunicators())
    if (kind.name == std::string("nccl"))
      return std::make_unique<ThroughDevice>(kind.open(world));
  return nullptr;
}
