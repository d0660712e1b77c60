//===- GlooCommunicator.h - ranks that speak through Gloo -------*- C++ -*-===//
//
// Of Gloo only messages between two ranks are used: its own reductions have an
// order that depends on sizes, its reduce-scatter moves what an all-reduce
// does, and its collectives cannot be ended from outside. Here a part is summed
// in the order of ranks by the rank that owns it, so its bits are the same on
// all; and a rank sends and receives each byte once, as in a ring.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_GLOO_GLOOCOMMUNICATOR_H
#define DSC_RUNTIME_COLLECTIVES_GLOO_GLOOCOMMUNICATOR_H

#include "runtime/Collectives/CheckedCommunicator.h"
#include "runtime/Collectives/HostMemory.h"
#include "runtime/Collectives/World.h"

#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

namespace dsc::gloo_ranks {

class GlooCommunicator final : public CheckedCommunicator {
public:
  explicit GlooCommunicator(const World &world);
  ~GlooCommunicator() override;

  std::string describe() const override;

protected:
  void exchangeNotes(std::span<const CallNote> own,
                     std::span<CallNote> others) override;
  void *makeMemory(int64_t bytes) override;
  void reduceParts(float *data, Bounds bounds) override;
  void gatherParts(char *data, int64_t width, Bounds bounds) override;
  void sum(float *data, int64_t elements) override;
  void sum(double *data, int64_t elements) override;
  void exchange(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override;
  void wake() override;
  void leave() override;

private:
  /// Of messages; between two ranks those of one kind keep their order.
  enum class Tag : int { note, data };

  struct Message {
    int rank;
    c10::intrusive_ptr<c10d::Work> work;
  };

  void start(const Transfer &message, Tag tag, bool isSent);
  void move(Tag tag, std::span<const Transfer> sends,
            std::span<const Transfer> receives);
  void finish();
  template <typename Number> void reduceParts(Number *data, Bounds bounds);
  template <typename Number> void sumWhole(Number *data, int64_t elements);

  const std::chrono::milliseconds timeout;
  std::string address; ///< that other ranks connect to
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group;
  std::mutex mutex;
  std::vector<Message> started; ///< receives before sends
  std::vector<char> staging;    ///< what other ranks hold of our part
  HostMemory memory;
};

} // namespace dsc::gloo_ranks

#endif // DSC_RUNTIME_COLLECTIVES_GLOO_GLOOCOMMUNICATOR_H
