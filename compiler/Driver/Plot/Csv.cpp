//===- Csv.cpp - a schedule as CSV ----------------------------------------===//
//
// The exact values that training will use: 17 digits identify an f64.
//
//===----------------------------------------------------------------------===//

#include "compiler/Driver/Plot/Plot.h"

#include <fmt/format.h>

using namespace dsc;

/// Quotes a field as RFC 4180 asks when it holds a comma, a quote or a newline.
static std::string csvField(const std::string &text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos)
    return text;
  std::string quoted = "\"";
  for (char c : text)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

void dsc::writeCsv(SchedulePreview &preview, const PlotRange &range,
                   llvm::raw_ostream &out) {
  out << "step,phase";
  for (const std::string &track : preview.getTracks())
    out << ',' << track;
  out << '\n';
  std::vector<double> values;
  fmt::memory_buffer row;
  for (int64_t step = range.from; step < range.to; step += range.every) {
    preview.at(step, values);
    row.clear();
    fmt::format_to(std::back_inserter(row), "{},{}", step,
                   csvField(preview.phaseAt(step).name));
    for (double value : values)
      fmt::format_to(std::back_inserter(row), ",{:.17g}", value);
    row.push_back('\n');
    out << llvm::StringRef(row.data(), row.size());
  }
}
