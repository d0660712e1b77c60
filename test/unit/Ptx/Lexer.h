//===- Lexer.h - PTX text to tokens -----------------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_LEXER_H
#define DSC_TEST_UNIT_PTX_LEXER_H

#include <string_view>
#include <vector>

namespace dsc::test::ptx {

struct Token {
  enum Kind {
    word,   ///< a name, register, opcode with its modifiers, or .directive
    number, ///< as it is written, without its sign
    string, ///< without its quotes
    punctuation,
    end
  };
  Kind kind;
  std::string_view text;
  unsigned line;

  bool is(std::string_view expected) const {
    return kind != string && text == expected;
  }
};

/// The tokens of `text`, which must outlive them; the last is `end`. Comments
/// are gone.
std::vector<Token> tokenize(std::string_view text);

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_LEXER_H
