//===- Signals.h - stopping in good order -----------------------*- C++ -*-===//
//
// SIGTERM, SIGINT and SIGHUP ask for a stop: the step is finished, a checkpoint
// saved, and the process leaves with Exit::stopped. A second one ends it at
// once, as if it had never been caught. A closed pipe is an error of write(),
// not a signal.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_SIGNALS_H
#define DSC_RUNTIME_BASE_SIGNALS_H

namespace dsc {

void installSignalHandlers();

/// The signal that asked for a stop, or 0.
int stopRequested();

} // namespace dsc

#endif // DSC_RUNTIME_BASE_SIGNALS_H
