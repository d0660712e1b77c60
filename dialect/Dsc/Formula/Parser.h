//===- Parser.h - reads a formula from left to right ------------*- C++ -*-===//

#ifndef DSC_DIALECT_DSC_FORMULA_PARSER_H
#define DSC_DIALECT_DSC_FORMULA_PARSER_H

#include "dialect/Dsc/Formula/Formula.h"

namespace dsc {

/// A name that is followed by arguments in parentheses.
struct FormulaFunction {
  llvm::StringLiteral name;
  Formula::Kind kind;
  unsigned least, most; ///< arguments
};

/// Recursive descent. An operand is the index of a node; nullopt after an
/// error, of which the first stands.
class FormulaParser {
public:
  FormulaParser(llvm::StringRef text, FormulaError &error)
      : text(text), error(error) {}

  std::optional<Formula> run();

private:
  using Operand = std::optional<uint32_t>;
  using Part = Operand (FormulaParser::*)();
  struct Operator {
    llvm::StringLiteral token;
    Formula::Kind kind;
  };

  // Parse.cpp: the grammar.
  Operand condition();
  Operand sum();
  Operand product();
  Operand unary();
  Operand innerUnary();
  Operand primary();
  Operand deeper(Part part);
  Operand chain(Part next, llvm::ArrayRef<Operator> operators);
  Operand join(Formula::Kind kind, Operand left, size_t start, Part next);
  const Operator *takeOne(llvm::ArrayRef<Operator> operators);

  // Words.cpp: numbers and names.
  Operand number();
  Operand named();
  Operand unknownFunction(llvm::StringRef name, size_t start);
  Operand call(const FormulaFunction &function, size_t start);
  Operand argument(bool isCondition);
  Operand variable(llvm::StringRef name, size_t start);
  Operand unknownVariable(llvm::StringRef name, size_t start);

  // Tokens.cpp: the text, the nodes, the error.
  /// A number, where a comparison was parsed as well as where it was not.
  Operand value(Operand operand, size_t start);
  bool isComparison(uint32_t operand) const;
  Operand add(Formula::Kind kind, llvm::ArrayRef<uint32_t> operands,
              size_t start);
  Operand add(Formula::Node node, size_t start);
  Operand fail(size_t at, const llvm::Twine &message,
               const llvm::Twine &hint = {});
  void skipSpace();
  bool take(llvm::StringRef token);
  char peek() const { return position < text.size() ? text[position] : '\0'; }
  std::string describeNext();

  llvm::StringRef text;
  FormulaError &error;
  Formula formula;
  size_t position = 0;
  unsigned depth = 0;
};

} // namespace dsc

#endif // DSC_DIALECT_DSC_FORMULA_PARSER_H
