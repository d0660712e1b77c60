//===- TomlLimits.cpp - what is refused before parsing --------------------===//

#include "compiler/Recipe/TomlLimits.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

using namespace llvm;

namespace dsc {

/// Bytes that no TOML file holds: binary data, and text in another encoding.
static std::optional<TomlProblem> findBinary(StringRef text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
    return TomlProblem{0, "this file is UTF-16, expected UTF-8",
                       "save it as UTF-8"};
  if (size_t nul = text.find('\0'); nul != StringRef::npos)
    return TomlProblem{nul, "found a zero byte: this is not a text file", ""};
  auto *begin = reinterpret_cast<const UTF8 *>(text.begin());
  auto *end = reinterpret_cast<const UTF8 *>(text.end());
  auto *at = begin;
  if (!isLegalUTF8String(&at, end))
    return TomlProblem{static_cast<size_t>(at - begin),
                       "found bytes that are not UTF-8", "save it as UTF-8"};
  return std::nullopt;
}

namespace {

/// Walks over TOML text, knowing no more than strings, comments and brackets.
class Scanner {
public:
  explicit Scanner(StringRef text) : text(text) {}

  std::optional<TomlProblem> run() {
    while (at < text.size() && !problem)
      step();
    return problem;
  }

private:
  bool startsWith(StringRef what) const {
    return text.substr(at).starts_with(what);
  }

  void step() {
    char c = text[at];
    switch (c) {
    case '#':
      at = std::min(text.find('\n', at), text.size());
      return;
    case '\'':
    case '"':
      skipString(c);
      atValue = false;
      return;
    case '\n':
      atLineStart = true;
      depth = inHeader ? 0 : depth;
      inHeader = false;
      dots = 0;
      atValue = atValue && depth;
      break;
    case '[':
    case '{':
      open(c);
      break;
    case ']':
    case '}':
      depth = depth ? depth - 1 : 0;
      break;
    case '.':
      if (++dots >= maxKeyParts)
        fail("a key has more than " + Twine(maxKeyParts) + " parts");
      break;
    case '=':
    case ',':
      dots = 0;
      atValue = true;
      ++at;
      return;
    case ' ':
    case '\t':
    case '\r':
      ++at;
      return;
    default:
      if (atValue)
        checkDate();
    }
    if (c != '\n')
      atLineStart = false;
    if (c != '[' && c != '\n')
      atValue = false;
    ++at;
  }

  void open(char c) {
    dots = 0;
    if (atLineStart && c == '[' && depth == 0) {
      inHeader = true;
      checkHeader();
    }
    atValue = !inHeader;
    if (++depth > maxTomlDepth)
      fail("values nest deeper than " + Twine(maxTomlDepth) + " levels");
  }

  /// A header whose name does not begin on its line.
  void checkHeader() {
    StringRef rest = text.substr(at).ltrim("[ \t");
    if (rest.empty() || StringRef("\r\n#]").contains(rest.front()))
      fail("expected the name of a table after '['", "such as [train]");
  }

  /// No key of a recipe takes a date, and half a date is not safe to parse.
  void checkDate() {
    StringRef token = text.substr(at).take_while(
        [](char c) { return isAlnum(c) || StringRef("-+:._").contains(c); });
    StringRef digits = token.take_while([](char c) { return isDigit(c); });
    StringRef rest = token.drop_front(digits.size());
    bool date = digits.size() == 4 && rest.size() > 1 && rest[0] == '-';
    bool time = digits.size() == 2 && rest.starts_with(":");
    if (date || time)
      fail("found a date or a time, which no key of a recipe takes",
           "put it in quotes if it is meant as a text");
  }

  /// An unclosed string is left to the parser, which has the words for it.
  void skipString(char quote) {
    std::string three(3, quote);
    bool multiline = startsWith(three);
    at += multiline ? 3 : 1;
    while (at < text.size()) {
      if (multiline ? startsWith(three) : text[at] == quote) {
        at += multiline ? 3 : 1;
        // """" ends with one quote inside.
        while (multiline && at < text.size() && text[at] == quote)
          ++at;
        return;
      }
      if (!multiline && text[at] == '\n')
        return;
      at += quote == '"' && text[at] == '\\' ? 2 : 1;
    }
  }

  void fail(const Twine &message, const Twine &hint = {}) {
    if (!problem)
      problem = TomlProblem{at, message.str(), hint.str()};
  }

  StringRef text;
  size_t at = 0;
  unsigned depth = 0, dots = 0;
  bool atLineStart = true, atValue = false, inHeader = false;
  std::optional<TomlProblem> problem;
};

} // namespace

std::optional<TomlProblem> findTomlProblem(StringRef text) {
  if (text.size() > maxRecipeBytes)
    return TomlProblem{0, "a recipe has at most 1 MiB", ""};
  if (auto binary = findBinary(text))
    return binary;
  return Scanner(text).run();
}

} // namespace dsc
