//===- Tokens.cpp - the text of a formula, its nodes, its error -----------===//

#include "dialect/Dsc/Formula/Parser.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace dsc;

using Kind = Formula::Kind;

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

bool FormulaParser::isComparison(uint32_t operand) const {
  Kind kind = formula.nodes[operand].kind;
  return kind >= Kind::less && kind <= Kind::notEqual;
}

FormulaParser::Operand FormulaParser::value(Operand operand, size_t start) {
  if (operand && isComparison(*operand))
    return fail(start, "found a comparison, expected a number",
                "such as where(t < 0.5, peak, floor)");
  return operand;
}
