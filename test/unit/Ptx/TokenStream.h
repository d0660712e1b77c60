//===- TokenStream.h - reads tokens one after the other ---------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_TOKENSTREAM_H
#define DSC_TEST_UNIT_PTX_TOKENSTREAM_H

#include "test/unit/Ptx/Lexer.h"
#include "test/unit/Ptx/Syntax.h"

namespace dsc::test::ptx {

class TokenStream {
public:
  explicit TokenStream(std::vector<Token> tokens) : tokens(std::move(tokens)) {}

  const Token &peek(size_t ahead = 0) const;
  const Token &next();
  /// Takes the next token if it is `text`.
  bool accept(std::string_view text);
  void expect(std::string_view text);
  /// A Fault that says what was found instead of `what`.
  [[noreturn]] void refuse(std::string_view what) const;

  std::string_view expectName();
  Type expectType();
  uint64_t expectInteger();
  /// A number of either sign; `-1` is all ones.
  Operand expectNumber();
  /// Drops what is left of the line, which holds nothing but hints.
  void skipLine();
  /// Drops a block in braces.
  void skipBlock();

private:
  std::vector<Token> tokens;
  size_t at = 0;
};

/// `[.align N] .type name[sizes] [= value]`, without its semicolon.
Variable parseVariable(TokenStream &tokens, Space space);

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_TOKENSTREAM_H
