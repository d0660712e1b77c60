//===- GlooCommunicator.cpp -----------------------------------------------===//

#include "runtime/Collectives/Gloo/GlooCommunicator.h"

#include "runtime/Collectives/Gloo/Address.h"
#include "runtime/Collectives/Gloo/PipeSignal.h"
#include "runtime/Collectives/Gloo/SharedStore.h"
#include "runtime/Collectives/Sums.h"

#include <ATen/ops/from_blob.h>
#include <c10/util/Logging.h>

#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <net/if.h>

using namespace dsc;
using namespace dsc::gloo_ranks;
using c10d::ProcessGroupGloo;

/// Of "[FILE:LINE] REASON" and "[enforce fail at FILE:LINE] CONDITION. REASON"
/// the reason.
static std::string reasonOf(const std::string &text) {
  std::string line = text.substr(0, text.find('\n'));
  size_t place = line.starts_with('[') ? line.find("] ") : std::string::npos;
  if (place == std::string::npos)
    return line;
  bool isCheck = line.starts_with("[enforce fail at ");
  size_t reason = isCheck ? line.find(". ", place) : place;
  return reason == std::string::npos ? line : line.substr(reason + 2);
}

/// What LibTorch and Gloo throw, as our error.
static Error translated(const std::exception &exception,
                        const std::string &where) {
  if (const auto *ours = dynamic_cast<const Error *>(&exception))
    return *ours;
  const auto *theirs = dynamic_cast<const c10::Error *>(&exception);
  return Error(Exit::peer,
               fmt::format("{}: {}", where,
                           reasonOf(theirs ? theirs->what_without_backtrace()
                                           : exception.what())));
}

namespace {

/// While one lives, LibTorch does not print what it throws as well.
class NoLog {
public:
  NoLog() {
    if (!std::getenv("TORCH_CPP_LOG_LEVEL"))
      FLAGS_caffe2_log_level = c10::GLOG_FATAL;
  }
  ~NoLog() { FLAGS_caffe2_log_level = before; }
  NoLog(const NoLog &) = delete;
  NoLog &operator=(const NoLog &) = delete;

private:
  int before = FLAGS_caffe2_log_level;
};

} // namespace

//===----------------------------------------------------------------------===//
// Opening
//===----------------------------------------------------------------------===//

static void checkInterface(const std::string &name) {
  if (::if_nametoindex(name.c_str()) != 0)
    return;
  std::vector<std::string> known;
  struct if_nameindex *all = ::if_nameindex();
  for (auto *entry = all; entry && entry->if_index != 0; ++entry)
    known.push_back(entry->if_name);
  if (all)
    ::if_freenameindex(all);
  throw Error(Exit::usage,
              fmt::format("this host has no network interface '{}'", name),
              fmt::format("let GLOO_SOCKET_IFNAME be one of {}",
                          fmt::join(known, ", ")));
}

GlooCommunicator::GlooCommunicator(const World &world)
    : CheckedCommunicator(world, "gloo"), timeout(world.timeout) {
  NoPipeSignal quiet;
  NoLog silent;
  try {
    auto options = ProcessGroupGloo::Options::create(timeout);
    options->threads = 1;
    if (const char *name = std::getenv("GLOO_SOCKET_IFNAME"); name && *name) {
      address = name;
      checkInterface(address);
      options->devices = {ProcessGroupGloo::createDeviceForInterface(address)};
    } else {
      address =
          world.isOneHost() ? "127.0.0.1" : ownAddressTowards(world.address);
      options->devices = {ProcessGroupGloo::createDeviceForHostname(address)};
    }
    group = c10::make_intrusive<ProcessGroupGloo>(
        c10::make_intrusive<SharedStore>(store, prefix, timeout), world.rank,
        world.size, options);
    // A rank that left before another had connected would have it wait for
    // ever: nobody goes on until all are there.
    std::vector<CallNote> own(size_t(world.size)), others(own);
    exchangeNotes(own, others);
  } catch (const std::exception &exception) {
    throw translated(exception, "ranks cannot be connected through Gloo");
  }
}

GlooCommunicator::~GlooCommunicator() { leave(); }

std::string GlooCommunicator::describe() const { return "gloo at " + address; }

void *GlooCommunicator::makeMemory(int64_t bytes) {
  return memory.allocate(bytes);
}

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

void GlooCommunicator::start(const Transfer &message, Tag tag, bool isSent) {
  // Both sides know the sizes: nothing is no message.
  if (message.rank == rank() || message.bytes == 0)
    return;
  std::vector<at::Tensor> data = {
      at::from_blob(message.data, {message.bytes}, at::kByte)};
  std::lock_guard lock(mutex);
  if (isAborted())
    return;
  try {
    started.push_back(
        {message.rank, isSent ? group->send(data, message.rank, int(tag))
                              : group->recv(data, message.rank, int(tag))});
  } catch (const std::exception &exception) {
    throw translated(exception, fmt::format("rank {} is gone", message.rank));
  }
}

