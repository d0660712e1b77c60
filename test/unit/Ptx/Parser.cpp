//===- Parser.cpp - a module and its functions ----------------------------===//

#include "test/unit/Ptx/Parser.h"

#include "test/unit/Ptx/BodyParser.h"

#include "test/unit/Ptx/Fault.h"

#include <algorithm>

using namespace dsc::test::ptx;

namespace {

/// Longer than any program of ours by orders.
constexpr size_t kMostText = size_t(1) << 23;

class Parser {
public:
  explicit Parser(std::string_view text) : tokens(tokenize(text)) {}

  Module run() {
    parseHeader();
    while (tokens.peek().kind != Token::end)
      parseTopLevel();
    return std::move(module);
  }

private:
  void parseHeader() {
    tokens.expect(".version");
    module.version = tokens.next().text;
    tokens.expect(".target");
    module.target = tokens.expectName();
    while (tokens.accept(","))
      if (!tokens.accept("debug"))
        tokens.refuse("'debug'");
    tokens.expect(".address_size");
    tokens.expect("64");
  }

  void parseTopLevel() {
    if (tokens.peek().is(".file") || tokens.peek().is(".loc"))
      return tokens.skipLine();
    if (tokens.accept(".section")) {
      tokens.next();
      return tokens.skipBlock();
    }
    bool isExternal = false;
    for (std::string_view linkage : {".visible", ".weak", ".extern"})
      if (tokens.accept(linkage))
        isExternal = linkage == ".extern";
    if (tokens.peek().is(".entry") || tokens.peek().is(".func"))
      parseFunction();
    else
      parseModuleVariable(isExternal);
  }

  void parseModuleVariable(bool isExternal) {
    Space space;
    if (tokens.accept(".global"))
      space = Space::global;
    else if (tokens.accept(".const"))
      space = Space::constant;
    else if (tokens.accept(".shared"))
      space = Space::shared;
    else
      tokens.refuse("a directive that is known");
    Variable variable = parseVariable(tokens, space);
    if (variable.isDynamic != (isExternal && space == Space::shared))
      tokens.refuse("a size, but of shared memory from outside");
    module.variables.push_back(variable);
    tokens.expect(";");
  }

  void parseFunction() {
    Function function;
    function.isEntry = tokens.next().is(".entry");
    if (!function.isEntry && tokens.accept("("))
      parseParameters(function); // what it returns
    function.parameters.clear();
    function.name = tokens.expectName();
    for (const Function &other : module.functions)
      if (other.name == function.name)
        tokens.refuse("a function of another name");
    if (tokens.accept("("))
      parseParameters(function);
    parseAttributes(function);
    if (tokens.accept(";"))
      return; // a declaration; a call of it is refused
    BodyParser(tokens, function).run();
    module.functions.push_back(std::move(function));
  }

  /// Up to and with the closing parenthesis.
  void parseParameters(Function &function) {
    if (tokens.accept(")"))
      return;
    do {
      tokens.expect(".param");
      function.parameters.push_back(parseVariable(tokens, Space::param));
      if (function.parameters.back().isDynamic)
        tokens.refuse("the size of the parameter");
    } while (tokens.accept(","));
    tokens.expect(")");
  }

  void parseAttributes(Function &function) {
    while (true) {
      if (tokens.accept(".maxntid"))
        function.most = parseShape();
      else if (tokens.accept(".reqntid"))
        function.required = parseShape();
      else if (tokens.accept(".minnctapersm") || tokens.accept(".maxnreg"))
        tokens.expectInteger(); // for ptxas
      else if (!tokens.accept(".noreturn"))
        return;
    }
  }

  std::array<uint64_t, 3> parseShape() {
    std::array<uint64_t, 3> shape = {1, 1, 1};
    shape[0] = tokens.expectInteger();
    for (int i = 1; i < 3 && tokens.accept(","); ++i)
      shape[i] = tokens.expectInteger();
    return shape;
  }

  TokenStream tokens;
  Module module;
};

} // namespace

Module dsc::test::ptx::parse(std::string_view text) {
  if (text.size() > kMostText)
    throw Fault("the text is " + std::to_string(text.size()) +
                " bytes, expected at most " + std::to_string(kMostText));
  return Parser(text).run();
}
