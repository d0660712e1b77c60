//===- Report.cpp ---------------------------------------------------------===//

#include "runtime/Report/Report.h"

#include <algorithm>
#include <filesystem>
#include <set>

using namespace dsc;

/// Two directories may end in the same name.
static void tellApart(std::vector<RunReport> &runs) {
  std::vector<std::string> names;
  for (const RunReport &report : runs)
    names.push_back(report.run.name);
  for (size_t i = 0; i < runs.size(); ++i)
    if (std::count(names.begin(), names.end(), names[i]) > 1)
      runs[i].run.name = runs[i].run.directory;
}

RunsReport dsc::makeReport(const std::vector<std::string> &directories) {
  RunsReport report;
  std::vector<RunSeries> all;
  std::set<std::string> seen;
  for (const std::string &directory : directories) {
    // runs/last is one of runs/*, too.
    std::error_code failure;
    auto real = std::filesystem::canonical(directory, failure);
    if (!failure && !seen.insert(real.string()).second)
      continue;
    all.push_back(readRun(directory));
    report.runs.push_back(
        {all.back(), diagnose(all.back()), rangeSections(all.back())});
  }
  tellApart(report.runs);
  report.hardware = findOtherHardware(all);
  return report;
}
