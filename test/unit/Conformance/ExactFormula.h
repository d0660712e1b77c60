//===- ExactFormula.h - an author's formula in MPFR -------------*- C++ -*-===//

#ifndef DSC_TEST_UNIT_CONFORMANCE_EXACTFORMULA_H
#define DSC_TEST_UNIT_CONFORMANCE_EXACTFORMULA_H

#include "dialect/Dsc/Formula/Formula.h"
#include "test/unit/Scalar/Reference.h"

namespace dsc::test {

/// What the formula's names stand for, before any rounding.
struct FormulaInputs {
  Real t, k, n, start, peak, floor;
};

/// The formula as mathematics has it, but for the 200 bits of its numbers:
/// what lies closer together than these can tell is equal, so that floor(10 t)
/// is 3 at t = 0.3.
Real evaluateExactly(const Formula &formula, const FormulaInputs &inputs);

} // namespace dsc::test

#endif // DSC_TEST_UNIT_CONFORMANCE_EXACTFORMULA_H
