//===- Communicator.h - what ranks say to one another -----------*- C++ -*-===//
//
// The collectives that a plan may hold, over device memory. One rank needs none
// of them: its communicator leaves the data as it is.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_COMMUNICATOR_H
#define DSC_RUNTIME_COLLECTIVES_COMMUNICATOR_H

#include <cstdint>
#include <memory>

namespace dsc {

class Communicator {
public:
  virtual ~Communicator() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  /// `shard` elements of the sum over ranks of `all` (size() * shard elements).
  virtual void reduceScatter(const float *all, float *shard,
                             int64_t elements) = 0;
  /// `all` becomes every rank's `shard`, by rank.
  virtual void allGather(const float *shard, float *all, int64_t elements) = 0;
  virtual void allReduce(float *data, int64_t elements) = 0;
  virtual void barrier() = 0;
};

/// The communicator of a run with one rank.
std::unique_ptr<Communicator> openSingleRank();

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_COMMUNICATOR_H
