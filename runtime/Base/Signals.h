//===- Signals.h - stopping in good order -----------------------*- C++ -*-===//
//
// SIGTERM, SIGINT and SIGHUP ask for a stop: the step is finished, a checkpoint
// saved, and the process leaves with Exit::stopped. A second one ends it at
// once, as if it had never been caught, unless another process sees to that. A
// closed pipe is an error of write(), not a signal.
//
// A handler's frame goes onto the stack of the thread that takes the signal,
// and kernels that libraries generate (oneDNN's) use the stack pointer for what
// is no stack: the frame would overwrite their data. So no thread that computes
// takes one.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_SIGNALS_H
#define DSC_RUNTIME_BASE_SIGNALS_H

#include <csignal>

namespace dsc {

/// A closed terminal (SIGHUP) must not cost what was trained.
inline constexpr int kStopSignals[] = {SIGTERM, SIGINT, SIGHUP};

enum class SecondSignal { ends, ignored };

/// As nohup or a script's '&' has had it.
bool isIgnored(int signal);

/// Until there are handlers, signals that stop wait: a run that has only begun
/// ends in good order as well.
void holdSignals();

/// Signals that were held back until now are delivered, to a thread of their
/// own. The caller's thread, and those that it makes, go on holding them back.
void installSignalHandlers(SecondSignal second = SecondSignal::ends);

/// The signal that asked for a stop, or 0.
int stopRequested();

} // namespace dsc

#endif // DSC_RUNTIME_BASE_SIGNALS_H
