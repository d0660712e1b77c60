//===- Stdout.h - whether stdout took what was asked for --------*- C++ -*-===//
//
// A full disk behind stdout is a failure of storage like any other, for every
// command of the three programs. A reader that has gone wanted no more: neither
// SIGPIPE, where it is not ignored, nor its error says anything.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_STDOUT_H
#define DSC_RUNTIME_BASE_STDOUT_H

#include <string>

namespace dsc {

/// Of a write to stdout that ended with `reason`, an errno or 0. Throws
/// dsc::Error(Exit::storage).
void checkStdout(int reason);

/// Prints by stdio, of any length, and checks.
void printStdout(const std::string &text);

/// Writes what stdio still holds, and checks that and all before.
void flushStdout();

} // namespace dsc

#endif // DSC_RUNTIME_BASE_STDOUT_H
