//===- Meeting.h - where ranks of one host wait for one another -*- C++ -*-===//
//
// A small shared board with a seat for every rank: how far it has come, what
// it calls, a bell that ends its sleep. Ranks go in steps; a call begins with
// one, at which all compare what they call. A wait ends when its rank is
// aborted, a peer's calls have failed, a peer's process is gone or is late.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_MEETING_H
#define DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_MEETING_H

#include "runtime/Collectives/CallKind.h"
#include "runtime/Collectives/SharedMemory/Segment.h"
#include "runtime/Collectives/World.h"

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace dsc {

/// What a rank calls, as its peers see it.
struct Call {
  CallKind kind = CallKind::open;
  int64_t bytes = 0;    ///< of all parts
  uint64_t bounds = 0;  ///< hash of them
  int32_t region = -1;  ///< shared memory in which its data lies; -1: none
  int64_t offset = 0;   ///< and where
  int32_t memory = -1;  ///< descriptor of what `allocate` shares
  int32_t process = -1; ///< who has it
};

class Meeting {
public:
  /// Waits for all ranks of the world, which are of one host.
  explicit Meeting(const World &world);
  ~Meeting();

  int rank() const { return self; }
  int size() const { return ranks; }

  /// Begins a call: returns when all ranks have begun it.
  void begin(const Call &call);

  /// While all ranks say so, waits spin for about as long as to fall asleep and
  /// be woken takes: nobody's computation wants the processor.
  void setUrgent(bool urgent);

  /// How long begin() has waited in all, s.
  double lateSeconds() const { return late; }

  /// What a rank has called, from begin() to the end of the call.
  const Call &callOf(int rank) const;

  /// Returns when all ranks have come to the same step.
  void step();

  /// Returns when `late` does not name a rank any more that is waited for, but
  /// -1. It is asked anew whenever somebody rings.
  void wait(const std::function<int()> &late);

  /// Has a rank that waits look again.
  void ring(int rank);

  /// Ends all calls of all ranks; throws.
  [[noreturn]] void fail(const std::string &reason);

  /// Ends the calls of this rank. From any thread.
  void abort(const std::string &reason);

  /// In which of two places the next call writes what peers read in it: the
  /// slowest may still read what was written for the call before.
  int parity() const { return int(calls & 1); }

private:
  struct Seat;
  struct Board;

  int self, ranks;
  std::chrono::milliseconds timeout;
  Segment memory;
  uint64_t calls = 0;
  uint32_t steps = 0;
  double late = 0;
  int spins = 0;
  std::vector<int> processes; ///< pidfds of peers; -1 where there is none
  std::atomic<bool> aborted = false;
  std::mutex mutex; ///< of `reason`
  std::string reason;

  Board &board() const;
  Seat &seat(int rank) const;
  void openBoard(const World &world);
  void watchProcesses();
  bool isGone(int rank) const;
  bool isUrgent() const;
  bool spin(const std::function<int()> &late) const;
  int laterThan(uint32_t step) const;
  void compare(int peer);
  std::string describe(int rank) const;
  void checkEnd();
  void checkPeer(int peer, std::chrono::steady_clock::time_point deadline,
                 const std::function<int()> &late);
};

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_SHAREDMEMORY_MEETING_H
