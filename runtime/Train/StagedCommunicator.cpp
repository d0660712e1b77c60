//===- StagedCommunicator.cpp ---------------------------------------------===//

#include "runtime/Train/StagedCommunicator.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
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

  void check(std::chrono::milliseconds waited) override;
  void abort(const std::string &reason) override { inner.abort(reason); }
  void leave() override { inner.abort("this rank failed"); }

private:
  /// What the device calls in one place of the plan, step after step, and its
  /// memory there.
  struct Stage {
    char *memory = nullptr;
    std::function<void()> call;
  };
  enum class Kind { reduceScatter, allGather, allReduce, transfer };
  using Body = std::function<void(char *memory)>;

  Stage &stageOf(Kind kind, const void *place, int64_t bytes, Body body);
  template <typename Number> void sum(Number *data, int64_t elements);

  StepQueue &queue;
  Communicator &inner;
  int64_t tickets = 0;
  std::map<std::pair<Kind, const void *>, Stage> stages;
  std::atomic<bool> failed = false;
  std::exception_ptr failure; ///< the first one, once `failed` is set
};

} // namespace

void StagedCommunicator::check(std::chrono::milliseconds) {
  if (failed)
    std::rethrow_exception(failure);
}

/// Nothing may leave a call that the device makes but by check().
StagedCommunicator::Stage &StagedCommunicator::stageOf(Kind kind,
                                                       const void *place,
                                                       int64_t bytes,
                                                       Body body) {
  auto [found, isNew] = stages.try_emplace({kind, place});
  Stage &stage = found->second;
  if (!isNew)
    return stage;
  stage.memory = static_cast<char *>(queue.shared(bytes));
  stage.call = [this, memory = stage.memory, body = std::move(body)] {
    if (failed)
      return;
    try {
      body(memory);
    } catch (...) {
      failure = std::current_exception();
      failed = true;
    }
  };
  return stage;
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
  Stage &stage =
      stageOf(Kind::reduceScatter, data, moved.back() * width,
              [this, moved](char *memory) {
                inner.reduceScatter(reinterpret_cast<float *>(memory), moved);
              });
  queue.fetch(stage.memory, data, moved.back() * width);
  queue.callHost(stage.call);
  if (count > 0)
    queue.store(part, stage.memory + first * width, count * width);
}

void StagedCommunicator::allGather(void *data, int64_t width, Bounds bounds) {
  std::vector<int64_t> moved = fromZero(bounds);
  auto *begin = static_cast<char *>(data) + bounds.front() * width;
  Stage &stage = stageOf(Kind::allGather, begin, moved.back() * width,
                         [this, width, moved](char *memory) {
                           inner.allGather(memory, width, moved);
                         });
  int64_t first = moved[size_t(rank())] * width,
          bytes = moved[size_t(rank()) + 1] * width - first;
  if (bytes > 0)
    queue.fetch(stage.memory + first, begin + first, bytes);
  queue.callHost(stage.call);
  queue.store(begin, stage.memory, moved.back() * width);
}

template <typename Number>
void StagedCommunicator::sum(Number *data, int64_t elements) {
  int64_t bytes = elements * int64_t(sizeof(Number));
  Stage &stage =
      stageOf(Kind::allReduce, data, bytes, [this, elements](char *memory) {
        inner.allReduce(reinterpret_cast<Number *>(memory), elements);
      });
  queue.fetch(stage.memory, data, bytes);
  queue.callHost(stage.call);
  queue.store(data, stage.memory, bytes);
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
  auto move = [](std::vector<Transfer> messages,
                 const std::vector<int64_t> &places, char *memory) {
    for (size_t i = 0; i < messages.size(); ++i)
      messages[i].data = memory + places[i];
    return messages;
  };
  std::vector<Transfer> sent(sends.begin(), sends.end()),
      received(receives.begin(), receives.end());
  Stage &stage = stageOf(Kind::transfer, key, bytes, [=, this](char *memory) {
    inner.transfer(move(sent, out, memory), move(received, in, memory));
  });
  for (size_t i = 0; i < sends.size(); ++i)
    if (sends[i].bytes > 0)
      queue.fetch(stage.memory + out[i], sends[i].data, sends[i].bytes);
  queue.callHost(stage.call);
  for (size_t i = 0; i < receives.size(); ++i)
    if (receives[i].bytes > 0)
      queue.store(receives[i].data, stage.memory + in[i], receives[i].bytes);
}

std::unique_ptr<DeviceCommunicator>
dsc::openStaged(StepQueue &queue, Communicator &communicator) {
  return std::make_unique<StagedCommunicator>(queue, communicator);
}
