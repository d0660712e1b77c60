//===- CheckFormula.h - the values of an author's formula -------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_CHECKFORMULA_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_CHECKFORMULA_H

#include "compiler/Transforms/Resolve/Tables.h"

namespace dsc {

/// What to do about a formula whose values are none of a rate.
inline constexpr char kRangeRemedy[] =
    "keep it in range with clamp(x, low, high) or where(...)";

/// Reports, at the formula, the first step of a resolved phase whose value is
/// none of a learning rate: every step of a short phase is looked at, and of a
/// long one both ends and a million steps between. True where there is none.
bool checkFormula(ExprOp phase, Report &report);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_CHECKFORMULA_H
