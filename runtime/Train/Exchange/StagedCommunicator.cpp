//===- StagedCommunicator.cpp ---------------------------------------------===//

#include "runtime/Train/Exchange/StagedCommunicator.h"

#include <map>
#include <tuple>
#include <vector>

using namespace dsc;

namespace {

class StagedCommunicator final : public DeviceCommunicator {
public:
  StagedCommunicator(StepQueue &queue, Communicator &communicator)
      : queue(queue), inner(communicator) {}

  std::string describe() const override { return inner.describe(); }
  int rank() const override { return inner.rank(); }
  int size() const override { return inner.size(); }

  void reduceScatterTo(float *data, Bounds bounds, float *part) override;
  void allGather(void *data, int64_t width, Bounds bounds) override;
  void allReduce(float *data, int64_t elements) override {
    sum(data, elements);
  }
  void allReduce(double *data, int64_t elements) override {
    sum(data, elements);
  }
  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override;

  /// The step's own queue is the lane.
  int64_t submit(std::function<void()> work) override {
    work();
    return ++tickets;
  }
  void wait(int64_t) override {}

  /// What a call of the host throws the queue throws itself.
  void check(std::chrono::milliseconds) override {}
  void abort(const Error &reason) override { inner.abort(reason.what()); }
  void leave() override { inner.abort("this rank failed"); }

private:
  enum class Kind { reduceScatter, allGather, allReduce, transfer };

  char *memoryOf(Kind kind, const void *place, int64_t bytes);
  template <typename Number> void sum(Number *data, int64_t elements);

  StepQueue &queue;
  Communicator &inner;
  int64_t tickets = 0;
  /// Of the collectives of one size in each place, step after step.
  std::map<std::tuple<Kind, const void *, int64_t>, char *> memories;
};

} // namespace

char *StagedCommunicator::memoryOf(Kind kind, const void *place,
                                   int64_t bytes) {
  char *&memory = memories[{kind, place, bytes}];
  if (!memory)
    memory = static_cast<char *>(queue.shared(bytes));
  return memory;
}

/// Memory is that of the whole range, so that bounds count from its begin.
static std::vector<int64_t> fromZero(Bounds bounds) {
  std::vector<int64_t> moved(bounds.begin(), bounds.end());
  for (int64_t &bound : moved)
    bound -= bounds.front();
  return moved;
}

void StagedCommunicator::reduceScatterTo(float *data, Bounds bounds,
                                         float *part) {
  constexpr int64_t width = sizeof(float);
  std::vector<int64_t> moved = fromZero(bounds);
  int64_t first = moved[size_t(rank())],
          count = moved[size_t(rank()) + 1] - first;
  data += bounds.front();
  char *memory = memoryOf(Kind::reduceScatter, data, moved.back() * width);
  queue.fetch(memory, data, moved.back() * width);
  queue.callHost([this, memory, moved] {
    inner.reduceScatter(reinterpret_cast<float *>(memory), moved);
  });
  if (count > 0)
    queue.store(part, memory + first * width, count * width);
}

void StagedCommunicator::allGather(void *data, int64_t width, Bounds bounds) {
  std::vector<int64_t> moved = fromZero(bounds);
  auto *begin = static_cast<char *>(data) + bounds.front() * width;
  char *memory = memoryOf(Kind::allGather, begin, moved.back() * width);
  int64_t first = moved[size_t(rank())] * width,
          bytes = moved[size_t(rank()) + 1] * width - first;
  if (bytes > 0)
    queue.fetch(memory + first, begin + first, bytes);
  queue.callHost([=, this] { inner.allGather(memory, width, moved); });
  queue.store(begin, memory, moved.back() * width);
}

template <typename Number>
void StagedCommunicator::sum(Number *data, int64_t elements) {
  int64_t bytes = elements * int64_t(sizeof(Number));
  char *memory = memoryOf(Kind::allReduce, data, bytes);
  queue.fetch(memory, data, bytes);
  queue.callHost([=, this] {
    inner.allReduce(reinterpret_cast<Number *>(memory), elements);
  });
  queue.store(data, memory, bytes);
}

/// Where in the stage's memory each message lies.
static int64_t place(std::span<const Transfer> messages, int64_t begin,
                     std::vector<int64_t> &places) {
  for (const Transfer &message : messages) {
    places.push_back(begin);
    begin += message.bytes;
  }
  return begin;
}

void StagedCommunicator::transfer(std::span<const Transfer> sends,
                                  std::span<const Transfer> receives) {
  std::vector<int64_t> out, in;
  int64_t bytes = place(receives, place(sends, 0, out), in);
  const void *key = sends.empty()
                        ? receives.empty() ? nullptr : receives.front().data
                        : sends.front().data;
  char *memory = memoryOf(Kind::transfer, key, bytes);
  auto moved = [memory](std::span<const Transfer> messages,
                        const std::vector<int64_t> &places) {
    std::vector<Transfer> here(messages.begin(), messages.end());
    for (size_t i = 0; i < here.size(); ++i)
      here[i].data = memory + places[i];
    return here;
  };
  for (size_t i = 0; i < sends.size(); ++i)
    if (sends[i].bytes > 0)
      queue.fetch(memory + out[i], sends[i].data, sends[i].bytes);
  queue.callHost([this, sent = moved(sends, out), got = moved(receives, in)] {
    inner.transfer(sent, got);
  });
  for (size_t i = 0; i < receives.size(); ++i)
    if (receives[i].bytes > 0)
      queue.store(receives[i].data, memory + in[i], receives[i].bytes);
}

std::unique_ptr<DeviceCommunicator>
dsc::openStaged(StepQueue &queue, Communicator &communicator) {
  return std::make_unique<StagedCommunicator>(queue, communicator);
}
