//===- PipeSignal.h - writing to a peer that is gone -----------*- C++ -*-===//

#ifndef DSC_RUNTIME_COLLECTIVES_GLOO_PIPESIGNAL_H
#define DSC_RUNTIME_COLLECTIVES_GLOO_PIPESIGNAL_H

#include <csignal>
#include <pthread.h>
#include <time.h>

namespace dsc::gloo_ranks {

/// Gloo writes to connections in a way by which a peer that is gone ends the
/// whole process by SIGPIPE. While one of these lives, it is an error of the
/// write alone, in this thread and in those that it starts; the rest of the
/// process keeps the signal, which ends it when nobody reads what it prints.
class NoPipeSignal {
public:
  NoPipeSignal() {
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
  }
  ~NoPipeSignal() {
    if (sigismember(&before, SIGPIPE))
      return;
    // One that came meanwhile would be delivered now.
    timespec now{};
    ::sigtimedwait(&pipe, nullptr, &now);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  NoPipeSignal(const NoPipeSignal &) = delete;
  NoPipeSignal &operator=(const NoPipeSignal &) = delete;

private:
  sigset_t pipe, before;
};

} // namespace dsc::gloo_ranks

#endif // DSC_RUNTIME_COLLECTIVES_GLOO_PIPESIGNAL_H
