//===- Lane.h - exchanges beside the computation ----------------*- C++ -*-===//
//
// Collectives take their turns on a thread of their own, in the order in which
// they were given, while the caller goes on.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_COLLECTIVES_LANE_H
#define DSC_RUNTIME_COLLECTIVES_LANE_H

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace dsc {

class Lane {
public:
  Lane();
  /// Drops what has not begun, and waits for what has.
  ~Lane();
  Lane(const Lane &) = delete;
  Lane &operator=(const Lane &) = delete;

  /// Begins `work` after all that was given before; returns its ticket, from 1
  /// on.
  int64_t submit(std::function<void()> work);

  /// Waits until the work of this ticket, and all before it, is done. Throws
  /// what the first failed work threw; nothing is begun after it.
  void wait(int64_t ticket);

private:
  void work();

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> queue;
  int64_t submitted = 0, finished = 0;
  bool closing = false;
  std::exception_ptr failure;
  std::thread thread; ///< last: it uses all of the above
};

} // namespace dsc

#endif // DSC_RUNTIME_COLLECTIVES_LANE_H
