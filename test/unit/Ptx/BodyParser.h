//===- BodyParser.h - statements of a function ------------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_PTX_BODYPARSER_H
#define DSC_TEST_UNIT_PTX_BODYPARSER_H

#include "test/unit/Ptx/TokenStream.h"

namespace dsc::test::ptx {

/// Reads `{ … }` into `function`, whose parameters are known.
class BodyParser {
public:
  BodyParser(TokenStream &tokens, Function &function);
  void run();

private:
  struct Range {
    std::string_view prefix;
    Type type;
    uint64_t count;
  };
  struct Scope {
    std::map<std::string_view, uint64_t> names;
    std::vector<Range> ranges;
  };

  void parseStatement();
  void parseDirective();
  void parseRegisters();
  void parseLabel();
  void parseInstruction();
  Operand parseOperand();
  Operand parseAddress();
  Operand parseVector();
  Operand parseNamed();
  int64_t parseOffset();
  std::optional<uint64_t> findRegister(std::string_view name);
  std::optional<uint64_t> findIn(Scope &scope, std::string_view name);
  uint64_t addRegister(Scope &scope, std::string_view name, Type type);

  TokenStream &tokens;
  Function &function;
  std::vector<Scope> scopes;
};

} // namespace dsc::test::ptx

#endif // DSC_TEST_UNIT_PTX_BODYPARSER_H
