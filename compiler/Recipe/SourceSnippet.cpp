//===- SourceSnippet.cpp - a line of a recipe and a caret -----------------===//

#include "compiler/Recipe/SourceSnippet.h"

#include "compiler/Recipe/Toml.h"

#include "llvm/Support/Unicode.h"

using namespace llvm;

namespace dsc {

namespace {

/// A line as cells: one per code point, with the columns it takes on a
/// terminal.
struct Cell {
  std::string text;
  int width;
};

} // namespace

/// What cannot be shown as it is, is shown as a replacement of known width.
static Cell makeCell(StringRef bytes) {
  if (bytes == "\t")
    return {"  ", 2};
  int width = sys::unicode::columnWidthUTF8(bytes);
  if (width < 0)
    return {"\xef\xbf\xbd", 1};
  return {bytes.str(), width};
}

static std::vector<Cell> splitCells(StringRef line) {
  std::vector<Cell> cells;
  for (size_t at = 0; at < line.size();) {
    size_t end = at + 1;
    while (end < line.size() && (line[end] & 0xc0) == 0x80)
      ++end;
    cells.push_back(makeCell(line.slice(at, end)));
    at = end;
  }
  return cells;
}

const SourceSnippets::File &SourceSnippets::load(StringRef path) {
  auto [entry, isNew] = files.try_emplace(path);
  File &file = entry->second;
  std::string reason;
  std::optional<std::string> read;
  if (!isNew || !(read = readRegularFile(path, "a recipe file", reason)))
    return file;
  StringRef text = *read;
  text.consume_front("\xef\xbb\xbf");
  file.text = text.str();
  file.lineStarts.push_back(0);
  for (size_t at = 0; at < file.text.size(); ++at)
    if (file.text[at] == '\n')
      file.lineStarts.push_back(at + 1);
  return file;
}

void SourceSnippets::print(raw_ostream &os, const Finding::Place &place,
                           bool colors) {
  if (place.line == 0)
    return;
  const File &file = load(place.file);
  if (place.line > file.lineStarts.size())
    return;
  StringRef line = StringRef(file.text)
                       .drop_front(file.lineStarts[place.line - 1])
                       .take_until([](char c) { return c == '\n'; })
                       .rtrim('\r');
  std::vector<Cell> cells = splitCells(line);
  size_t begin = std::min<size_t>(std::max(place.column, 1u) - 1, cells.size());
  size_t end = place.endLine == place.line ? place.endColumn - 1 : cells.size();
  if (place.endLine == 0 ||
      (place.endLine == place.line && place.endColumn <= place.column))
    end = begin + 1;

  // A long line shows what is round the caret.
  constexpr size_t before = 60, after = 60;
  size_t first = begin > before ? begin - before : 0;
  size_t last = std::min(cells.size(), begin + after);
  std::string number = std::to_string(place.line);
  os << "  " << number << " | " << (first ? "..." : "");
  for (size_t i = first; i < last; ++i)
    os << cells[i].text;
  os << (last < cells.size() ? "..." : "") << "\n";

  size_t indent = number.size() + (first ? 3 : 0), length = 0;
  for (size_t i = first; i < begin; ++i)
    indent += cells[i].width;
  for (size_t i = begin; i < std::min(end, last); ++i)
    length += cells[i].width;
  os.indent(number.size() + 3) << "| ";
  os.indent(indent - number.size());
  os << (colors ? "\033[32m" : "") << '^'
     << std::string(length > 1 ? length - 1 : 0, '~')
     << (colors ? "\033[0m" : "") << "\n";
}

} // namespace dsc
