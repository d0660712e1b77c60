//===- Patience.h - waiting for other ranks to come -------------*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_RENDEZVOUS_PATIENCE_H
#define DSC_RUNTIME_LAUNCH_RENDEZVOUS_PATIENCE_H

#include "runtime/Base/Error.h"
#include "runtime/Base/Signals.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace dsc {

/// How long a rank waits until all have met. A signal ends the wait.
class Patience {
public:
  explicit Patience(std::chrono::milliseconds whole)
      : end(std::chrono::steady_clock::now() + whole) {}

  bool isOver() const { return std::chrono::steady_clock::now() >= end; }

  /// Sleeps, shortly at first. Throws dsc::Error(Exit::stopped) after a signal.
  void pause() {
    if (stopRequested())
      throw Error(Exit::stopped, "stopped by a signal before all ranks had met",
                  "nothing was trained: start it again");
    std::this_thread::sleep_for(nap);
    nap = std::min(2 * nap, std::chrono::milliseconds(50));
  }

private:
  std::chrono::steady_clock::time_point end;
  std::chrono::milliseconds nap{1};
};

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_RENDEZVOUS_PATIENCE_H
