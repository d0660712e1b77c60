//===- Signals.cpp --------------------------------------------------------===//

#include "runtime/Base/Signals.h"

#include <csignal>

using namespace dsc;

static volatile std::sig_atomic_t requested = 0;

static void requestStop(int signal) {
  requested = signal;
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
}

void dsc::installSignalHandlers() {
  struct sigaction action = {};
  action.sa_handler = requestStop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  // A write over the file size limit then fails like one on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
}

int dsc::stopRequested() { return requested; }
