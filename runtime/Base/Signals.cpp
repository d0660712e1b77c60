//===- Signals.cpp --------------------------------------------------------===//

#include "runtime/Base/Signals.h"

#include <csignal>
#include <thread>
#include <unistd.h>

using namespace dsc;

static volatile std::sig_atomic_t requested = 0;
static volatile std::sig_atomic_t secondEnds = 1;

static void requestStop(int signal) {
  requested = signal;
  for (int other : kStopSignals)
    if (secondEnds)
      std::signal(other, SIG_DFL);
}

static sigset_t stopSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : kStopSignals)
    sigaddset(&set, signal);
  return set;
}

bool dsc::isIgnored(int signal) {
  struct sigaction now = {};
  sigaction(signal, nullptr, &now);
  return now.sa_handler == SIG_IGN;
}

void dsc::holdSignals() {
  sigset_t stops = stopSignals();
  pthread_sigmask(SIG_BLOCK, &stops, nullptr);
}

/// Takes the signals that all other threads hold back.
static void takeSignals() {
  sigset_t stops = stopSignals();
  pthread_sigmask(SIG_UNBLOCK, &stops, nullptr);
  while (true)
    ::pause();
}

void dsc::installSignalHandlers(SecondSignal second) {
  secondEnds = second == SecondSignal::ends;
  struct sigaction action = {};
  action.sa_handler = requestStop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int signal : kStopSignals)
    if (!isIgnored(signal))
      sigaction(signal, &action, nullptr);
  holdSignals();
  std::thread(takeSignals).detach();
  std::signal(SIGPIPE, SIG_IGN);
  // A write over the file size limit then fails like one on a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
}

int dsc::stopRequested() { return requested; }
