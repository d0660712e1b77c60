//===- Lane.h - exchanges beside the computation ----------------*- C++ -*-===//
//
// Work of a lane is done in the order in which it was given, while the
// computation goes on. A lane of the host is a thread; a device's is a queue of
// the device (DeviceCommunicator.h).
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
  virtual ~Lane() = default;

  /// Begins `work` after all that was given before, and after what the
  /// computation has done by now; returns its ticket, from 1 on.
  virtual int64_t submit(std::function<void()> work) = 0;

  /// The computation goes on when the work of this ticket, and all before it,
  /// is done. Throws what the first failed work threw; nothing is begun after
  /// it.
  virtual void wait(int64_t ticket) = 0;
};

/// Work on a thread of its own.
class ThreadLane final : public Lane {
public:
  ThreadLane();
  /// Drops what has not begun, and waits for what has.
  ~ThreadLane() override;
  ThreadLane(const ThreadLane &) = delete;
  ThreadLane &operator=(const ThreadLane &) = delete;

  int64_t submit(std::function<void()> work) override;
  void wait(int64_t ticket) override;

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
