//===- Words.cpp - numbers and names of a formula -------------------------===//

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/Formula/Parser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>

using namespace llvm;
using namespace dsc;

using Kind = Formula::Kind;

namespace {
struct Name {
  StringLiteral name;
  Formula::Variable variable;
};
} // namespace

static constexpr unsigned mostArguments = 16;

static constexpr FormulaFunction functions[] = {
    {"min", Kind::minimum, 2, mostArguments},
    {"max", Kind::maximum, 2, mostArguments},
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

static const FormulaFunction *findFunction(StringRef name) {
  auto found = find_if(functions, [&](const FormulaFunction &known) {
    return known.name == name;
  });
  return found == std::end(functions) ? nullptr : found;
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

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

FormulaParser::Operand FormulaParser::named() {
  size_t start = position;
  while (isAlnum(peek()) || peek() == '_')
    ++position;
  StringRef name = text.substr(start, position - start);
  if (!take("("))
    return variable(name, start);
  const FormulaFunction *function = findFunction(name);
  return function ? call(*function, start) : unknownFunction(name, start);
}

FormulaParser::Operand FormulaParser::unknownFunction(StringRef name,
                                                      size_t start) {
  if (name == "sin" || name == "cos")
    return fail(start, "unknown function '" + name + "'",
                "write " + name + "pi(x), which is " + name + " of pi times x");
  SmallVector<StringRef> names;
  for (const FormulaFunction &known : functions)
    names.push_back(known.name);
  std::string near = nearestName(name, names);
  return fail(start, "unknown function '" + name.take_front(40) + "'",
              near.empty() ? "the functions are " + llvm::join(names, ", ")
                           : "did you mean " + near + "(...)?");
}

/// The first of `where` chooses.
FormulaParser::Operand FormulaParser::argument(bool isCondition) {
  skipSpace();
  size_t begin = position;
  Operand argument = deeper(&FormulaParser::condition);
  if (!isCondition)
    return value(argument, begin);
  if (argument && !isComparison(*argument))
    return fail(begin, "found a number, expected a comparison",
                "such as where(t < 0.5, peak, floor)");
  return argument;
}

FormulaParser::Operand FormulaParser::call(const FormulaFunction &function,
                                           size_t start) {
  SmallVector<uint32_t> arguments;
  do {
    Operand next = argument(function.kind == Kind::where && arguments.empty());
    if (!next)
      return std::nullopt;
    arguments.push_back(*next);
  } while (take(","));
  if (!take(")"))
    return fail(position, "found " + describeNext() + ", expected ',' or ')'");
  if (arguments.size() < function.least || arguments.size() > function.most)
    return fail(start,
                function.name + " has " + Twine(arguments.size()) +
                    (arguments.size() == 1 ? " argument" : " arguments") +
                    ", expected " + Twine(function.least) +
                    (function.most > function.least
                         ? " to " + Twine(function.most)
                         : ""));
  return add(function.kind, arguments, start);
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

FormulaParser::Operand FormulaParser::variable(StringRef name, size_t start) {
  Formula::Node node{Kind::variable};
  for (const Name &known : variables)
    if (known.name == name) {
      node.variable = known.variable;
      return add(std::move(node), start);
    }
  if (name != "pi")
    return unknownVariable(name, start);
  node.kind = Kind::number;
  node.number = 3.141592653589793;
  return add(std::move(node), start);
}

FormulaParser::Operand FormulaParser::unknownVariable(StringRef name,
                                                      size_t start) {
  if (findFunction(name))
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
