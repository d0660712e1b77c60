//===- Output.h - files that a command is told to write ---------*- C++ -*-===//
//
// A mistyped -o must cost nothing: only a file of the same kind is replaced by
// what a command writes.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_OUTPUT_H
#define DSC_COMPILER_DRIVER_OUTPUT_H

#include "runtime/Base/Error.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace dsc {

/// Prints an error and its remedy; returns the exit code.
int reportError(Exit code, const llvm::Twine &message,
                const llvm::Twine &hint = {});

/// Throws an Error unless what begins with `contents` may be written to `path`,
/// or that is empty. For commands that work long before they write.
void checkOutput(const std::string &path, llvm::StringRef contents);

/// Writes `contents` to `path` where checkOutput allows it, or to stdout where
/// that is empty.
void writeOutput(llvm::StringRef contents, const std::string &path);

/// Writes a file that must not be there yet, which may have been worked on, and
/// says what comes `next`. Returns the exit code.
int writeNew(llvm::StringRef contents, const std::string &path,
             const llvm::Twine &next);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_OUTPUT_H
