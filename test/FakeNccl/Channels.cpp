//===- Channels.cpp -------------------------------------------------------===//

#include "test/FakeNccl/Channels.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

using namespace dsc::fake;

namespace {

constexpr size_t kRing = size_t(1) << 16;

struct Ring {
  std::atomic<uint64_t> written, taken;
  char data[kRing];
};

} // namespace

/// All zero at first, as new shared memory is.
struct Channels::Board {
  std::atomic<int> joined;
  Ring rings[kMostRanks][kMostRanks]; ///< from, to
};

Channels::Channels(const std::string &name, int rank, int ranks)
    : name(name), rank(rank), ranks(ranks) {
  int file = ::shm_open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0)
    return;
  void *memory = MAP_FAILED;
  if (::ftruncate(file, sizeof(Board)) == 0)
    memory = ::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED,
                    file, 0);
  ::close(file);
  if (memory == MAP_FAILED)
    return;
  board = static_cast<Board *>(memory);
  board->joined += 1;
}

Channels::~Channels() {
  if (!board)
    return;
  if (board->joined < ranks)
    ::shm_unlink(name.c_str());
  ::munmap(board, sizeof(Board));
}

bool Channels::isComplete() {
  if (board->joined < ranks)
    return false;
  if (rank == 0)
    ::shm_unlink(name.c_str());
  return true;
}

/// Moves bytes into or out of a ring, in at most two pieces.
template <typename Copy>
static size_t move(uint64_t place, size_t bytes, const Copy &copy) {
  size_t first = std::min<size_t>(bytes, kRing - place % kRing);
  copy(place % kRing, 0, first);
  copy(0, first, bytes - first);
  return bytes;
}

size_t Channels::write(int to, const char *data, size_t bytes) {
  Ring &ring = board->rings[rank][to];
  uint64_t written = ring.written;
  bytes = std::min<size_t>(bytes, kRing - (written - ring.taken));
  move(written, bytes, [&](size_t place, size_t offset, size_t count) {
    std::memcpy(ring.data + place, data + offset, count);
  });
  ring.written = written + bytes;
  return bytes;
}

size_t Channels::read(int from, char *data, size_t bytes) {
  Ring &ring = board->rings[from][rank];
  uint64_t taken = ring.taken;
  bytes = std::min<size_t>(bytes, ring.written - taken);
  move(taken, bytes, [&](size_t place, size_t offset, size_t count) {
    std::memcpy(data + offset, ring.data + place, count);
  });
  ring.taken = taken + bytes;
  return bytes;
}
