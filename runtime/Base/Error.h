//===- Error.h - the runtime's one exception and its exit codes -*- C++ -*-===//
//
// Everything in runtime/ that cannot go on throws dsc::Error; main() catches it
// once, prints `dsc: error: <message>` with the remedy, and exits with its
// code.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_BASE_ERROR_H
#define DSC_RUNTIME_BASE_ERROR_H

#include <stdexcept>
#include <string>
#include <utility>

namespace dsc {

/// Exit codes of every command. 5 and 75 are worth a retry.
enum class Exit : int {
  done = 0,
  usage = 2,     ///< bad recipe or command line
  artifact = 3,  ///< not a dsc binary, damaged, or not fit for this machine
  refused = 4,   ///< checkpoint or data refused
  peer = 5,      ///< a peer or the network failed
  diverged = 6,  ///< non-finite numbers
  storage = 7,   ///< a file could not be read or written
  device = 8,    ///< an accelerator failed
  internal = 70, ///< a fault of dsc itself
  stopped = 75   ///< by a signal; what was trained is saved
};

/// A failure with its exit code. Messages are lower-case without final period:
/// what was found, what was expected. `hint` is the remedy, or empty.
class Error : public std::runtime_error {
public:
  Error(Exit code, const std::string &message, std::string hint = {})
      : std::runtime_error(message), exitCode(code), remedy(std::move(hint)) {}

  Exit code() const { return exitCode; }
  const std::string &hint() const { return remedy; }

private:
  Exit exitCode;
  std::string remedy;
};

} // namespace dsc

#endif // DSC_RUNTIME_BASE_ERROR_H
