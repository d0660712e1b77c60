//===- CatalogText.cpp - text as records of bytes -------------------------===//

#include "runtime/Data/CatalogText.h"

#include "runtime/Base/Error.h"

#include <fmt/format.h>

using namespace dsc;

/// One past the newline that ends the line at `begin`.
static size_t lineEnd(std::string_view text, size_t begin) {
  size_t newline = text.find('\n', begin);
  return newline == std::string_view::npos ? text.size() : newline + 1;
}

static bool isBlank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

static size_t paragraphEnd(std::string_view text, size_t begin) {
  // Leading blank lines belong to the paragraph, then its lines, then the blank
  // lines that close it.
  bool sawText = false, sawBlank = false;
  size_t position = begin;
  while (position < text.size()) {
    size_t end = lineEnd(text, position);
    bool blank = isBlank(text.substr(position, end - position));
    if (sawText && sawBlank && !blank)
      break;
    sawText |= !blank;
    sawBlank |= sawText && blank;
    position = end;
  }
  return position;
}

/// Newlines that close a record: only the last one of a file can lack any.
static unsigned missingNewlines(std::string_view record, bool paragraph) {
  bool closed = record.ends_with('\n');
  if (!paragraph)
    return !closed;
  size_t lastLine = record.rfind('\n', record.size() - (closed ? 2 : 1));
  lastLine = record.size() < 2 || lastLine == std::string_view::npos
                 ? 0
                 : lastLine + 1;
  bool blank = closed && isBlank(record.substr(lastLine));
  return blank ? 0 : closed ? 1 : 2;
}

std::vector<TextRecord> dsc::splitText(const std::vector<MappedFile> &files,
                                       const SourceSpec &spec) {
  bool line = spec.record == "line", paragraph = spec.record == "paragraph";
  if (!line && !paragraph && spec.record != "file")
    throw Error(Exit::refused,
                fmt::format("source '{}': unknown record '{}', expected line, "
                            "paragraph or file",
                            spec.name, spec.record));
  std::vector<TextRecord> records;
  for (const MappedFile &file : files) {
    std::string_view text = file.bytes();
    for (size_t begin = 0; begin < text.size();) {
      if (spec.limit >= 0 && records.size() >= uint64_t(spec.limit))
        return records;
      size_t end = line        ? lineEnd(text, begin)
                   : paragraph ? paragraphEnd(text, begin)
                               : text.size();
      unsigned missing = end == text.size() && (line || paragraph)
                             ? missingNewlines(text.substr(begin), paragraph)
                             : 0;
      records.push_back({text.data() + begin, end - begin, missing});
      begin = end;
    }
  }
  return records;
}
