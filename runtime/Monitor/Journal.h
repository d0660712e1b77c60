//===- Journal.h - events.jsonl, metrics.csv, charts ------------*- C++ -*-===//
//
// What a run says of itself, for programs. Lines are appended whole. A
// checkpoint records the lengths of the files and a resume cuts them back to
// it, so that a killed run leaves the same lines as one that was not.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_RUNTIME_MONITOR_JOURNAL_H
#define DSC_RUNTIME_MONITOR_JOURNAL_H

#include "runtime/Base/Files.h"
#include "runtime/Monitor/ScalarSink.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dsc {

/// Numbers under names, in an order.
using NamedValues = std::vector<std::pair<std::string, double>>;

/// One line of events.jsonl: `event` first, then fields as added, `time` last.
class Event {
public:
  explicit Event(std::string_view kind);
  Event &add(std::string_view key, int64_t value);
  /// 17 digits; null where not finite.
  Event &add(std::string_view key, double value);
  Event &add(std::string_view key, std::string_view value);
  Event &add(std::string_view key, const char *value) {
    return add(key, std::string_view(value));
  }
  Event &add(std::string_view key, const NamedValues &values);
  Event &addFlag(std::string_view key, bool value);

  /// The finished line. `elapsed`: seconds of training so far.
  std::string line(double elapsed) const;

private:
  std::string text;
};

/// One row of metrics.csv. Absent values leave their cell empty.
struct MetricsRow {
  int64_t step = 0;
  double loss = 0;
  std::optional<double> validationLoss;
  double learningRate = 0;
  std::optional<double> gradientNorm;
  int64_t tokens = 0;
  double seconds = 0;
};

/// What charts show of an update.
struct StepScalars {
  int64_t steps = 0; ///< updates made, as Hugging Face's trainer counts
  double loss = 0;
  double learningRate = 0;
  double gradientNorm = 0;
  int64_t tokens = 0; ///< cumulative
  double seconds = 0; ///< of training so far
};

struct JournalLengths {
  uint64_t events = 0;
  uint64_t metrics = 0;
  uint64_t tensorboard = 0;
};

class Journal {
public:
  /// Opens the files in `directory`, or keeps nothing where it is "", and cuts
  /// them to `lengths`, which are 0 for a run that starts. A file shorter than
  /// recorded is left as it is; `complete` then is false. Without `tensorboard`
  /// nothing is charted, and a chart that is there keeps its place for a later
  /// run that does.
  Journal(const std::string &directory, JournalLengths lengths,
          bool tensorboard = false);

  bool complete() const { return whole; }
  void write(const Event &event, double elapsed);
  void write(const MetricsRow &row);

  /// Where the throughput of the next charted step is counted from.
  void startClock(int64_t tokens, double seconds);
  void chart(const StepScalars &scalars);
  void chartEvaluation(const std::string &name, int64_t steps, double loss);

  JournalLengths lengths() const;

  /// Makes all that was written durable.
  void drain();

private:
  OutputFile events;
  OutputFile metrics;
  std::unique_ptr<ScalarSink> charts; ///< null where none are asked for
  uint64_t chartsLength = 0;          ///< recorded by a run that charted
  int64_t clockTokens = 0;
  double clockSeconds = 0;
  bool whole = true;
};

} // namespace dsc

#endif // DSC_RUNTIME_MONITOR_JOURNAL_H
