//===- Lexer.cpp ----------------------------------------------------------===//

#include "test/unit/Ptx/Lexer.h"

#include "test/unit/Ptx/Fault.h"

#include <algorithm>

using namespace dsc::test::ptx;

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '$' || c == '%';
}

class Lexer {
public:
  explicit Lexer(std::string_view text) : text(text) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    for (skipSpace(); at < text.size(); skipSpace())
      tokens.push_back(next());
    tokens.push_back({Token::end, "the end of the text", line});
    return tokens;
  }

private:
  char peek(size_t ahead = 0) const {
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  }

  void skipSpace() {
    for (; at < text.size(); ++at) {
      char c = text[at];
      if (c == '\n')
        ++line;
      else if (c == '/' && peek(1) == '/')
        at = std::min(text.find('\n', at), text.size()) - 1;
      else if (c == '/' && peek(1) == '*')
        skipComment();
      else if (c != ' ' && c != '\t' && c != '\r')
        return;
    }
  }

  /// Leaves `at` on the comment's last character.
  void skipComment() {
    size_t close = text.find("*/", at + 2);
    if (close == text.npos)
      failAt(line, "a comment has no end");
    line += std::count(text.begin() + at, text.begin() + close, '\n');
    at = close + 1;
  }

  Token take(Token::Kind kind, size_t from) {
    return {kind, text.substr(from, at - from), line};
  }

  Token next() {
    size_t from = at;
    char c = peek();
    if (c == '"')
      return takeString();
    if (isDigit(c)) {
      while (isDigit(peek()) || isLetter(peek()) || peek() == '.')
        ++at;
      return take(Token::number, from);
    }
    if (isLetter(c) || (c == '.' && isLetter(peek(1)))) {
      takeWord();
      return take(Token::word, from);
    }
    if (std::string_view("{}()[]<>,;:=+-@!").find(c) == std::string_view::npos)
      failAt(line,
             "character " + std::to_string(int(uint8_t(c))) + " is unknown");
    ++at;
    return take(Token::punctuation, from);
  }

  /// Modifiers such as L1::no_allocate belong to the word.
  void takeWord() {
    while (true) {
      if (peek() == ':' && peek(1) == ':' && isLetter(peek(2)))
        at += 2;
      else if (isLetter(peek()) || isDigit(peek()) || peek() == '.')
        ++at;
      else
        return;
    }
  }

  Token takeString() {
    size_t close = text.find_first_of("\"\n", at + 1);
    if (close == text.npos || text[close] == '\n')
      failAt(line, "a string has no end");
    Token token{Token::string, text.substr(at + 1, close - at - 1), line};
    at = close + 1;
    return token;
  }

  std::string_view text;
  size_t at = 0;
  unsigned line = 1;
};

} // namespace

std::vector<Token> dsc::test::ptx::tokenize(std::string_view text) {
  return Lexer(text).run();
}
