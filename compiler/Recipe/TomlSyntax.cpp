//===- TomlSyntax.cpp - syntax errors in the author's words ---------------===//

#include "compiler/Recipe/TomlSyntax.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace dsc {

static bool startsCodePoint(char c) { return (c & 0xc0) != 0x80; }

std::pair<unsigned, unsigned> findLineAndColumn(StringRef text, size_t offset) {
  StringRef before = text.take_front(offset);
  size_t newline = before.rfind('\n');
  StringRef line =
      newline == StringRef::npos ? before : before.drop_front(newline + 1);
  return {before.count('\n') + 1, count_if(line, startsCodePoint) + 1};
}

StringRef getLine(StringRef text, unsigned number) {
  for (; number > 1; --number) {
    size_t newline = text.find('\n');
    if (newline == StringRef::npos)
      return "";
    text = text.drop_front(newline + 1);
  }
  return text.take_until([](char c) { return c == '\n'; }).rtrim('\r');
}

static void replaceAll(std::string &text, StringRef from, StringRef to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;
       at += to.size())
    text.replace(at, from.size(), to);
}

/// "Error while parsing array: encountered end-of-file" and its kin.
static std::string reword(StringRef message) {
  StringRef what = "text";
  if (message.consume_front("Error while parsing ")) {
    auto [element, rest] = message.split(": ");
    what = element == "key-value pair" ? "key and its value" : element;
    message = rest;
  }
  if (message.contains("end-of-file"))
    return ("the file ends in the middle of " +
            Twine(what == "array" || what == "inline table" || what == "integer"
                      ? "an "
                      : "a ") +
            what)
        .str();
  if (message.contains("could not determine value type"))
    return "this is not a TOML value";
  if (message.contains("could not be interpreted as a value") ||
      message.contains("not representable in 64 bits"))
    return "a number out of range";
  std::string result = message.trim().str();
  replaceAll(result, "saw '\\n'", "found the end of the line");
  replaceAll(result, "saw '\\r'", "found the end of the line");
  replaceAll(result, "saw ", "found ");
  replaceAll(result, "(inclusive) ", "");
  replaceAll(result, "expected value", "expected a value");
  replaceAll(result, "expected comma", "expected a comma");
  if (StringRef(result).starts_with("expected a comment or whitespace"))
    result = "expected the end of the line" +
             result.substr(strlen("expected a comment or whitespace"));
  if (StringRef(result).starts_with("cannot redefine existing ")) {
    size_t quote = result.find('\'');
    size_t close = result.find('\'', quote + 1);
    if (close != std::string::npos)
      result = result.substr(quote, close - quote + 1) + " is defined twice";
  }
  return result;
}

/// The remedy where a value was meant as a text, a number or a boolean.
static std::string hintForValue(StringRef line) {
  auto [key, value] = line.split('=');
  key = key.trim();
  value = value.split('#').first.trim();
  if (key.empty() || value.empty() || value.size() > 60 ||
      StringRef("\"'[{").contains(value.front()) || value.contains('"'))
    return "";
  std::string lower = value.lower();
  if (lower == "true" || lower == "false")
    return ("write " + key + " = " + lower).str();
  bool number = all_of(value, [](char c) {
    return isDigit(c) || StringRef("+-._eE").contains(c);
  });
  if (!number)
    return ("write it in quotes: " + key + " = \"" + value + "\"").str();
  if (value.starts_with("."))
    return ("write " + key + " = 0" + value).str();
  if (value.ends_with("."))
    return ("write " + key + " = " + value + "0").str();
  return "";
}

std::string explainSyntax(SyntaxProblem &problem, StringRef text) {
  problem.message = reword(problem.message);
  StringRef line = getLine(text, problem.line);
  bool twice = StringRef(problem.message).ends_with("is defined twice");
  if (twice) {
    problem.column = line.size() - line.ltrim(" \t").size() + 1;
    return line.ltrim(" \t").starts_with("[")
               ? "merge both tables, or write [[...]] for an item of an array"
               : "keep one of them";
  }
  return line.contains('=') ? hintForValue(line) : "";
}

bool blankLine(std::string &text, unsigned number) {
  constexpr size_t tooLong = 1 << 16;
  StringRef line = getLine(text, number);
  StringRef content = line.ltrim(" \t");
  bool standsAlone = content.contains('=') && !content.starts_with("[") &&
                     content.count('[') == content.count(']') &&
                     content.count('{') == content.count('}') &&
                     !content.contains("\"\"\"") && !content.contains("'''");
  if (!standsAlone || text.size() > tooLong)
    return false;
  std::fill_n(text.begin() + (line.data() - text.data()), line.size(), ' ');
  return true;
}

} // namespace dsc
