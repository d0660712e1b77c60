//===- SharedMemory.cpp - collectives of ranks on one host ----------------===//
//
// Every rank maps every rank's memory, so a rank makes its part of a sum by
// reading it where it lies: no copy, no message. What was not allocated here
// goes through a window of shared memory, piece by piece.
//
//===----------------------------------------------------------------------===//

#include "runtime/Base/Error.h"
#include "runtime/Collectives/CallNote.h"
#include "runtime/Collectives/Communicators.h"
#include "runtime/Collectives/Copy.h"
#include "runtime/Collectives/SharedMemory/Pipes.h"
#include "runtime/Collectives/Sums.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

using namespace dsc;

/// Elements that are summed and used at once: with the arrays of an update they
/// fit the second-level cache.
static constexpr int64_t kPiece = 4 * 4096;
static constexpr int64_t kBlock = 4096;
/// One of the two windows of a rank.
static constexpr int64_t kWindowBytes = int64_t(1) << 20;
/// Up to here every rank makes the whole sum: less waiting.
static constexpr int64_t kSmallBytes = int64_t(64) << 10;

namespace {

/// A range of which every rank has a copy, cut into parts.
struct Exchange {
  char *data;      ///< element 0 of this rank's copy
  int64_t width;   ///< bytes of an element
  Bounds bounds;   ///< parts
  bool direct;     ///< all copies lie in shared memory
  int64_t slice;   ///< elements of a part that are exchanged at once
  int64_t windows; ///< how often
};

/// What is exchanged at once: a slice of every part.
struct Window {
  const Exchange &exchange;
  int64_t index;

  int64_t begin(int rank) const {
    return std::min(exchange.bounds[rank] + index * exchange.slice,
                    exchange.bounds[rank + 1]);
  }
  int64_t end(int rank) const {
    return std::min(begin(rank) + exchange.slice, exchange.bounds[rank + 1]);
  }
  int64_t elements(int rank) const { return end(rank) - begin(rank); }
  int64_t bytes(int rank) const { return elements(rank) * exchange.width; }
  char *local(int rank) const {
    return exchange.data + begin(rank) * exchange.width;
  }
};

class SharedMemory : public Communicator {
public:
  explicit SharedMemory(const World &world) : meeting(world) {
    windowBytes = std::max(kWindowBytes, size() * kBlock * 8);
    int64_t ringsAt = 2 * windowBytes;
    share(ringsAt + Pipes::bytesFor(size()));
    std::vector<char *> rings;
    for (const Segment &segment : regions[0])
      rings.push_back(segment.data() + ringsAt);
    pipes = std::make_unique<Pipes>(meeting, std::move(rings));
  }

  std::string describe() const override { return "shared memory"; }
  int rank() const override { return meeting.rank(); }
  int size() const override { return meeting.size(); }

  void *allocate(int64_t bytes) override { return share(bytes); }

  void reduceScatter(float *data, Bounds bounds) override {
    reduceScatterThen(data, bounds, [](int64_t, int64_t) {});
  }
  void reduceScatterThen(float *data, Bounds bounds, const Use &use) override;
  void allGather(void *data, int64_t width, Bounds bounds) override {
    release(gather(data, width, bounds));
  }
  void allGatherKept(void *data, int64_t width, Bounds bounds) override {
    gather(data, width, bounds);
  }
  void allReduce(float *data, int64_t elements) override {
    reduceAll(CallKind::allReduceFloat, data, elements);
  }
  void allReduce(double *data, int64_t elements) override {
    reduceAll(CallKind::allReduceDouble, data, elements);
  }
  void transfer(std::span<const Transfer> sends,
                std::span<const Transfer> receives) override {
    pipes->transfer(sends, receives);
  }
  void *copyOfPeer(const void *data, int peer) override;
  void barrier() override { meeting.begin({.kind = CallKind::barrier}); }
  void setUrgent(bool urgent) override { meeting.setUrgent(urgent); }
  double lateSeconds() const override { return meeting.lateSeconds(); }
  void abort(const std::string &reason) override { meeting.abort(reason); }

private:
  Meeting meeting;
  /// What was allocated: every rank's. The first holds windows and rings.
  std::vector<std::vector<Segment>> regions;
  int64_t windowBytes = 0;
  bool odd = false; ///< which window is next
  std::unique_ptr<Pipes> pipes;

