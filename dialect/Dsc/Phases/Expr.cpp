//===- Expr.cpp - a formula -----------------------------------------------===//

#include "dialect/Dsc/Diagnostics.h"
#include "dialect/Dsc/DscDialect.h"
#include "dialect/Dsc/Formula/Formula.h"

using namespace mlir;
using namespace dsc;

LogicalResult ExprOp::verify() {
  if (!getFormula())
    return success();
  FormulaError error;
  std::optional<Formula> formula = Formula::parse(*getFormula(), error);
  // expr_c1
  if (!formula)
    return refuseKey(*this, "formula",
                     "in the formula, column " + Twine(error.column) + ": " +
                         error.message,
                     error.hint);
  // expr_c2
  bool namesFloor = formula->names(Formula::Variable::floor);
  if (namesFloor && !getTo())
    return refuseKey(*this, "formula",
                     "the formula names floor, but the phase has no 'to'",
                     "write to = \"10%\", or a number in place of floor");
  // expr_c3
  if (!namesFloor && getTo())
    return refuseKey(*this, "to",
                     "'to' has no effect: the formula does not name floor",
                     "leave 'to' out, or write floor in the formula");
  // expr_c4
  if (!formula->names(Formula::Variable::start) && getFrom())
    return refuseKey(*this, "from",
                     "'from' has no effect: the formula does not name start",
                     "leave 'from' out, or write start in the formula");
  return success();
}

bool ExprOp::runsTo() { return false; }

Value ExprOp::emitCurve(Scalar &s, const CurvePoint &p) {
  FormulaError error;
  std::optional<Formula> formula =
      Formula::parse(getFormula().value_or("0"), error);
  // What is no formula was refused by the verifier.
  if (!formula)
    return s.f64(0);
  Formula::Values values;
  values.t = s.div(s.toF64(p.numerator), s.toF64(p.denominator));
  values.k = s.toF64(p.index);
  values.n = s.f64(static_cast<double>(p.steps));
  values.start = p.from;
  values.peak =
      s.f64(getPeakValueAttr() ? getPeakValueAttr().getValueAsDouble() : 0);
  values.floor =
      s.f64(getFloorValueAttr() ? getFloorValueAttr().getValueAsDouble() : 0);
  return formula->emit(s, values);
}
