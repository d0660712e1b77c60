//===- Meeting.cpp --------------------------------------------------------===//

#include "runtime/Collectives/SharedMemory/Meeting.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

#include <climits>
#include <cstdio>
#include <cstring>
#include <fmt/format.h>
#include <linux/futex.h>
#include <poll.h>
#include <random>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

using namespace dsc;
using Clock = std::chrono::steady_clock;

/// A cache line of two, since processors fetch pairs.
static constexpr size_t kLine = 128;
/// How long a sleeper may miss a peer's end, which rings no bell.
static constexpr long kSleepNanoseconds = 100'000'000;
/// How much longer to spin where the processor has nothing else to do.
static constexpr int kUrgent = 20;

struct alignas(kLine) Meeting::Seat {
  std::atomic<uint32_t> bell;     ///< peers count it up
  std::atomic<uint32_t> sleeping; ///< whether a bell has to wake
  std::atomic<uint32_t> urgent;   ///< whether nothing else is to be done
  alignas(kLine) std::atomic<uint32_t> steps;
  std::atomic<int32_t> process;
  Call calls[2];
};

struct Meeting::Board {
  uint64_t key;
  std::atomic<uint32_t> failing; ///< 1 while the reason is written, then 2
  int32_t failed;                ///< rank that gave the reason
  char reason[1024];
};

/// Seats lie behind the board.
static size_t seatOffset(int rank, size_t board, size_t seat) {
  return (board + kLine - 1) / kLine * kLine + size_t(rank) * seat;
}

Meeting::Board &Meeting::board() const {
  return *reinterpret_cast<Board *>(memory.data());
}

Meeting::Seat &Meeting::seat(int rank) const {
  return *reinterpret_cast<Seat *>(
      memory.data() + seatOffset(rank, sizeof(Board), sizeof(Seat)));
}

static void sleepOn(std::atomic<uint32_t> &word, uint32_t value) {
  timespec limit{0, kSleepNanoseconds};
  ::syscall(SYS_futex, &word, FUTEX_WAIT, value, &limit, nullptr, 0);
}

