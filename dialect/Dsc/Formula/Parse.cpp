//===- Parse.cpp - a formula as a list of nodes ---------------------------===//
//
//   condition: sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
//   sum:       product {("+" | "-") product}
//   product:   unary {("*" | "/") unary}
//   unary:     "-" unary | primary ["^" unary]
//   primary:   number | name | name "(" condition {"," condition} ")" |
//              "(" condition ")"
//
//===----------------------------------------------------------------------===//

#include "dialect/Dsc/Formula/Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace dsc;

using Kind = Formula::Kind;

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

/// Null where none follows.
const FormulaParser::Operator *
FormulaParser::takeOne(ArrayRef<Operator> operators) {
  auto found = find_if(
      operators, [&](const Operator &known) { return take(known.token); });
  return found == operators.end() ? nullptr : found;
}

/// An operation on what was parsed from `start` and on what follows.
FormulaParser::Operand FormulaParser::join(Kind kind, Operand left,
                                           size_t start, Part next) {
  left = value(left, start);
  skipSpace();
  size_t second = position;
  Operand right = left ? value((this->*next)(), second) : std::nullopt;
  return right ? add(kind, {*left, *right}, start) : std::nullopt;
}

/// From left to right.
FormulaParser::Operand FormulaParser::chain(Part next,
                                            ArrayRef<Operator> operators) {
  skipSpace();
  size_t start = position;
  Operand left = (this->*next)();
  while (left) {
    skipSpace();
    if (text.substr(position).starts_with("**"))
      return fail(position, "found '**', expected an operator",
                  "a power is written ^");
    const Operator *found = takeOne(operators);
    if (!found)
      break;
    left = join(found->kind, left, start, next);
  }
  return left;
}

/// A part that parses itself one level further in.
FormulaParser::Operand FormulaParser::deeper(Part part) {
  if (++depth > Formula::maxDepth)
    return fail(position,
                "the formula is nested deeper than " +
                    Twine(Formula::maxDepth) + " levels",
                "spread it over several phases, or over lists of phases that "
                "multiply it");
  Operand result = (this->*part)();
  --depth;
  return result;
}

FormulaParser::Operand FormulaParser::condition() {
  skipSpace();
  size_t start = position;
  // The longer ones first.
  static constexpr Operator comparisons[] = {
      {"<=", Kind::lessEqual}, {">=", Kind::greaterEqual},
      {"==", Kind::equal},     {"!=", Kind::notEqual},
      {"<", Kind::less},       {">", Kind::greater}};
  Operand left = sum();
  if (const Operator *found = left ? takeOne(comparisons) : nullptr)
    left = join(found->kind, left, start, &FormulaParser::sum);
  return left;
}

FormulaParser::Operand FormulaParser::sum() {
  return chain(&FormulaParser::product,
               {{"+", Kind::add}, {"-", Kind::subtract}});
}

FormulaParser::Operand FormulaParser::product() {
  return chain(&FormulaParser::unary,
               {{"*", Kind::multiply}, {"/", Kind::divide}});
}

FormulaParser::Operand FormulaParser::innerUnary() {
  return deeper(&FormulaParser::unary);
}

FormulaParser::Operand FormulaParser::unary() {
  skipSpace();
  size_t start = position;
  if (take("-")) {
    skipSpace();
    size_t inner = position;
    Operand operand = value(innerUnary(), inner);
    return operand ? add(Kind::negate, {*operand}, start) : std::nullopt;
  }
  Operand result = primary();
  if (result && take("^"))
    return join(Kind::power, result, start, &FormulaParser::innerUnary);
  return result;
}

FormulaParser::Operand FormulaParser::primary() {
  skipSpace();
  size_t start = position;
  if (take("(")) {
    Operand inner = deeper(&FormulaParser::condition);
    if (inner && !take(")"))
      return fail(position, "found " + describeNext() + ", expected ')'");
    return inner;
  }
  if (isDigit(peek()) || peek() == '.')
    return number();
  if (isAlpha(peek()) || peek() == '_')
    return named();
  return fail(start,
              "found " + describeNext() + ", expected a number, a name or '('");
}

//===----------------------------------------------------------------------===//
// The whole formula
//===----------------------------------------------------------------------===//

std::optional<Formula> FormulaParser::run() {
  if (text.size() > Formula::maxBytes) {
    fail(Formula::maxBytes,
         "the formula is longer than " + Twine(Formula::maxBytes) +
             " characters",
         "spread it over several phases, or give its points to a phase of "
         "kind = \"piecewise\"");
    return std::nullopt;
  }
  Operand whole = condition();
  if (whole) {
    whole = value(whole, 0);
    skipSpace();
    if (whole && position < text.size())
      whole =
          fail(position, "found " + describeNext() + ", expected an operator");
  }
  if (!whole)
    return std::nullopt;
  return std::move(formula);
}

std::optional<Formula> Formula::parse(StringRef text, FormulaError &error) {
  error = {};
  return FormulaParser(text, error).run();
}

bool Formula::names(Variable variable) const {
  return any_of(nodes, [&](const Node &node) {
    return node.kind == Kind::variable && node.variable == variable;
  });
}
