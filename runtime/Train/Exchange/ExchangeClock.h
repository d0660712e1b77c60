//===- ExchangeClock.h - what exchanges cost a run --------------*- C++ -*-===//
//
// An exchange that goes on while the rank computes costs it nothing to speak
// of. So two threads report here: the lane, when an exchange went on, and the
// computation, when it waited. Where both were so at once, the exchange was
// exposed. It held the job up by what the rank that was exposed least has
// waited: the others would have waited for that one. The time in which a call
// only waits for ranks that have not begun it is no exchange.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_TRAIN_EXCHANGE_EXCHANGECLOCK_H
#define DSC_RUNTIME_TRAIN_EXCHANGE_EXCHANGECLOCK_H

#include <chrono>
#include <mutex>
#include <vector>

namespace dsc {

/// Seconds of a run so far.
struct ExchangeTimes {
  double exchanging = 0; ///< exchanges on a lane of their own
  double heldUp = 0;     ///< of them, while no rank had anything to compute
  double waiting = 0;    ///< of this rank, for anything else of others: that
                         ///< they come, or send a few numbers
};

class ExchangeClock {
public:
  using Time = std::chrono::steady_clock::time_point;

  static Time now() { return std::chrono::steady_clock::now(); }

  /// An exchange beside the computation, whose calls waited `late` seconds
  /// first, for ranks that had not begun them.
  void exchanged(Time began, double late, Time ended);

  /// A wait of the computation.
  void waited(Time began, Time ended);

  /// Seconds since it was asked last in which exchanges were exposed.
  double takeExposed();

  /// How many of those seconds all ranks had.
  void heldUp(double seconds);

  ExchangeTimes times() const;

private:
  struct Interval {
    Time began, ended;
  };

  mutable std::mutex mutex;
  ExchangeTimes sums;           ///< `waiting` with all waits
  double exposed = 0;           ///< since it was asked
  std::vector<Interval> recent; ///< exchanges since the last wait
};

} // namespace dsc

#endif // DSC_RUNTIME_TRAIN_EXCHANGE_EXCHANGECLOCK_H