void GlooCommunicator::finish() {
  auto begin = std::chrono::steady_clock::now();
  for (const Message &message : started) {
    try {
      if (isAborted() || !message.work->wait(timeout))
        throw Error(Exit::peer, "the wait was ended");
    } catch (const Error &) {
      throw;
    } catch (const std::exception &exception) {
      bool isLate = std::chrono::steady_clock::now() - begin >= timeout;
      throw isLate
          ? Error(Exit::peer,
                  fmt::format("rank {} is late: it has not come for {} s",
                              message.rank, double(timeout.count()) / 1e3))
          : translated(exception, fmt::format("rank {} is gone", message.rank));
    }
  }
  std::lock_guard lock(mutex);
  started.clear();
}

/// A rank's messages to itself, in order.
static void copyOwn(int rank, std::span<const Transfer> sends,
                    std::span<const Transfer> receives) {
  auto receive = receives.begin();
  for (const Transfer &send : sends) {
    if (send.rank != rank)
      continue;
    while (receive->rank != rank)
      ++receive;
    std::memmove(receive->data, send.data, size_t(send.bytes));
    ++receive;
  }
}

void GlooCommunicator::move(Tag tag, std::span<const Transfer> sends,
                            std::span<const Transfer> receives) {
  NoPipeSignal quiet;
  for (const Transfer &receive : receives)
    start(receive, tag, /*isSent=*/false);
  for (const Transfer &send : sends)
    start(send, tag, /*isSent=*/true);
  copyOwn(rank(), sends, receives);
  finish();
}

void GlooCommunicator::exchange(std::span<const Transfer> sends,
                                std::span<const Transfer> receives) {
  move(Tag::data, sends, receives);
}

void GlooCommunicator::exchangeNotes(std::span<const CallNote> own,
                                     std::span<CallNote> others) {
  std::vector<Transfer> sends, receives;
  for (int peer = 0; peer < size(); ++peer) {
    sends.push_back(
        {peer, const_cast<CallNote *>(&own[peer]), sizeof(CallNote)});
    receives.push_back({peer, &others[peer], sizeof(CallNote)});
  }
  move(Tag::note, sends, receives);
}

void GlooCommunicator::wake() {
  NoPipeSignal quiet;
  std::lock_guard lock(mutex);
  for (const Message &message : started)
    message.work->abort();
}

void GlooCommunicator::leave() {
  NoPipeSignal quiet;
  std::lock_guard lock(mutex);
  started.clear();
  // Closes the connections, which the others notice.
  group.reset();
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

template <typename Number>
void GlooCommunicator::reduceParts(Number *data, Bounds bounds) {
  int64_t width = sizeof(Number), begin = bounds[rank()],
          count = bounds[rank() + 1] - begin;
  staging.resize(size_t(count * width * size()));
  auto from = [&](int peer) {
    return peer == rank()
               ? data + begin
               : reinterpret_cast<Number *>(staging.data()) + peer * count;
  };
  std::vector<Transfer> sends, receives;
  for (int peer = 0; peer < size(); ++peer) {
    if (peer == rank())
      continue;
    receives.push_back({peer, from(peer), count * width});
    sends.push_back(
        {peer, data + bounds[peer], (bounds[peer + 1] - bounds[peer]) * width});
  }
  move(Tag::data, sends, receives);
  // In the order of ranks, whichever came first.
  std::vector<const Number *> terms;
  for (int peer = 0; peer < size(); ++peer)
    terms.push_back(from(peer));
  addTerms(data + begin, terms, count);
}

void GlooCommunicator::reduceParts(float *data, Bounds bounds) {
  reduceParts<float>(data, bounds);
}

void GlooCommunicator::gatherParts(char *data, int64_t width, Bounds bounds) {
  auto part = [&](int peer) {
    return Transfer{peer, data + bounds[peer] * width,
                    (bounds[peer + 1] - bounds[peer]) * width};
  };
  std::vector<Transfer> sends, receives;
  for (int peer = 0; peer < size(); ++peer) {
    if (peer == rank())
      continue;
    receives.push_back(part(peer));
    Transfer own = part(rank());
    own.rank = peer;
    sends.push_back(own);
  }
  move(Tag::data, sends, receives);
}

template <typename Number>
void GlooCommunicator::sumWhole(Number *data, int64_t elements) {
  std::vector<int64_t> bounds;
  for (int64_t peer = 0; peer <= size(); ++peer)
    bounds.push_back(elements * peer / size());
  reduceParts<Number>(data, bounds);
  gatherParts(reinterpret_cast<char *>(data), sizeof(Number), bounds);
}

void GlooCommunicator::sum(float *data, int64_t elements) {
  sumWhole(data, elements);
}

void GlooCommunicator::sum(double *data, int64_t elements) {
  sumWhole(data, elements);
}
