//===- Options.h - what options take, and what is said of others *- C++ -*-===//
//
// Both programs read their command lines with CLI11. Its own conversions clamp
// what is too large, and read 010 as 8 and 0x10 as 16; and its messages are
// about its own terms.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_OPTIONS_H
#define DSC_RUNTIME_BASE_OPTIONS_H

#include "runtime/Base/Error.h"

#include <CLI/CLI.hpp>
#include <cstdint>

namespace dsc {

/// Decimal digits alone, of a number in that range; for Option::transform.
CLI::Validator wholeNumber(int64_t least, int64_t most);

/// Finite decimal numbers.
CLI::Validator positiveNumber();
CLI::Validator nonNegativeNumber();

/// Parses for a program, and refuses texts that are empty, of which only
/// --prompt has a use. False after --help or --version was answered. Throws
/// dsc::Error(Exit::usage).
bool parseOptions(CLI::App &app, int argc, char **argv);

} // namespace dsc

#endif // DSC_RUNTIME_BASE_OPTIONS_H