  void *share(int64_t bytes);
  void locate(const char *data, int64_t bytes, Call &call) const;
  Exchange begin(CallKind kind, void *data, int64_t width, Bounds bounds);
  void stage(const Window &window, int part);
  char *copyOf(const Window &window, int owner, int part) const;
  template <class T>
  void addSlice(T *result, const Window &window, int64_t skip, int64_t count);
  template <class T> void spreadSum(const Window &window);
  template <class Body> void eachWindow(const Exchange &exchange, Body body);
  void release(const Exchange &exchange);
  Exchange gather(void *data, int64_t width, Bounds bounds);
  template <class T> void reduceAll(CallKind kind, T *data, int64_t elements);
  template <class T> void reduceSmall(CallKind kind, T *data, int64_t elements);
};

} // namespace

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

void *SharedMemory::share(int64_t bytes) {
  Segment mine(bytes);
  meeting.begin({.kind = CallKind::allocate,
                 .bytes = bytes,
                 .memory = mine.descriptor(),
                 .process = ::getpid()});
  std::vector<Segment> all;
  for (int peer = 0; peer < size(); ++peer) {
    const Call &call = meeting.callOf(peer);
    if (peer == rank())
      all.push_back(std::move(mine));
    else
      all.emplace_back(call.process, call.memory, bytes);
  }
  meeting.step();
  all[size_t(rank())].closeDescriptor();
  regions.push_back(std::move(all));
  return regions.back()[size_t(rank())].data();
}

/// Notes in a call where its data is to be found, if it was allocated here.
void SharedMemory::locate(const char *data, int64_t bytes, Call &call) const {
  for (size_t region = 1; region < regions.size(); ++region) {
    const Segment &segment = regions[region][size_t(rank())];
    if (data < segment.data() || data + bytes > segment.data() + segment.size())
      continue;
    call.region = int32_t(region);
    call.offset = data - segment.data();
  }
}

void *SharedMemory::copyOfPeer(const void *data, int peer) {
  Call place;
  locate(static_cast<const char *>(data), 0, place);
  return place.region < 0 ? nullptr
                          : regions[size_t(place.region)][size_t(peer)].data() +
                                place.offset;
}

Exchange SharedMemory::begin(CallKind kind, void *data, int64_t width,
                             Bounds bounds) {
  int64_t elements = bounds.back() - bounds.front(), longest = 0;
  for (int part = 0; part < size(); ++part)
    longest = std::max(longest, bounds[part + 1] - bounds[part]);
  Call call{
      .kind = kind, .bytes = elements * width, .bounds = hashOf(bounds, width)};
  locate(static_cast<char *>(data) + bounds.front() * width, call.bytes, call);
  meeting.begin(call);

  Exchange exchange{static_cast<char *>(data), width, bounds, true, longest, 1};
  for (int peer = 0; peer < size(); ++peer)
    exchange.direct &= meeting.callOf(peer).region >= 0;
  if (longest == 0)
    exchange.windows = 0;
  if (exchange.direct || longest == 0)
    return exchange;
  exchange.slice = windowBytes / (size() * width);
  if (exchange.slice > kBlock)
    exchange.slice -= exchange.slice % kBlock;
  exchange.windows = (longest + exchange.slice - 1) / exchange.slice;
  return exchange;
}

/// Slice `part` of a window, of the copy that `owner` has.
char *SharedMemory::copyOf(const Window &window, int owner, int part) const {
  const Exchange &exchange = window.exchange;
  if (!exchange.direct)
    return regions[0][size_t(owner)].data() + (odd ? windowBytes : 0) +
           part * exchange.slice * exchange.width;
  const Call &call = meeting.callOf(owner);
  return regions[size_t(call.region)][size_t(owner)].data() + call.offset +
         (window.begin(part) - exchange.bounds.front()) * exchange.width;
}

