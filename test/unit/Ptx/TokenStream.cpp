//===- TokenStream.cpp - numbers and variables ----------------------------===//

#include "test/unit/Ptx/TokenStream.h"

#include "test/unit/Ptx/Fault.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

using namespace dsc::test::ptx;

const Token &TokenStream::peek(size_t ahead) const {
  return tokens[std::min(at + ahead, tokens.size() - 1)];
}

const Token &TokenStream::next() {
  const Token &token = peek();
  at = std::min(at + 1, tokens.size() - 1);
  return token;
}

bool TokenStream::accept(std::string_view text) {
  if (peek().kind == Token::end || !peek().is(text))
    return false;
  next();
  return true;
}

void TokenStream::refuse(std::string_view what) const {
  failAt(peek().line, "found '" + std::string(peek().text.substr(0, 80)) +
                          "', expected " + std::string(what));
}

void TokenStream::expect(std::string_view text) {
  if (!accept(text))
    refuse("'" + std::string(text) + "'");
}

std::string_view TokenStream::expectName() {
  if (peek().kind != Token::word || peek().text[0] == '.')
    refuse("a name");
  return next().text;
}

Type TokenStream::expectType() {
  std::optional<Type> type = findType(peek().text);
  if (!type)
    refuse("a type that is known");
  next();
  return *type;
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static std::optional<uint64_t> readInteger(std::string_view text, int base) {
  uint64_t value = 0;
  const char *end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc() || stop != end)
    return std::nullopt;
  return value;
}

static std::optional<uint64_t> readInteger(std::string_view text) {
  if (text.size() > 1 && text.back() == 'U')
    text.remove_suffix(1);
  if (text.size() < 2 || text[0] != '0')
    return readInteger(text, 10);
  if (text[1] == 'x' || text[1] == 'X')
    return readInteger(text.substr(2), 16);
  if (text[1] == 'b' || text[1] == 'B')
    return readInteger(text.substr(2), 2);
  return readInteger(text.substr(1), 8);
}

uint64_t TokenStream::expectInteger() {
  std::optional<uint64_t> value;
  if (peek().kind == Token::number)
    value = readInteger(peek().text);
  if (!value)
    refuse("an integer");
  next();
  return *value;
}

Operand TokenStream::expectNumber() {
  bool isNegative = accept("-");
  std::string_view text = peek().text;
  bool isDouble = text.starts_with("0d") || text.starts_with("0D");
  bool isSingle = text.starts_with("0f") || text.starts_with("0F");
  if (!isDouble && !isSingle) {
    uint64_t value = expectInteger();
    return {Operand::integer, isNegative ? 0 - value : value};
  }
  size_t digits = isDouble ? 16 : 8;
  auto bits = readInteger(text.substr(2), 16);
  if (!bits || isNegative || text.size() != digits + 2)
    refuse("0f and 8 digits, or 0d and 16");
  next();
  return {Operand::real, *bits, isDouble ? Type::f64 : Type::f32};
}

//===----------------------------------------------------------------------===//
// Skipping
//===----------------------------------------------------------------------===//

void TokenStream::skipLine() {
  for (unsigned line = peek().line;
       peek().kind != Token::end && peek().line == line;)
    next();
}

void TokenStream::skipBlock() {
  expect("{");
  for (int depth = 1; depth > 0; next()) {
    if (peek().kind == Token::end)
      refuse("'}'");
    depth += peek().is("{") - peek().is("}");
  }
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

/// More than any variable of ours by orders.
static constexpr uint64_t kMostBytes = uint64_t(1) << 24;

/// Bytes of a scalar or array; none without its size.
static std::optional<uint64_t> parseSizes(TokenStream &tokens, Type type) {
  uint64_t bytes = bytesOf(type);
  while (tokens.accept("[")) {
    if (tokens.accept("]"))
      return std::nullopt;
    uint64_t size = tokens.expectInteger();
    if (size == 0 || size > kMostBytes || bytes * size > kMostBytes)
      tokens.refuse("an array of a size that a device has");
    bytes *= size;
    tokens.expect("]");
  }
  return bytes;
}

static void appendValue(TokenStream &tokens, Variable &variable) {
  unsigned size = bytesOf(variable.type);
  Operand value = tokens.expectNumber();
  if (isFloat(variable.type) &&
      (value.kind != Operand::real || value.type != variable.type))
    tokens.refuse("a number of type " + nameOf(variable.type));
  if (value.kind == Operand::real && bytesOf(value.type) != size)
    tokens.refuse("a number of type " + nameOf(variable.type));
  if (variable.initial.size() + size > variable.bytes)
    tokens.refuse("no more values than the array has");
  char bytes[sizeof value.bits];
  std::memcpy(bytes, &value.bits, sizeof bytes);
  variable.initial.insert(variable.initial.end(), bytes, bytes + size);
}

static void parseInitial(TokenStream &tokens, Variable &variable) {
  if (!tokens.accept("{"))
    return appendValue(tokens, variable);
  do
    appendValue(tokens, variable);
  while (tokens.accept(","));
  tokens.expect("}");
}

Variable dsc::test::ptx::parseVariable(TokenStream &tokens, Space space) {
  uint64_t alignment = 0;
  if (tokens.accept(".align"))
    alignment = tokens.expectInteger();
  Type type = tokens.expectType();
  if (space == Space::param && tokens.accept(".ptr")) {
    for (std::string_view pointee : {".global", ".const", ".shared", ".local"})
      tokens.accept(pointee);
    if (tokens.accept(".align"))
      tokens.expectInteger(); // of what the parameter points to
  }
  if (alignment == 0)
    alignment = bytesOf(type);
  if (!std::has_single_bit(alignment) || alignment > 256)
    tokens.refuse("an alignment that is a power of two up to 256");
  Variable variable{tokens.expectName(), space, type, alignment, 0};
  auto bytes = parseSizes(tokens, type);
  variable.isDynamic = !bytes;
  variable.bytes = bytes.value_or(0);
  if ((space == Space::global || space == Space::constant) &&
      tokens.accept("="))
    parseInitial(tokens, variable);
  return variable;
}
