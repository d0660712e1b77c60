//===- Console.h - what a run says to people --------------------*- C++ -*-===//
//
// On a terminal one line that is rewritten at most ten times a second; anywhere
// else a plain line every two seconds. All of it goes to stderr.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_MONITOR_CONSOLE_H
#define DSC_RUNTIME_MONITOR_CONSOLE_H

#include <chrono>
#include <cstdint>
#include <string>

namespace dsc {

struct Progress {
  int64_t step = 0; ///< updates made
  int64_t steps = 0;
  double loss = 0;
  double learningRate = 0;
  std::string phase;
  int64_t tokens = 0; ///< cumulative
};

class Console {
public:
  /// `unit` is what a step consumes, short, in the plural: tok, rows.
  Console(bool quiet, std::string unit);
  /// What is said next, as why the run ended, begins a line.
  ~Console();
  Console(const Console &) = delete;
  Console &operator=(const Console &) = delete;

  /// Says nothing from here on, not even warnings: another rank does.
  void silence() { quiet = silent = true; }

  /// A line that stays. `--quiet` drops notes, never warnings.
  void note(const std::string &text);
  void warn(const std::string &text);

  /// Shows progress when it is time to, or when `always`.
  void progress(const Progress &progress, bool always = false);

private:
  using Clock = std::chrono::steady_clock;
  void clearLine();
  std::string format(const Progress &progress);

  bool quiet;
  bool silent = false;
  std::string unit;
  bool terminal;
  bool color;
  bool lineShown = false;
  Clock::time_point lastShown;
  bool anyShown = false;
  // Rates are of the recent past: from `mark` on, moved every few seconds.
  Clock::time_point markTime;
  Progress mark;
  bool marked = false;
  double tokenRate = 0, stepRate = 0;
};

} // namespace dsc

#endif // DSC_RUNTIME_MONITOR_CONSOLE_H
