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

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/Formula/Formula.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>

using namespace llvm;
using namespace dsc;

using Kind = Formula::Kind;

namespace {
struct Function {
  StringLiteral name;
  Kind kind;
  unsigned least, most; ///< arguments
};
struct Name {
  StringLiteral name;
  Formula::Variable variable;
};
} // namespace

static constexpr unsigned anyNumber = 16;

static constexpr Function functions[] = {{"min", Kind::minimum, 2, anyNumber},
                                         {"max", Kind::maximum, 2, anyNumber},
                                         {"clamp", Kind::clamp, 3, 3},
                                         {"exp", Kind::exp, 1, 1},
                                         {"log", Kind::log, 1, 1},
                                         {"sqrt", Kind::sqrt, 1, 1},
                                         {"pow", Kind::power, 2, 2},
                                         {"sinpi", Kind::sinpi, 1, 1},
                                         {"cospi", Kind::cospi, 1, 1},
                                         {"abs", Kind::abs, 1, 1},
                                         {"floor", Kind::floor, 1, 1},
                                         {"step", Kind::step, 2, 2},
                                         {"where", Kind::where, 3, 3}};

static constexpr Name variables[] = {
    {"t", Formula::Variable::t},       {"k", Formula::Variable::k},
    {"n", Formula::Variable::n},       {"start", Formula::Variable::start},
    {"peak", Formula::Variable::peak}, {"floor", Formula::Variable::floor}};

static bool isComparison(Kind kind) {
  return kind >= Kind::less && kind <= Kind::notEqual;
}

namespace dsc {

/// Recursive descent. An operand is the index of a node; nullopt after an
/// error, of which the first stands.
class FormulaParser {
public:
  FormulaParser(StringRef text, FormulaError &error)
      : text(text), error(error) {}

  std::optional<Formula> run();

private:
  using Operand = std::optional<uint32_t>;

  Operand condition();
  Operand sum();
  Operand product();
  Operand unary();
  Operand primary();
  Operand number();
  Operand named();
  Operand call(const Function &function, size_t start);
  Operand variable(StringRef name, size_t start);

  /// A number, where a comparison was parsed as well as where it was not.
  Operand value(Operand operand, size_t start);
  Operand add(Kind kind, ArrayRef<uint32_t> operands, size_t start);
  Operand add(Formula::Node node, size_t start);
  Operand fail(size_t at, const Twine &message, const Twine &hint = {});

  void skipSpace();
  bool take(StringRef token);
  char peek() const { return position < text.size() ? text[position] : '\0'; }
  std::string describeNext();

  StringRef text;
  FormulaError &error;
  Formula formula;
  size_t position = 0;
  unsigned depth = 0;
};

} // namespace dsc

//===----------------------------------------------------------------------===//
// Words and errors
//===----------------------------------------------------------------------===//

void FormulaParser::skipSpace() {
  while (position < text.size() && isSpace(text[position]))
    ++position;
}

bool FormulaParser::take(StringRef token) {
  skipSpace();
  if (!text.substr(position).starts_with(token))
    return false;
  position += token.size();
  return true;
}

FormulaParser::Operand FormulaParser::fail(size_t at, const Twine &message,
                                           const Twine &hint) {
  if (!error.column) {
    error.column = at + 1;
    error.message = message.str();
    error.hint = hint.str();
  }
  return std::nullopt;
}

/// What stands where something else was expected.
std::string FormulaParser::describeNext() {
  skipSpace();
  if (position >= text.size())
    return "the end";
  if (!isPrint(text[position]))
    return "a character that has no meaning";
  return "'" + std::string(1, text[position]) + "'";
}

FormulaParser::Operand FormulaParser::add(Formula::Node node, size_t start) {
  if (formula.nodes.size() >= Formula::maxNodes)
    return fail(start,
                "the formula has more than " + Twine(Formula::maxNodes) +
                    " numbers, names and operations",
                "split the phase in two, or name a simpler curve");
  formula.nodes.push_back(std::move(node));
  return formula.nodes.size() - 1;
}

