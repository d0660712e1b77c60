//===- NcclCommunicator.cpp -----------------------------------------------===//

#include "cuda/Runtime/NcclCommunicator.h"

#include "runtime/Collectives/CommunicatorKind.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <thread>

using namespace dsc;
using namespace dsc::cuda;
using Clock = std::chrono::steady_clock;

/// Small exchanges are done in less than this; a sleep would make them longer.
static constexpr std::chrono::microseconds kSpin{200}, kPause{20};
/// How long the end of a run waits for its peers.
static constexpr std::chrono::seconds kFarewell{5};

/// What a wait asks between two looks.
class NcclCommunicator::Deadline {
public:
  Deadline(const NcclCommunicator &owner, std::chrono::milliseconds timeout)
      : owner(owner), timeout(timeout) {}

  /// Throws where there is no sense in waiting on.
  void pass() const {
    if (owner.isAborted())
      throw Error(Exit::peer, "the wait was ended");
    auto waited = Clock::now() - begin;
    if (waited > timeout)
      throw Error(Exit::peer, fmt::format("not all ranks came within {} s",
                                          double(timeout.count()) / 1e3));
    if (waited > kSpin)
      std::this_thread::sleep_for(kPause);
  }

private:
  const NcclCommunicator &owner;
  const std::chrono::milliseconds timeout;
  const Clock::time_point begin = Clock::now();
};

//===----------------------------------------------------------------------===//
// Opening and leaving
//===----------------------------------------------------------------------===//

