//===- Report.h - runs beside each other ------------------------*- C++ -*-===//

#ifndef DSC_RUNTIME_REPORT_REPORT_H
#define DSC_RUNTIME_REPORT_REPORT_H

#include "runtime/Report/Diagnosis.h"

#include <string_view>

namespace dsc {

/// What only runs of some kind of experiment have.
struct Section {
  std::string title;
  std::vector<std::string> lines;
};

/// A run and all that is said about it.
struct RunReport {
  RunSeries run;
  std::vector<Diagnosis> diagnoses;
  std::vector<Section> sections;
};

struct RunsReport {
  std::vector<RunReport> runs;
  std::optional<Diagnosis> hardware; ///< of all runs together
};

/// What the range tests among a run's phases say: the same as `dsc lr-find`.
std::vector<Section> rangeSections(const RunSeries &run);

/// Reads and examines the runs in these directories; runs of one name are told
/// apart by theirs.
RunsReport makeReport(const std::vector<std::string> &directories);

/// For a terminal: a table, loss and LR as charts, phases, diagnoses.
std::string writeText(const RunsReport &report, unsigned columns, bool color);

/// One page that needs nothing but itself: no script, no network.
/// What it begins with.
inline constexpr std::string_view kHtmlBeginning = "<!doctype html>";
std::string writeHtml(const RunsReport &report);

} // namespace dsc

#endif // DSC_RUNTIME_REPORT_REPORT_H