static void wakeAll(std::atomic<uint32_t> &word) {
  ::syscall(SYS_futex, &word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
}

static int processors() {
  cpu_set_t set;
  return ::sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

//===----------------------------------------------------------------------===//
// Coming together
//===----------------------------------------------------------------------===//

Meeting::Meeting(const World &world)
    : self(world.rank), ranks(world.size), timeout(world.timeout),
      spins(world.localSize <= processors() ? 400 : 0),
      processes(size_t(world.size), -1) {
  openBoard(world);
  seat(self).process = ::getpid();
  begin({});
  memory.closeDescriptor();
  watchProcesses();
}

Meeting::~Meeting() {
  for (int process : processes)
    if (process >= 0)
      ::close(process);
}

/// Rank 0 makes the board and says where it is. A world may open several, one
/// after another: each has a number.
void Meeting::openBoard(const World &world) {
  int64_t bytes = int64_t(seatOffset(ranks, sizeof(Board), sizeof(Seat)));
  int64_t number =
      world.store->add("shared-memory/openings/" + std::to_string(self), 1);
  std::string name = "shared-memory/" + std::to_string(number);
  if (self == 0) {
    memory = Segment(bytes);
    std::random_device random;
    board().key = uint64_t(random()) << 32 | random();
    world.store->set(name, fmt::format("{} {} {}", ::getpid(),
                                       memory.descriptor(), board().key));
    return;
  }
  int process = 0, descriptor = 0;
  unsigned long long key = 0;
  std::string place = world.store->wait(name, timeout);
  std::sscanf(place.c_str(), "%d %d %llu", &process, &descriptor, &key);
  memory = Segment(process, descriptor, bytes);
  if (board().key != key)
    throw Error(Exit::peer,
                "the shared memory that rank 0 named is not its "
                "own, expected that of a running job",
                "remove the job's old store");
}

void Meeting::watchProcesses() {
  for (int rank = 0; rank < ranks; ++rank)
    if (rank != self)
      processes[size_t(rank)] =
          int(::syscall(SYS_pidfd_open, seat(rank).process.load(), 0));
}

bool Meeting::isGone(int rank) const {
  pollfd end{processes[size_t(rank)], POLLIN, 0};
  return end.fd >= 0 && ::poll(&end, 1, 0) == 1;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

const Call &Meeting::callOf(int rank) const {
  return seat(rank).calls[(calls - 1) & 1];
}

std::string Meeting::describe(int rank) const {
  const Call &call = callOf(rank);
  return describeCall(rank, call.kind, call.bytes);
}

void Meeting::begin(const Call &call) {
  checkEnd();
  seat(self).calls[calls & 1] = call;
  ++calls;
  Clock::time_point came = Clock::now();
  step();
  late += std::chrono::duration<double>(Clock::now() - came).count();
  for (int peer = 0; peer < ranks; ++peer)
    compare(peer);
}

void Meeting::compare(int peer) {
  const Call &mine = callOf(self), &other = callOf(peer);
  if (mine.kind == other.kind && mine.bytes == other.bytes &&
      mine.bounds == other.bounds)
    return;
  bool sameText = mine.kind == other.kind && mine.bytes == other.bytes;
  fail(fmt::format("{}, but {}{}, as call {} of each", describe(self),
                   describe(peer), sameText ? " in other parts" : "",
                   calls - 1));
}

/// The first rank that has not come to `step` yet, or -1.
int Meeting::laterThan(uint32_t step) const {
  for (int rank = 0; rank < ranks; ++rank)
    if (int32_t(seat(rank).steps.load(std::memory_order_acquire) - step) < 0)
      return rank;
  return -1;
}

void Meeting::step() {
  seat(self).steps.store(++steps, std::memory_order_release);
  for (int rank = 0; rank < ranks; ++rank)
    if (rank != self)
      ring(rank);
  wait([this] { return laterThan(steps); });
}

//===----------------------------------------------------------------------===//
// Waiting
//===----------------------------------------------------------------------===//

void Meeting::ring(int rank) {
  seat(rank).bell.fetch_add(1);
  if (seat(rank).sleeping.load())
    wakeAll(seat(rank).bell);
}

void Meeting::setUrgent(bool urgent) {
  seat(self).urgent.store(urgent, std::memory_order_relaxed);
}

bool Meeting::isUrgent() const {
  for (int rank = 0; rank < ranks; ++rank)
    if (!seat(rank).urgent.load(std::memory_order_relaxed))
      return false;
  return true;
}

/// Whether nobody was late any more after a while.
bool Meeting::spin(const std::function<int()> &late) const {
  for (int turn = 0; turn < (isUrgent() ? kUrgent * spins : spins); ++turn) {
    if (late() < 0)
      return true;
    // A peer may have to share this processor.
    if (turn >= spins && turn % kUrgent == 0)
      ::sched_yield();
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  return false;
}

void Meeting::wait(const std::function<int()> &late) {
  if (spin(late))
    return;
  Seat &mine = seat(self);
  Clock::time_point deadline = Clock::now() + timeout;
  while (true) {
    mine.sleeping.store(1);
    uint32_t heard = mine.bell.load();
    int peer = late();
    if (peer < 0)
      break;
    checkEnd();
    checkPeer(peer, deadline, late);
    sleepOn(mine.bell, heard);
  }
  mine.sleeping.store(0);
}

/// Throws when this rank's calls were aborted, or anybody's have failed.
void Meeting::checkEnd() {
  if (aborted) {
    std::unique_lock<std::mutex> lock(mutex);
    std::string why = reason;
    lock.unlock();
    fail(why);
  }
  if (board().failing.load(std::memory_order_acquire) != 2)
    return;
  std::string why = board().reason;
  throw Error(Exit::peer,
              board().failed == self
                  ? why
                  : fmt::format("rank {} gave up: {}", board().failed, why));
}

void Meeting::checkPeer(int peer, Clock::time_point deadline,
                        const std::function<int()> &late) {
  std::string wanted = describe(self);
  // One that has left may have done its part before.
  if (isGone(peer) && late() == peer) {
    checkEnd();
    fail(fmt::format("rank {} is gone: its process {} has ended while {}", peer,
                     seat(peer).process.load(), wanted));
  }
  if (Clock::now() >= deadline)
    fail(fmt::format("rank {} is late: it has not come for {} s while {}", peer,
                     timeout.count() / 1e3, wanted));
}

void Meeting::fail(const std::string &why) {
  uint32_t nobody = 0;
  if (board().failing.compare_exchange_strong(nobody, 1)) {
    board().failed = self;
    std::snprintf(board().reason, sizeof(board().reason), "%s", why.c_str());
    board().failing.store(2, std::memory_order_release);
    for (int rank = 0; rank < ranks; ++rank)
      ring(rank);
  }
  abort(why);
  throw Error(Exit::peer, why);
}

void Meeting::abort(const std::string &why) {
  {
    std::lock_guard<std::mutex> lock(mutex);
    if (!aborted)
      reason = why;
    aborted = true;
  }
  ring(self);
}