NcclCommunicator::NcclCommunicator(const World &world)
    : CheckedCommunicator(world, "nccl"), library(nccl::openLibrary()),
      gpu(world.localRank), timeout(world.timeout) {
  gpu.phase = "ranks communicate";
  gpu.check(gpu.driver.createStream(&stream, kNonBlocking), "a stream");
  size_t bytes = 2 * sizeof(CallNote) * size_t(world.size);
  deviceNotes = gpu.allocate("notes between ranks", bytes, cuda::Use::model);
  hostNotes =
      static_cast<CallNote *>(gpu.allocatePinned("notes between ranks", bytes));
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

void NcclCommunicator::join(const World &world) {
  nccl::Id id{};
  std::string key = prefix + "id";
  if (world.rank == 0) {
    check(library.makeId(&id));
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
  check(library.join(&comm, world.size, id, world.rank, &config));
  settle({*this, timeout});
}

NcclCommunicator::~NcclCommunicator() {
  try {
    gpu.enter();
    if (comm) {
      check(library.finalise(comm));
      settle({*this, std::min<std::chrono::milliseconds>(timeout, kFarewell)});
      library.destroy(std::exchange(comm, nullptr));
    }
  } catch (const Error &) {
    // The run is over, and a peer was quicker than this rank.
    leave();
  }
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

void *NcclCommunicator::makeMemory(int64_t bytes) {
  gpu.enter();
  return reinterpret_cast<void *>(
      gpu.allocate("memory of collectives", size_t(bytes), cuda::Use::model));
}

//===----------------------------------------------------------------------===//
// Starting and waiting
//===----------------------------------------------------------------------===//

void NcclCommunicator::start(const std::function<void()> &body) {
  gpu.enter();
  check(library.groupStart());
  try {
    body();
  } catch (const Error &) {
    library.groupEnd();
    throw;
  }
  check(library.groupEnd());
  // Until then nothing may follow it on the stream.
  settle({*this, timeout});
}

void NcclCommunicator::run(const std::function<void()> &body) {
  start(body);
  finish();
}

void NcclCommunicator::settle(const Deadline &deadline) {
  while (true) {
    nccl::Result result = nccl::kDone;
    check(library.asyncError(comm, &result));
    check(result);
    if (result == nccl::kDone)
      return;
    deadline.pass();
  }
}

void NcclCommunicator::finish() {
  Deadline deadline(*this, timeout);
  while (true) {
    Status status = gpu.driver.query(stream);
    nccl::Result result = nccl::kDone;
    check(library.asyncError(comm, &result));
    check(result);
    if (status == kSuccess)
      return;
    if (status != kNotReady)
      gpu.check(status, "an exchange");
    deadline.pass();
  }
}

void NcclCommunicator::exchangeNotes(std::span<const CallNote> own,
                                     std::span<CallNote> others) {
  std::copy(own.begin(), own.end(), hostNotes);
  size_t bytes = own.size_bytes();
  auto place = [&](size_t index) {
    return reinterpret_cast<void *>(deviceNotes + index * sizeof(CallNote));
  };
  gpu.enter();
  gpu.check(gpu.driver.uploadAsync(deviceNotes, hostNotes, bytes, stream),
            "a note");
  start([&] {
    for (int peer = 0; peer < size(); ++peer) {
      if (peer == rank())
        continue;
      check(library.send(place(size_t(peer)), sizeof(CallNote), nccl::kBytes,
                         peer, comm, stream));
      check(library.receive(place(own.size() + size_t(peer)), sizeof(CallNote),
                            nccl::kBytes, peer, comm, stream));
    }
  });
  gpu.check(gpu.driver.downloadAsync(hostNotes + own.size(),
                                     deviceNotes + bytes, bytes, stream),
            "a note");
  finish();
  std::copy_n(hostNotes + own.size(), others.size(), others.begin());
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

void NcclCommunicator::reduceParts(float *data, Bounds bounds) {
  if (bounds.front() == bounds.back())
    return;
  int64_t common = commonSize(bounds);
  run([&] {
    if (common > 0) {
      check(library.reduceScatter(data + bounds[0], data + bounds[rank()],
                                  size_t(common), nccl::kFloat, nccl::kSum,
                                  comm, stream));
      return;
    }
    for (int owner = 0; owner < size(); ++owner) {
      float *part = data + bounds[owner];
      if (int64_t count = bounds[owner + 1] - bounds[owner])
        check(library.reduce(part, part, size_t(count), nccl::kFloat,
                             nccl::kSum, owner, comm, stream));
    }
  });
}

void NcclCommunicator::gatherParts(char *data, int64_t width, Bounds bounds) {
  if (bounds.front() == bounds.back())
    return;
  int64_t common = commonSize(bounds);
  run([&] {
    if (common > 0) {
      check(library.allGather(data + bounds[rank()] * width,
                              data + bounds[0] * width, size_t(common * width),
                              nccl::kBytes, comm, stream));
      return;
    }
    for (int owner = 0; owner < size(); ++owner) {
      char *part = data + bounds[owner] * width;
      if (int64_t count = (bounds[owner + 1] - bounds[owner]) * width)
        check(library.broadcast(part, part, size_t(count), nccl::kBytes, owner,
                                comm, stream));
    }
  });
}

void NcclCommunicator::sumWhole(void *data, int64_t elements, int type) {
  if (elements == 0)
    return;
  run([&] {
    check(library.allReduce(data, data, size_t(elements), type, nccl::kSum,
                            comm, stream));
  });
}

void NcclCommunicator::sum(float *data, int64_t elements) {
  sumWhole(data, elements, nccl::kFloat);
}

void NcclCommunicator::sum(double *data, int64_t elements) {
  sumWhole(data, elements, nccl::kDouble);
}

void NcclCommunicator::exchange(std::span<const Transfer> sends,
                                std::span<const Transfer> receives) {
  run([&] {
    for (const Transfer &message : sends)
      if (message.bytes > 0)
        check(library.send(message.data, size_t(message.bytes), nccl::kBytes,
                           message.rank, comm, stream));
    for (const Transfer &message : receives)
      if (message.bytes > 0)
        check(library.receive(message.data, size_t(message.bytes), nccl::kBytes,
                              message.rank, comm, stream));
  });
}

static std::unique_ptr<Communicator> open(const World &world) {
  return std::make_unique<NcclCommunicator>(world);
}

namespace dsc {
CommunicatorKind cudaCommunicatorKind();
} // namespace dsc

CommunicatorKind dsc::cudaCommunicatorKind() { return {"nccl", open}; }
