//===- NcclCommunicator.cpp -----------------------------------------------===//

#include "cuda/Runtime/NcclCommunicator.h"

#include "runtime/Collectives/CommunicatorKind.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <thread>

using namespace dsc;
using namespace dsc::cuda;
using Clock = std::chrono::steady_clock;

/// A call is started in less than this; a sleep would make it longer.
static constexpr std::chrono::microseconds kSpin{200}, kPause{20};
/// How long the end of a run waits for its peers.
static constexpr std::chrono::milliseconds kFarewell{5000};

static std::string lateText(std::chrono::milliseconds timeout) {
  return fmt::format("not all ranks came within {} s",
                     double(timeout.count()) / 1e3);
}

//===----------------------------------------------------------------------===//
// Opening and leaving
//===----------------------------------------------------------------------===//

NcclCommunicator::NcclCommunicator(const World &world, Stream steps)
    : self(world.rank), ranks(world.size), library(nccl::openLibrary()),
      gpu(world.localRank), timeout(world.timeout), steps(steps) {
  gpu.phase = "ranks communicate";
  gpu.check(gpu.driver.createStream(&stream, kNonBlocking), "a stream");
  gpu.check(gpu.driver.createEvent(&begun, kDisableTiming), "an event");
  try {
    join(world);
  } catch (const Error &error) {
    leave();
    gpu.driver.destroyStream(stream);
    throw Error(error.code(),
                std::string("ranks cannot be connected through NCCL: ") +
                    error.what(),
                error.hint());
  }
}

/// NCCL itself says so in other words, or waits for ever.
void NcclCommunicator::refuseSharedDevice(const World &world,
                                          const std::string &prefix) {
  auto key = [&](int rank) { return fmt::format("{}device-{}", prefix, rank); };
  world.store->set(key(self), gpu.facts.uuid);
  std::vector<std::string> devices;
  for (int rank = 0; rank < ranks; ++rank) {
    devices.push_back(world.store->wait(key(rank), timeout));
    auto first = std::find(devices.begin(), devices.end(), devices.back());
    if (int other = int(first - devices.begin()); other != rank)
      throw Error(Exit::device,
                  fmt::format("ranks {} and {} share {} ({})", other, rank,
                              gpu.facts.name, devices.back()),
                  kOneEach);
  }
}

void NcclCommunicator::join(const World &world) {
  // A name of this opening alone: one may be opened after another.
  std::string prefix = fmt::format(
      "nccl-{}-", world.store->add(fmt::format("nccl-opened-{}", self), 1));
  refuseSharedDevice(world, prefix);
  nccl::Id id{};
  std::string key = prefix + "id";
  if (self == 0) {
    checkResult(library.makeId(&id));
    world.store->set(key, std::string(id.bytes, sizeof(id.bytes)));
  } else {
    std::string text = world.store->wait(key, timeout);
    if (text.size() != sizeof(id.bytes))
      throw Error(Exit::peer,
                  fmt::format("rank 0 gave an id of {} bytes, expected {}",
                              text.size(), sizeof(id.bytes)));
    std::memcpy(id.bytes, text.data(), sizeof(id.bytes));
  }
  nccl::Config config;
  checkResult(library.join(&comm, ranks, id, self, &config));
  settle(timeout);
}

NcclCommunicator::~NcclCommunicator() {
  try {
    gpu.enter();
    // After a failure nobody takes leave.
    if (comm && !failure && std::uncaught_exceptions() == 0) {
      checkResult(library.finalise(comm));
      settle(std::min(timeout, kFarewell));
      library.destroy(std::exchange(comm, nullptr));
    }
  } catch (const Error &) {
    // The run is over, and a peer was quicker than this rank.
  }
  leave();
  for (Event event : done)
    gpu.driver.destroyEvent(event);
  gpu.driver.destroyEvent(begun);
  gpu.driver.destroyStream(stream);
}

void NcclCommunicator::leave() {
  // Ends what is on the device too, and the peers' waits for this rank.
  if (comm)
    library.abort(std::exchange(comm, nullptr));
}

std::string NcclCommunicator::describe() const {
  return fmt::format("nccl {}, {}", library.version, gpu.facts.describe());
}

//===----------------------------------------------------------------------===//
// Failures
//===----------------------------------------------------------------------===//

void NcclCommunicator::abort(const Error &reason) {
  std::lock_guard lock(mutex);
  if (!failure)
    failure = reason;
}

void NcclCommunicator::check(std::chrono::milliseconds waited) {
  {
    std::lock_guard lock(mutex);
    if (failure)
      throw Error(*failure);
  }
  nccl::Result result = nccl::kDone;
  checkResult(library.asyncError(comm, &result));
  checkResult(result);
  if (waited > timeout)
    throw Error(Exit::peer, lateText(timeout));
}

