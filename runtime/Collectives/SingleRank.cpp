//===- SingleRank.cpp - the communicator of one rank ----------------------===//

#include "runtime/Collectives/Communicator.h"

#include <cstring>
#include <stdlib.h>
#include <vector>

using namespace dsc;

namespace {

struct Free {
  void operator()(void *memory) const { ::free(memory); }
};

class SingleRank : public Communicator {
public:
  std::string describe() const override { return "one rank"; }
  int rank() const override { return 0; }
  int size() const override { return 1; }

  void *allocate(int64_t bytes) override {
    size_t whole = (size_t(bytes) + 63) / 64 * 64;
    memory.emplace_back(std::aligned_alloc(64, whole));
    return std::memset(memory.back().get(), 0, whole);
  }

  void reduceScatter(float *, Bounds) override {}
  void allGather(void *, int64_t, Bounds) override {}
  void allReduce(float *, int64_t) override {}
  void allReduce(double *, int64_t) override {}

  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override {
    for (size_t i = 0; i < sends.size(); ++i)
      std::memmove(receives[i].data, sends[i].data, size_t(sends[i].bytes));
  }

  void barrier() override {}
  void abort(const std::string &) override {}

private:
  std::vector<std::unique_ptr<void, Free>> memory;
};

} // namespace

void Communicator::reduceScatterThen(float *data, Bounds bounds,
                                     const Use &use) {
  reduceScatter(data, bounds);
  if (bounds[rank()] < bounds[rank() + 1])
    use(bounds[rank()], bounds[rank() + 1]);
}

std::unique_ptr<Communicator> dsc::openSingleRank() {
  return std::make_unique<SingleRank>();
}