FormulaParser::Operand
FormulaParser::add(Kind kind, ArrayRef<uint32_t> operands, size_t start) {
  Formula::Node node{kind};
  node.operands.assign(operands.begin(), operands.end());
  return add(std::move(node), start);
}

FormulaParser::Operand FormulaParser::value(Operand operand, size_t start) {
  if (operand && isComparison(formula.nodes[*operand].kind))
    return fail(start, "found a comparison, expected a number",
                "such as where(t < 0.5, peak, floor)");
  return operand;
}

//===----------------------------------------------------------------------===//
// Operators
//===----------------------------------------------------------------------===//

FormulaParser::Operand FormulaParser::condition() {
  skipSpace();
  size_t start = position;
  if (++depth > Formula::maxDepth)
    return fail(start, "the formula is nested deeper than " +
                           Twine(Formula::maxDepth) + " levels");
  Operand left = sum();
  // The longer ones first.
  static constexpr std::pair<StringLiteral, Kind> comparisons[] = {
      {"<=", Kind::lessEqual}, {">=", Kind::greaterEqual},
      {"==", Kind::equal},     {"!=", Kind::notEqual},
      {"<", Kind::less},       {">", Kind::greater}};
  for (auto [token, kind] : comparisons) {
    if (!left || !take(token))
      continue;
    skipSpace();
    size_t second = position;
    left = value(left, start);
    Operand right = value(sum(), second);
    if (!left || !right)
      return std::nullopt;
    left = add(kind, {*left, *right}, start);
    break;
  }
  --depth;
  return left;
}

FormulaParser::Operand FormulaParser::sum() {
  skipSpace();
  size_t start = position;
  Operand left = product();
  while (left) {
    Kind kind = take("+") ? Kind::add : take("-") ? Kind::subtract : Kind::exp;
    if (kind == Kind::exp)
      break;
    left = value(left, start);
    skipSpace();
    size_t second = position;
    Operand right = value(product(), second);
    if (!left || !right)
      return std::nullopt;
    left = add(kind, {*left, *right}, start);
  }
  return left;
}

FormulaParser::Operand FormulaParser::product() {
  skipSpace();
  size_t start = position;
  Operand left = unary();
  while (left) {
    skipSpace();
    if (text.substr(position).starts_with("**"))
      return fail(position, "found '**', expected an operator",
                  "a power is written ^");
    Kind kind = take("*")   ? Kind::multiply
                : take("/") ? Kind::divide
                            : Kind::exp;
    if (kind == Kind::exp)
      break;
    left = value(left, start);
    skipSpace();
    size_t second = position;
    Operand right = value(unary(), second);
    if (!left || !right)
      return std::nullopt;
    left = add(kind, {*left, *right}, start);
  }
  return left;
}

FormulaParser::Operand FormulaParser::unary() {
  skipSpace();
  size_t start = position;
  if (++depth > Formula::maxDepth)
    return fail(start, "the formula is nested deeper than " +
                           Twine(Formula::maxDepth) + " levels");
  Operand result;
  if (take("-")) {
    skipSpace();
    size_t inner = position;
    if (Operand operand = value(unary(), inner))
      result = add(Kind::negate, {*operand}, start);
  } else if (Operand base = primary()) {
    result = base;
    if (take("^")) {
      skipSpace();
      size_t second = position;
      Operand left = value(base, start), right = value(unary(), second);
      result = left && right ? add(Kind::power, {*left, *right}, start)
                             : std::nullopt;
    }
  }
  --depth;
  return result;
}

//===----------------------------------------------------------------------===//
// Numbers and names
//===----------------------------------------------------------------------===//

