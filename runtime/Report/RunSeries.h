//===- RunSeries.h - what a run left, as series -----------------*- C++ -*-===//
//
// Read from the files of the outside contract alone, so that any run can be
// reported on, also one that is still going or was killed.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_REPORT_RUNSERIES_H
#define DSC_RUNTIME_REPORT_RUNSERIES_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// One logged update. What was not finite or not computed is NaN.
struct LoggedStep {
  int64_t step = 0;
  double loss = 0, lr = 0, gradientNorm = 0;
  int64_t tokens = 0; ///< cumulative
  double seconds = 0; ///< of training so far
  size_t phase = 0;   ///< index into RunSeries::phases
};

struct EvaluationPoint {
  int64_t steps = 0; ///< updates made before it
  double loss = 0;
};

struct RunPhase {
  std::string name, kind;
  int64_t begin = 0;  ///< its first step
  int64_t length = 0; ///< in steps, as planned; 0 where the log does not say
};

/// What a schedule that reacts did: "until", "reduce_on_plateau", "on_spike"
/// ...
struct LoggedDecision {
  int64_t step = 0;
  std::string what;
};

struct RunSeries {
  std::string directory; ///< as it was given
  std::string name;      ///< the last part of that
  std::vector<LoggedStep> steps;
  std::map<std::string, std::vector<EvaluationPoint>> evaluations;
  std::vector<RunPhase> phases; ///< those that the run has reached
  std::vector<LoggedDecision> decisions;
  std::optional<double> clipNorm; ///< of the recipe
  std::string optimizer;          ///< its kind, of the recipe
  std::string ending;             ///< reason of the last stop; "" while it runs
  int64_t skips = 0;              ///< updates skipped for a bad gradient
  /// What run.json says of where it ran: "host", "architecture", "engine" ...
  std::map<std::string, std::string> machine;
};

/// Throws dsc::Error: Exit::usage where there is no run, Exit::refused where
/// its files are damaged. A last line that is still being written is left out.
RunSeries readRun(const std::string &directory);

} // namespace dsc

#endif // DSC_RUNTIME_REPORT_RUNSERIES_H