void SharedMemory::stage(const Window &window, int part) {
  std::memcpy(copyOf(window, rank(), part), window.local(part),
              size_t(window.bytes(part)));
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

/// Windows are used in turns: before one is written again, every rank has come
/// to the step of the other and so is done with this one.
template <class Body>
void SharedMemory::eachWindow(const Exchange &exchange, Body body) {
  for (int64_t index = 0; index < exchange.windows; ++index) {
    body(Window{exchange, index});
    odd = odd != !exchange.direct;
  }
}

/// After what reads the memory of peers where it lies: nobody touches this
/// rank's any more.
void SharedMemory::release(const Exchange &exchange) {
  if (exchange.direct)
    meeting.step();
}

/// Sums `count` elements of this rank's slice, from its element `skip` on.
template <class T>
void SharedMemory::addSlice(T *result, const Window &window, int64_t skip,
                            int64_t count) {
  std::vector<const T *> terms;
  for (int peer = 0; peer < size(); ++peer)
    terms.push_back(reinterpret_cast<const T *>(copyOf(window, peer, rank())) +
                    skip);
  addTerms(result, terms, count);
}

void SharedMemory::reduceScatterThen(float *data, Bounds bounds,
                                     const Use &use) {
  Exchange exchange =
      begin(CallKind::reduceScatter, data, sizeof(float), bounds);
  eachWindow(exchange, [&](const Window &window) {
    if (!exchange.direct) {
      for (int part = 0; part < size(); ++part)
        stage(window, part);
      meeting.step();
    }
    int64_t first = window.begin(rank()), last = window.end(rank());
    for (int64_t begin = first; begin < last; begin += kPiece) {
      int64_t end = std::min(begin + kPiece, last);
      addSlice(data + begin, window, begin - first, end - begin);
      use(begin, end);
    }
  });
  release(exchange);
}

Exchange SharedMemory::gather(void *data, int64_t width, Bounds bounds) {
  Exchange exchange = begin(CallKind::allGather, data, width, bounds);
  eachWindow(exchange, [&](const Window &window) {
    if (!exchange.direct) {
      stage(window, rank());
      meeting.step();
    }
    for (int part = 0; part < size(); ++part)
      if (part != rank())
        copyFromPeer(window.local(part), copyOf(window, part, part),
                     window.bytes(part));
  });
  return exchange;
}

template <class T>
void SharedMemory::reduceAll(CallKind kind, T *data, int64_t elements) {
  if (elements * int64_t(sizeof(T)) <= kSmallBytes)
    return reduceSmall(kind, data, elements);
  std::vector<int64_t> bounds;
  for (int part = 0; part < size(); ++part)
    bounds.push_back(elements * part / size() / 16 * 16);
  bounds.push_back(elements);
  Exchange exchange = begin(kind, data, sizeof(T), bounds);
  eachWindow(exchange, [&](const Window &window) {
    if (!exchange.direct) {
      for (int part = 0; part < size(); ++part)
        stage(window, part);
      meeting.step();
    }
    spreadSum<T>(window);
    if (exchange.direct)
      return;
    meeting.step();
    for (int part = 0; part < size(); ++part)
      std::memcpy(window.local(part), copyOf(window, rank(), part),
                  size_t(window.bytes(part)));
  });
  release(exchange);
}

/// Makes this rank's slice the sum in all copies: what was read of a peer's is
/// still in the cache, where writing costs least.
template <class T> void SharedMemory::spreadSum(const Window &window) {
  int64_t elements = window.elements(rank());
  auto place = [&](int peer) {
    return reinterpret_cast<T *>(copyOf(window, peer, rank()));
  };
  for (int64_t begin = 0; begin < elements; begin += kPiece) {
    int64_t count = std::min(kPiece, elements - begin);
    addSlice(place(rank()) + begin, window, begin, count);
    for (int peer = 0; peer < size(); ++peer)
      if (peer != rank())
        std::memcpy(place(peer) + begin, place(rank()) + begin,
                    size_t(count) * sizeof(T));
  }
}

/// As if all elements were every rank's part.
template <class T>
void SharedMemory::reduceSmall(CallKind kind, T *data, int64_t elements) {
  meeting.begin({.kind = kind, .bytes = elements * int64_t(sizeof(T))});
  int64_t offset = odd ? windowBytes : 0;
  odd = !odd;
  std::vector<const T *> terms;
  for (const Segment &segment : regions[0])
    terms.push_back(reinterpret_cast<const T *>(segment.data() + offset));
  std::copy_n(
      data, elements,
      reinterpret_cast<T *>(regions[0][size_t(rank())].data() + offset));
  meeting.step();
  addTerms(data, terms, elements);
}

std::string dsc::surveySharedMemory() {
  Segment made(kBlock);
  Segment reached(::getpid(), made.descriptor(), made.size());
  return "ranks of this machine";
}

std::unique_ptr<Communicator> dsc::openSharedMemory(const World &world) {
  if (!world.isOneHost())
    throw Error(Exit::usage,
                fmt::format("shared memory is for ranks of one host, found {} "
                            "of {} on this one",
                            world.localSize, world.size),
                "choose another communicator");
  return std::make_unique<SharedMemory>(world);
}
