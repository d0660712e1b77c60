//===- Commands.h - what dsc-run can do -------------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_LAUNCH_COMMANDS_COMMANDS_H
#define DSC_RUNTIME_LAUNCH_COMMANDS_COMMANDS_H

#include "runtime/Base/Error.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// The newest binary that was compiled here.
inline constexpr char kDefaultBinary[] = "dsc-out/last";

struct RunCommand {
  std::string binary = kDefaultBinary;
  std::optional<int64_t> ranks; ///< on this host
  std::string runDirectory;
  std::optional<int64_t> steps;
  bool resume = false;
  std::string checkpoint;
  std::string accept;
  std::string device;
  std::string engine;
  std::string communicator; ///< "": the best one
  bool quiet = false;
  /// The last phase is the ramp of a range test: measure it, end where it has
  /// diverged, save nothing.
  bool rangeTest = false;
  std::string commandLine;    ///< as typed, for run.json
  char **arguments = nullptr; ///< the same, for the ranks that it starts
};
Exit runTraining(const RunCommand &command);

struct SampleCommand {
  std::string binary = kDefaultBinary;
  std::string checkpoint;
  std::string prompt;
  int64_t tokens = 300;
  uint64_t seed = 0;
  double temperature = 0.8;
  std::string device;
  std::string engine;
};
Exit runSample(const SampleCommand &command);

struct InspectCommand {
  std::string binary = kDefaultBinary;
  bool json = false;
  std::optional<int64_t> ranks; ///< whose parts of the buckets to show
};
Exit runInspect(const InspectCommand &command);

struct DataShowCommand {
  std::string binary = kDefaultBinary;
  int64_t steps = 1;
  std::string output;
};
Exit runDataShow(const DataShowCommand &command);

struct ReportCommand {
  std::vector<std::string> runs;
  std::string output; ///< a page; "" none
};
Exit runReport(const ReportCommand &command);

Exit runDoctor();

/// Parses the command line and runs it. The process's exit code.
int launch(int argc, char **argv);

} // namespace dsc

#endif // DSC_RUNTIME_LAUNCH_COMMANDS_COMMANDS_H
