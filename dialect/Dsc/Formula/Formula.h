//===- Formula.h - what an author may write as a formula --------*- C++ -*-===//
//
// The language of `formula` in a phase of kind `expr`: numbers, a few names,
// + - * / ^, functions. A formula is parsed into a list of nodes, operands
// before what they are operands of, so that nothing that walks it recurses; the
// parser itself recurses to a bounded depth.
//
//===----------------------------------------------------------------------===//

#ifndef DSC_DIALECT_DSC_FORMULA_FORMULA_H
#define DSC_DIALECT_DSC_FORMULA_FORMULA_H

#include "dialect/Dsc/Scalar.h"

#include <optional>
#include <string>
#include <vector>

namespace dsc {

/// Something wrong at a column of the formula, counted from 1.
struct FormulaError {
  size_t column = 0;
  std::string message, hint;
};

class Formula {
public:
  static constexpr size_t maxBytes = 4096;
  static constexpr size_t maxNodes = 512;
  static constexpr unsigned maxDepth = 64;

  enum class Variable { t, k, n, start, peak, floor };

  enum class Kind {
    number,
    variable,
    add,
    subtract,
    multiply,
    divide,
    negate,
    power,
    less,
    lessEqual,
    greater,
    greaterEqual,
    equal,
    notEqual,
    minimum,
    maximum,
    clamp,
    exp,
    log,
    sqrt,
    sinpi,
    cospi,
    abs,
    floor,
    step,
    where,
  };

  struct Node {
    Kind kind;
    double number = 0;                         ///< of Kind::number
    Variable variable{};                       ///< of Kind::variable
    llvm::SmallVector<uint32_t, 3> operands{}; ///< indices of earlier nodes
  };

  /// Nullopt, with `error` filled in, where `text` is no formula.
  static std::optional<Formula> parse(llvm::StringRef text,
                                      FormulaError &error);

  /// Operands before what they are operands of; the last one is the whole.
  llvm::ArrayRef<Node> getNodes() const { return nodes; }

  bool names(Variable variable) const;

  /// What the variables stand for, all f64. One that the formula does not name
  /// may be null.
  struct Values {
    mlir::Value t, k, n, start, peak, floor;
  };
  /// The formula's value in f64. Where it is not defined the value is a NaN.
  mlir::Value emit(Scalar &scalar, const Values &values) const;

private:
  friend class FormulaParser;

  std::vector<Node> nodes;
};

} // namespace dsc

#endif // DSC_DIALECT_DSC_FORMULA_FORMULA_H