void NcclCommunicator::settle(std::chrono::milliseconds limit) {
  auto begin = Clock::now();
  nccl::Result result = nccl::kInProgress;
  while (true) {
    auto waited = Clock::now() - begin;
    check(std::chrono::milliseconds(0));
    checkResult(library.asyncError(comm, &result));
    if (result == nccl::kDone)
      return;
    if (waited > limit)
      throw Error(Exit::peer, lateText(limit));
    if (waited > kSpin)
      std::this_thread::sleep_for(kPause);
  }
}

//===----------------------------------------------------------------------===//
// The lane
//===----------------------------------------------------------------------===//

int64_t NcclCommunicator::submit(std::function<void()> work) {
  check(std::chrono::milliseconds(0));
  gpu.check(gpu.driver.recordEvent(begun, steps), "an event");
  gpu.check(gpu.driver.waitEvent(stream, begun, 0), "an event");
  work();
  size_t place = size_t(tickets) % kEvents;
  if (place == done.size()) {
    Event event = nullptr;
    gpu.check(gpu.driver.createEvent(&event, kDisableTiming), "an event");
    done.push_back(event);
  }
  gpu.check(gpu.driver.recordEvent(done[place], stream), "an event");
  return ++tickets;
}

void NcclCommunicator::wait(int64_t ticket) {
  if (ticket > 0)
    gpu.check(
        gpu.driver.waitEvent(steps, done[size_t(ticket - 1) % kEvents], 0),
        "an event");
}

void NcclCommunicator::start(const std::function<void()> &body) {
  checkResult(library.groupStart());
  try {
    body();
  } catch (const Error &) {
    library.groupEnd();
    throw;
  }
  checkResult(library.groupEnd());
  settle(timeout);
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

/// The size of all parts where it is one, else -1.
static int64_t commonSize(Bounds bounds) {
  int64_t size = bounds[1] - bounds[0];
  for (size_t i = 1; i + 1 < bounds.size(); ++i)
    if (bounds[i + 1] - bounds[i] != size)
      return -1;
  return size;
}

void NcclCommunicator::reduceScatterTo(float *data, Bounds bounds,
                                       float *part) {
  if (bounds.front() == bounds.back())
    return;
  int64_t common = commonSize(bounds);
  start([&] {
    if (common > 0) {
      checkResult(library.reduceScatter(data + bounds[0], part, size_t(common),
                                        nccl::kFloat, nccl::kSum, comm,
                                        stream));
      return;
    }
    for (int owner = 0; owner < ranks; ++owner) {
      float *own = data + bounds[owner];
      // Others than the owner receive nothing.
      float *sums = owner == self ? part : own;
      if (int64_t count = bounds[owner + 1] - bounds[owner])
        checkResult(library.reduce(own, sums, size_t(count), nccl::kFloat,
                                   nccl::kSum, owner, comm, stream));
    }
  });
}

void NcclCommunicator::allGather(void *data, int64_t width, Bounds bounds) {
  if (bounds.front() == bounds.back())
    return;
  auto *bytes = static_cast<char *>(data);
  int64_t common = commonSize(bounds);
  start([&] {
    if (common > 0) {
      checkResult(library.allGather(
          bytes + bounds[self] * width, bytes + bounds[0] * width,
          size_t(common * width), nccl::kBytes, comm, stream));
      return;
    }
    for (int owner = 0; owner < ranks; ++owner) {
      char *part = bytes + bounds[owner] * width;
      if (int64_t count = (bounds[owner + 1] - bounds[owner]) * width)
        checkResult(library.broadcast(part, part, size_t(count), nccl::kBytes,
                                      owner, comm, stream));
    }
  });
}

void NcclCommunicator::sumWhole(void *data, int64_t elements, int type) {
  if (elements == 0)
    return;
  start([&] {
    checkResult(library.allReduce(data, data, size_t(elements), type,
                                  nccl::kSum, comm, stream));
  });
}

void NcclCommunicator::allReduce(float *data, int64_t elements) {
  sumWhole(data, elements, nccl::kFloat);
}

void NcclCommunicator::allReduce(double *data, int64_t elements) {
  sumWhole(data, elements, nccl::kDouble);
}

void NcclCommunicator::transfer(std::span<const Transfer> sends,
                                std::span<const Transfer> receives) {
  start([&] {
    for (const Transfer &message : sends)
      if (message.bytes > 0)
        checkResult(library.send(message.data, size_t(message.bytes),
                                 nccl::kBytes, message.rank, comm, stream));
    for (const Transfer &message : receives)
      if (message.bytes > 0)
        checkResult(library.receive(message.data, size_t(message.bytes),
                                    nccl::kBytes, message.rank, comm, stream));
  });
}

static std::unique_ptr<DeviceCommunicator> open(const World &world,
                                                void *queue) {
  return std::make_unique<NcclCommunicator>(world, static_cast<Stream>(queue));
}

static std::string survey() { return "NCCL " + nccl::openLibrary().version; }

namespace dsc {
DeviceCommunicatorKind cudaCommunicatorKind();
} // namespace dsc

DeviceCommunicatorKind dsc::cudaCommunicatorKind() {
  return {"nccl", "cuda", open, survey};
}
