//===- Signals.cpp --------------------------------------------------------===//

#include "runtime/Base/Signals.h"

#include <csignal>

using namespace dsc;

/// A closed terminal (SIGHUP) must not cost what was trained.
static constexpr int stopSignals[] = {SIGTERM, SIGINT, SIGHUP};

static volatile std::sig_atomic_t requested = 0;

static void requestStop(int signal) {
  requested = signal;
  for (int other : stopSignals)
    std::signal(other, SIG_DFL);
}

void dsc::installSignalHandlers() {
  struct sigaction action = {};
  action.sa_handler = requestStop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int signal : stopSignals) {
    // What nohup had ignored stays ignored.
    struct sigaction before = {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN)
      sigaction(signal, &action, nullptr);
  }
  std::signal(SIGPIPE, SIG_IGN);
  // A write over the file size limit then fails like one on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
}

int dsc::stopRequested() { return requested; }
