//===- Pipes.cpp ----------------------------------------------------------===//

#include "runtime/Collectives/SharedMemory/Pipes.h"

#include "runtime/Collectives/CallNote.h"

#include <algorithm>
#include <cstring>

using namespace dsc;

/// A ring stays in the second-level cache of both sides.
static constexpr uint64_t kRingBytes = uint64_t(128) << 10;

struct alignas(128) Pipes::Ring {
  alignas(128) std::atomic<uint64_t> written; ///< bytes since the beginning
  alignas(128) std::atomic<uint64_t> read;
  Messages announced[2]; ///< of a call and of the one after it
  alignas(128) char bytes[kRingBytes];
};

/// Messages to or from one rank, one after another.
class Pipes::Stream {
public:
  Stream(int peer, std::span<const Transfer> messages)
      : peer(peer), messages(messages) {
    skip();
  }

  int peer;

  bool done() const { return next == messages.size(); }

  /// Up to `most` bytes that lie together, and steps over them.
  std::span<char> take(uint64_t most) {
    const Transfer &message = messages[next];
    uint64_t count = std::min(most, uint64_t(message.bytes) - offset);
    char *data = static_cast<char *>(message.data) + offset;
    offset += count;
    if (offset == uint64_t(message.bytes)) {
      ++next;
      skip();
    }
    return {data, size_t(count)};
  }

private:
  std::span<const Transfer> messages;
  size_t next = 0;
  uint64_t offset = 0;

  /// To a message of this peer that is not empty.
  void skip() {
    offset = 0;
    while (!done() &&
           (messages[next].rank != peer || messages[next].bytes == 0))
      ++next;
  }
};

int64_t Pipes::bytesFor(int ranks) { return ranks * int64_t(sizeof(Ring)); }

Pipes::Ring &Pipes::ring(int from, int to) const {
  return reinterpret_cast<Ring *>(rings[size_t(from)])[to];
}

void Pipes::announce(std::span<const Transfer> sends) {
  for (int peer = 0; peer < meeting.size(); ++peer)
    ring(meeting.rank(), peer).announced[meeting.parity()] =
        messagesWith(peer, sends);
}

void Pipes::compare(int place, std::span<const Transfer> receives) {
  int self = meeting.rank();
  for (int peer = 0; peer < meeting.size(); ++peer) {
    std::string wrong =
        describeMismatch(peer, ring(peer, self).announced[place], self,
                         messagesWith(peer, receives));
    if (!wrong.empty())
      meeting.fail(wrong);
  }
}

/// Whether there was room.
bool Pipes::push(Stream &stream) {
  Ring &to = ring(meeting.rank(), stream.peer);
  uint64_t written = to.written.load(std::memory_order_relaxed);
  uint64_t room = kRingBytes - (written - to.read.load());
  if (stream.done() || room == 0)
    return false;
  while (room > 0 && !stream.done()) {
    uint64_t place = written % kRingBytes;
    auto bytes = stream.take(std::min(room, kRingBytes - place));
    std::memcpy(to.bytes + place, bytes.data(), bytes.size());
    written += bytes.size();
    room -= bytes.size();
  }
  to.written.store(written);
  meeting.ring(stream.peer);
  return true;
}

/// Whether there was something.
bool Pipes::pull(Stream &stream) {
  Ring &from = ring(stream.peer, meeting.rank());
  uint64_t read = from.read.load(std::memory_order_relaxed);
  uint64_t present = from.written.load() - read;
  if (stream.done() || present == 0)
    return false;
  while (present > 0 && !stream.done()) {
    uint64_t place = read % kRingBytes;
    auto bytes = stream.take(std::min(present, kRingBytes - place));
    std::memcpy(bytes.data(), from.bytes + place, bytes.size());
    read += bytes.size();
    present -= bytes.size();
  }
  from.read.store(read);
  meeting.ring(stream.peer);
  return true;
}

void Pipes::transfer(std::span<const Transfer> sends,
                     std::span<const Transfer> receives) {
  int place = meeting.parity();
  announce(sends);
  meeting.begin({.kind = CallKind::transfer});
  compare(place, receives);
  std::vector<Stream> out, in;
  for (int peer = 0; peer < meeting.size(); ++peer) {
    out.emplace_back(peer, sends);
    in.emplace_back(peer, receives);
  }
  // Everything that can move moves while we wait for what cannot.
  meeting.wait([&] {
    bool moved = true;
    while (moved) {
      moved = false;
      for (Stream &stream : out)
        moved |= push(stream);
      for (Stream &stream : in)
        moved |= pull(stream);
    }
    for (auto *streams : {&in, &out})
      for (Stream &stream : *streams)
        if (!stream.done())
          return stream.peer;
    return -1;
  });
}
