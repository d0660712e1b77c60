//===- Output.h - files that a command is told to write ---------*- C++ -*-===//
//
// A mistyped -o must cost nothing: neither the recipe itself nor a device is
// ever replaced by what a command writes.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_COMPILER_DRIVER_OUTPUT_H
#define DSC_COMPILER_DRIVER_OUTPUT_H

#include "compiler/Recipe/Recipe.h"

#include "runtime/Base/Error.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"

namespace dsc {

/// Prints an error and its remedy; returns the exit code.
int reportError(Exit code, const llvm::Twine &message,
                const llvm::Twine &hint = {});

/// 0 when `path` may be written; else the exit code, after an error: it is a
/// file of the recipe, or something that is no file.
int checkOutput(llvm::StringRef path, const RecipeInputs &recipe);

/// Writes `contents` to `path`, or to stdout where that is empty. Returns the
/// exit code.
int writeOutput(llvm::StringRef contents, const std::string &path);

} // namespace dsc

#endif // DSC_COMPILER_DRIVER_OUTPUT_H
