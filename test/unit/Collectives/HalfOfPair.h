//===- HalfOfPair.h - rank 0 of two, without the other ----------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_COLLECTIVES_HALFOFPAIR_H
#define DSC_TEST_UNIT_COLLECTIVES_HALFOFPAIR_H

#include "runtime/Collectives/Communicator.h"

namespace dsc::test {

/// Its calls do nothing.
class HalfOfPair : public Communicator {
public:
  std::string describe() const override { return "half of a pair"; }
  int rank() const override { return 0; }
  int size() const override { return 2; }
  void *allocate(int64_t) override { return nullptr; }
  void reduceScatter(float *, Bounds) override {}
  void allGather(void *, int64_t, Bounds) override {}
  void allReduce(float *, int64_t) override {}
  void allReduce(double *, int64_t) override {}
  void transfer(std::span<const Transfer>, std::span<const Transfer>) override {
  }
  void barrier() override {}
  void abort(const std::string &) override {}
};

} // namespace dsc::test

#endif // DSC_TEST_UNIT_COLLECTIVES_HALFOFPAIR_H
