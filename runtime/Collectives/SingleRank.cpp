//===- SingleRank.cpp - the communicator of one rank ----------------------===//

#include "runtime/Collectives/Communicator.h"

#include <cstring>

using namespace dsc;

namespace {

class SingleRank : public Communicator {
public:
  int rank() const override { return 0; }
  int size() const override { return 1; }
  void reduceScatter(const float *all, float *shard,
                     int64_t elements) override {
    std::memmove(shard, all, elements * sizeof(float));
  }
  void allGather(const float *shard, float *all, int64_t elements) override {
    std::memmove(all, shard, elements * sizeof(float));
  }
  void allReduce(float *, int64_t) override {}
  void barrier() override {}
};

} // namespace

std::unique_ptr<Communicator> dsc::openSingleRank() {
  return std::make_unique<SingleRank>();
}
