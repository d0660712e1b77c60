//===- BodyParser.cpp -----------------------------------------------------===//

#include "test/unit/Ptx/BodyParser.h"

#include "test/unit/Ptx/Fault.h"

#include <algorithm>
#include <charconv>

using namespace dsc::test::ptx;

/// Deeper than any compiler nests.
static constexpr size_t kMostScopes = 64;

BodyParser::BodyParser(TokenStream &tokens, Function &function)
    : tokens(tokens), function(function), scopes(1) {
  for (std::string_view name : kSpecialRegisters)
    addRegister(scopes[0], name, Type::u32);
}

void BodyParser::run() {
  tokens.expect("{");
  for (scopes.emplace_back(); scopes.size() > 1;)
    parseStatement();
}

void BodyParser::parseStatement() {
  if (tokens.accept("{")) {
    if (scopes.size() > kMostScopes)
      tokens.refuse("fewer scopes in one another");
    scopes.emplace_back();
    return;
  }
  if (tokens.accept("}")) {
    scopes.pop_back();
    return;
  }
  if (tokens.peek().is("@"))
    return parseInstruction();
  if (tokens.peek().kind != Token::word)
    tokens.refuse("a statement");
  if (tokens.peek().text[0] == '.')
    return parseDirective();
  if (tokens.peek(1).is(":"))
    return parseLabel();
  parseInstruction();
}

void BodyParser::parseDirective() {
  if (tokens.peek().is(".loc"))
    return tokens.skipLine();
  if (tokens.accept(".reg"))
    return parseRegisters();
  if (tokens.accept(".pragma")) {
    // Hints for ptxas, which change nothing that is computed.
    if (tokens.next().kind != Token::string)
      tokens.refuse("a string");
    return tokens.expect(";");
  }
  Space space = Space::shared;
  if (tokens.accept(".local"))
    space = Space::local;
  else if (!tokens.accept(".shared"))
    tokens.refuse("a directive that is known");
  Variable variable = parseVariable(tokens, space);
  if (variable.isDynamic)
    tokens.refuse("the size of the array");
  function.variables.push_back(variable);
  tokens.expect(";");
}

//===----------------------------------------------------------------------===//
// Registers
//===----------------------------------------------------------------------===//

uint64_t BodyParser::addRegister(Scope &scope, std::string_view name,
                                 Type type) {
  if (!scope.names.emplace(name, function.registers.size()).second)
    tokens.refuse("a name that is not taken");
  function.registers.push_back(type);
  return function.registers.size() - 1;
}

void BodyParser::parseRegisters() {
  Type type = tokens.expectType();
  if (bytesOf(type) == 1 && type != Type::pred)
    tokens.refuse("a type that registers have");
  do {
    std::string_view name = tokens.expectName();
    if (tokens.accept("<")) {
      scopes.back().ranges.push_back({name, type, tokens.expectInteger()});
      tokens.expect(">");
    } else {
      addRegister(scopes.back(), name, type);
    }
  } while (tokens.accept(","));
  tokens.expect(";");
}

/// Registers of a range come into being when they are first named: text may
/// declare any number of them.
std::optional<uint64_t> BodyParser::findIn(Scope &scope,
                                           std::string_view name) {
  if (auto found = scope.names.find(name); found != scope.names.end())
    return found->second;
  for (const Range &range : scope.ranges) {
    std::string_view digits = name;
    if (!digits.starts_with(range.prefix))
      continue;
    digits.remove_prefix(range.prefix.size());
    uint64_t index = 0;
    const char *end = digits.data() + digits.size();
    auto [stop, error] = std::from_chars(digits.data(), end, index);
    bool isPlain = digits.size() == 1 || (!digits.empty() && digits[0] != '0');
    if (isPlain && error == std::errc() && stop == end && index < range.count)
      return addRegister(scope, name, range.type);
  }
  return std::nullopt;
}

std::optional<uint64_t> BodyParser::findRegister(std::string_view name) {
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    if (auto found = findIn(*scope, name))
      return found;
  if (name[0] == '%')
    failAt(tokens.peek().line,
           "register '" + std::string(name) + "' is not declared");
  return std::nullopt;
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

void BodyParser::parseLabel() {
  std::string_view name = tokens.expectName();
  tokens.expect(":");
  bool isNew;
  if (tokens.accept(".branchtargets")) {
    auto [targets, added] = function.branchTargets.try_emplace(name);
    isNew = added;
    do
      targets->second.push_back(tokens.expectName());
    while (tokens.accept(","));
    tokens.expect(";");
  } else {
    isNew = function.labels.emplace(name, function.statements.size()).second;
  }
  if (!isNew)
    tokens.refuse("labels that differ, not a second '" + std::string(name) +
                  "'");
}

void BodyParser::parseInstruction() {
  Statement statement{tokens.peek().line, {}, {}, {}};
  if (tokens.accept("@")) {
    statement.negated = tokens.accept("!");
    std::string_view name = tokens.expectName();
    statement.guard = findRegister(name);
    if (!statement.guard || function.registers[*statement.guard] != Type::pred)
      tokens.refuse("a predicate after '@'");
  }
  statement.opcode = tokens.expectName();
  if (!tokens.peek().is(";"))
    do
      statement.operands.push_back(parseOperand());
    while (tokens.accept(","));
  tokens.expect(";");
  function.statements.push_back(std::move(statement));
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

Operand BodyParser::parseOperand() {
  if (tokens.accept("{"))
    return parseVector();
  if (tokens.accept("["))
    return parseAddress();
  return tokens.peek().kind == Token::word ? parseNamed()
                                           : tokens.expectNumber();
}

Operand BodyParser::parseNamed() {
  std::string_view name = tokens.expectName();
  if (name == "_")
    return {Operand::sink};
  if (name == "WARP_SZ")
    return {Operand::integer, 32};
  if (auto found = findRegister(name))
    return {Operand::reg, *found, function.registers[*found]};
  return {Operand::symbol, uint64_t(parseOffset()), Type::b64, name};
}

int64_t BodyParser::parseOffset() {
  if (!tokens.accept("+"))
    return 0;
  Operand offset = tokens.expectNumber();
  if (offset.kind != Operand::integer)
    tokens.refuse("an integer offset");
  return int64_t(offset.bits);
}

Operand BodyParser::parseVector() {
  Operand vector{Operand::vector};
  do
    vector.elements.push_back(tokens.peek().kind == Token::word
                                  ? parseNamed()
                                  : tokens.expectNumber());
  while (tokens.accept(","));
  tokens.expect("}");
  return vector;
}

Operand BodyParser::parseAddress() {
  if (tokens.peek().kind != Token::word)
    tokens.refuse("a register or a variable");
  Operand base = parseNamed(), address{Operand::address};
  if (base.kind == Operand::reg)
    address.bits = uint64_t(parseOffset());
  address.elements.push_back(base);
  tokens.expect("]");
  return address;
}
