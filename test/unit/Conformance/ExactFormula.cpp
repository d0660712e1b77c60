//===- ExactFormula.cpp ---------------------------------------------------===//

#include "test/unit/Conformance/ExactFormula.h"

using namespace dsc;
using namespace dsc::test;

using Kind = Formula::Kind;
using Operands = std::vector<const Real *>;

template <class Function> static Real apply(Function function, const Real &x) {
  Real result;
  function(result.get(), x.get(), MPFR_RNDN);
  return result;
}

/// sin or cos of pi x.
template <class Function> static Real wave(Function function, const Real &x) {
  Real pi;
  mpfr_const_pi(pi.get(), MPFR_RNDN);
  return apply(function, pi * x);
}

static Real power(const Real &base, const Real &exponent) {
  Real result;
  mpfr_pow(result.get(), base.get(), exponent.get(), MPFR_RNDN);
  return result;
}

/// -1, 0 or 1; 2 where a NaN compares with nothing.
static int order(const Real &a, const Real &b) {
  if (mpfr_unordered_p(a.get(), b.get()))
    return 2;
  Real distance = apply(mpfr_abs, a - b), size = apply(mpfr_abs, a);
  mpfr_mul_2si(size.get(), size.get(), -150, MPFR_RNDN);
  if (mpfr_equal_p(a.get(), b.get()) ||
      mpfr_lessequal_p(distance.get(), size.get()))
    return 0;
  return mpfr_less_p(a.get(), b.get()) ? -1 : 1;
}

/// A whole number is its own floor, however little it misses it by.
static Real floorOrNearest(const Real &x) {
  Real nearest;
  mpfr_rint(nearest.get(), x.get(), MPFR_RNDN);
  if (order(x, nearest) == 0)
    return nearest;
  Real below;
  mpfr_floor(below.get(), x.get());
  return below;
}

static bool holds(Kind kind, int order) {
  switch (kind) {
  case Kind::less:
    return order == -1;
  case Kind::lessEqual:
    return order == -1 || order == 0;
  case Kind::greater:
    return order == 1;
  case Kind::greaterEqual:
    return order == 0 || order == 1;
  case Kind::equal:
    return order == 0;
  default:
    return order != 0;
  }
}

/// A comparison is 1 or 0.
static Real applyOperator(Kind kind, const Operands &x) {
  switch (kind) {
  case Kind::add:
    return *x[0] + *x[1];
  case Kind::subtract:
    return *x[0] - *x[1];
  case Kind::multiply:
    return *x[0] * *x[1];
  case Kind::divide:
    return *x[0] / *x[1];
  case Kind::negate:
    return Real(0) - *x[0];
  case Kind::power:
    return power(*x[0], *x[1]);
  default:
    return Real(holds(kind, order(*x[0], *x[1])));
  }
}

static Real extreme(int wanted, const Operands &all) {
  const Real *chosen = all.front();
  for (const Real *one : all)
    if (order(*one, *chosen) == wanted)
      chosen = one;
  return *chosen;
}

static Real applyFunction(Kind kind, const Operands &x) {
  switch (kind) {
  case Kind::minimum:
    return extreme(-1, x);
  case Kind::maximum:
    return extreme(1, x);
  case Kind::clamp: {
    Real raised = extreme(1, {x[0], x[1]});
    return extreme(-1, {&raised, x[2]});
  }
  case Kind::exp:
    return apply(mpfr_exp, *x[0]);
  case Kind::log:
    return apply(mpfr_log, *x[0]);
  case Kind::sqrt:
    return apply(mpfr_sqrt, *x[0]);
  case Kind::sinpi:
    return wave(mpfr_sin, *x[0]);
  case Kind::cospi:
    return wave(mpfr_cos, *x[0]);
  case Kind::abs:
    return apply(mpfr_abs, *x[0]);
  case Kind::floor:
    return floorOrNearest(*x[0]);
  case Kind::step:
    return Real(order(*x[1], *x[0]) != -1);
  default: // where
    return mpfr_zero_p(x[0]->get()) ? *x[2] : *x[1];
  }
}

static const Real &valueOf(Formula::Variable variable,
                           const FormulaInputs &inputs) {
  switch (variable) {
  case Formula::Variable::t:
    return inputs.t;
  case Formula::Variable::k:
    return inputs.k;
  case Formula::Variable::n:
    return inputs.n;
  case Formula::Variable::start:
    return inputs.start;
  case Formula::Variable::peak:
    return inputs.peak;
  default:
    return inputs.floor;
  }
}

Real dsc::test::evaluateExactly(const Formula &formula,
                                const FormulaInputs &inputs) {
  std::vector<Real> values;
  values.reserve(formula.getNodes().size()); // operands point into it
  for (const Formula::Node &node : formula.getNodes()) {
    Operands operands;
    for (uint32_t operand : node.operands)
      operands.push_back(&values[operand]);
    if (node.kind == Kind::number)
      values.push_back(Real(node.number));
    else if (node.kind == Kind::variable)
      values.push_back(valueOf(node.variable, inputs));
    else if (node.kind <= Kind::notEqual)
      values.push_back(applyOperator(node.kind, operands));
    else
      values.push_back(applyFunction(node.kind, operands));
  }
  return values.back();
}