FormulaParser::Operand FormulaParser::primary() {
  skipSpace();
  size_t start = position;
  if (take("(")) {
    Operand inner = condition();
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

FormulaParser::Operand FormulaParser::number() {
  size_t start = position;
  double value = 0;
  auto [end, code] =
      std::from_chars(text.data() + position, text.data() + text.size(), value);
  size_t length = end - (text.data() + position);
  if (code == std::errc::result_out_of_range)
    return fail(start, "the number is too large or too small for a double");
  if (code != std::errc() || !length)
    return fail(start, "found " + describeNext() + ", expected a number");
  position += length;
  if (peek() == '%')
    return fail(position, "found '%', expected an operator",
                "percentages are written as numbers: 0.1 for 10%");
  Formula::Node node{Kind::number};
  node.number = value;
  return add(std::move(node), start);
}

FormulaParser::Operand FormulaParser::named() {
  size_t start = position;
  while (isAlnum(peek()) || peek() == '_')
    ++position;
  StringRef name = text.substr(start, position - start);
  if (!take("("))
    return variable(name, start);
  const Function *function = find_if(
      functions, [&](const Function &known) { return known.name == name; });
  if (function != std::end(functions))
    return call(*function, start);
  if (name == "sin" || name == "cos")
    return fail(start, "unknown function '" + name + "'",
                "write " + name + "pi(x), which is " + name + " of pi times x");
  SmallVector<StringRef> names;
  for (const Function &known : functions)
    names.push_back(known.name);
  std::string near = nearestName(name, names);
  return fail(start, "unknown function '" + name.take_front(40) + "'",
              near.empty() ? "the functions are " + join(names, ", ")
                           : "did you mean " + near + "(...)?");
}

FormulaParser::Operand FormulaParser::variable(StringRef name, size_t start) {
  Formula::Node node{Kind::variable};
  for (const Name &known : variables)
    if (known.name == name) {
      node.variable = known.variable;
      return add(std::move(node), start);
    }
  if (name == "pi") {
    node.kind = Kind::number;
    node.number = 3.141592653589793;
    return add(std::move(node), start);
  }
  if (any_of(functions, [&](const Function &f) { return f.name == name; }))
    return fail(start,
                "'" + name + "' is a function, expected " + name + "(...)");
  SmallVector<StringRef> names{"pi"};
  for (const Name &known : variables)
    names.push_back(known.name);
  std::string near = name.size() > 2 ? nearestName(name, names) : "";
  return fail(start, "unknown name '" + name.take_front(40) + "'",
              near.empty() ? "the names are t, k, n, start, peak, floor and pi"
                           : "did you mean '" + near + "'?");
}

FormulaParser::Operand FormulaParser::call(const Function &function,
                                           size_t start) {
  SmallVector<uint32_t> arguments;
  do {
    skipSpace();
    size_t begin = position;
    Operand argument = condition();
    bool chooses = function.kind == Kind::where && arguments.empty();
    if (argument && chooses && !isComparison(formula.nodes[*argument].kind))
      return fail(begin, "found a number, expected a comparison",
                  "such as where(t < 0.5, peak, floor)");
    if (!chooses)
      argument = value(argument, begin);
    if (!argument)
      return std::nullopt;
    arguments.push_back(*argument);
  } while (arguments.size() <= anyNumber && take(","));
  if (!take(")"))
    return fail(position, "found " + describeNext() + ", expected ',' or ')'");
  if (arguments.size() < function.least || arguments.size() > function.most)
    return fail(start,
                function.name + " has " + Twine(arguments.size()) +
                    (arguments.size() == 1 ? " argument" : " arguments") +
                    ", expected " + Twine(function.least) +
                    (function.most > function.least ? " or more" : ""));
  return add(function.kind, arguments, start);
}

//===----------------------------------------------------------------------===//
// The whole formula
//===----------------------------------------------------------------------===//

std::optional<Formula> FormulaParser::run() {
  if (text.size() > Formula::maxBytes) {
    fail(Formula::maxBytes, "the formula is longer than " +
                                Twine(Formula::maxBytes) + " characters");
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
