//===- CatalogCsv.cpp - rows of numbers with a class ----------------------===//

#include "runtime/Data/CatalogCsv.h"

#include "runtime/Base/Error.h"
#include "runtime/Base/Terminal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <optional>

using namespace dsc;

static std::string_view trim(std::string_view text) {
  size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos)
    return {};
  text = text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
    text = text.substr(1, text.size() - 2);
  return text;
}

/// Fields of a line; a comma between double quotes does not separate.
static void splitFields(std::string_view line,
                        std::vector<std::string_view> &fields) {
  fields.clear();
  size_t begin = 0;
  bool quoted = false;
  for (size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] == '"')
      quoted = !quoted;
    if (i < line.size() && (line[i] != ',' || quoted))
      continue;
    fields.push_back(trim(line.substr(begin, i - begin)));
    begin = i + 1;
  }
}

static std::optional<double> parseNumber(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && text[1] != '-')
    text.remove_prefix(1);
  double value = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

namespace {

/// Reads the files one line at a time, so that every error knows its place.
class CsvReader {
public:
  CsvReader(const SourceSpec &spec) : spec(spec) {}

  CsvTable read(const std::vector<MappedFile> &files) {
    for (const MappedFile &file : files)
      readFile(file);
    return std::move(table);
  }

private:
  const SourceSpec &spec;
  CsvTable table;
  std::vector<std::string_view> fields;
  size_t width = 0;      ///< fields in every line; 0 before the first one
  size_t target = 0;     ///< index of the target's field
  std::string firstLine; ///< where `width` was learnt
  std::string path;
  size_t line = 0;

  /// What stands in the file may hold anything, zero bytes too.
  Error bad(const std::string &what, const std::string &hint = {}) const {
    return Error(Exit::refused,
                 fmt::format("{}:{}: {}", path, line, printable(what)),
                 printable(hint));
  }

  void readFile(const MappedFile &file) {
    path = file.path();
    line = 0;
    bool first = true;
    std::string_view text = file.bytes();
    if (text.starts_with("\xEF\xBB\xBF"))
      text.remove_prefix(3);
    while (!text.empty()) {
      if (spec.limit >= 0 && table.rows >= spec.limit)
        return;
      size_t end = std::min(text.find('\n'), text.size());
      std::string_view row = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++line;
      if (trim(row).empty())
        continue;
      splitFields(row, fields);
      bool header =
          first && !std::all_of(fields.begin(), fields.end(), parseNumber);
      if (first)
        findTarget(header);
      first = false;
      if (!header)
        addRow();
    }
  }

  /// Every file may have its header; the target may stand elsewhere in each.
  void findTarget(bool header) {
    bool last = spec.field.empty() || spec.field == "last";
    target = fields.size() - 1;
    if (!last && !header)
      throw bad(fmt::format("no header line, but the target is the column "
                            "named '{}'",
                            spec.field),
                "leave data.source.field out to take the last column");
    if (!last) {
      auto found = std::find(fields.begin(), fields.end(), spec.field);
      if (found == fields.end())
        throw bad(fmt::format("no column is named '{}'", spec.field),
                  fmt::format("the columns are {}", fmt::join(fields, ", ")));
      target = size_t(found - fields.begin());
    }
    if (width == 0) {
      width = fields.size();
      firstLine = fmt::format("{}:{}", path, line);
      if (width < 2)
        throw bad("one column, expected at least a feature and the target",
                  "separate the numbers by commas");
      table.columns = int64_t(width) - 1;
    }
    checkWidth();
  }

  void checkWidth() const {
    if (fields.size() != width)
      throw bad(fmt::format("{} columns, expected {} as in {}", fields.size(),
                            width, firstLine));
  }

  void addRow() {
    checkWidth();
    for (size_t i = 0; i < fields.size(); ++i) {
      std::optional<double> value = parseNumber(fields[i]);
      if (!value)
        throw bad(fmt::format("column {}: '{}' is not a number", i + 1,
                              fields[i].substr(0, 40)));
      if (i == target)
        addTarget(*value);
      else
        addFeature(i, *value);
    }
    ++table.rows;
  }

  void addFeature(size_t column, double value) {
    if (!std::isfinite(float(value)))
      throw bad(fmt::format("column {}: '{}' is not a finite f32 number",
                            column + 1, fields[column].substr(0, 40)));
    table.features.push_back(float(value));
  }

  void addTarget(double value) {
    // The bound keeps the cast defined and a typing error from asking for a
    // model with billions of classes.
    bool isClass = value >= 0 && value < 1e6 && value == std::floor(value);
    if (!isClass)
      throw bad(fmt::format("column {}: target '{}' is not a class, expected "
                            "an integer from 0 to 999999",
                            target + 1, fields[target].substr(0, 40)));
    table.targets.push_back(int64_t(value));
    table.classes = std::max(table.classes, int64_t(value) + 1);
  }
};

} // namespace

CsvTable dsc::readCsv(const std::vector<MappedFile> &files,
                      const SourceSpec &spec) {
  return CsvReader(spec).read(files);
}
