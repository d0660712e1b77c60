//===- CheckParallel.h - what ranks ask of a recipe -------------*- C++ -*-===//

#ifndef DSC_COMPILER_TRANSFORMS_RESOLVE_CHECKPARALLEL_H
#define DSC_COMPILER_TRANSFORMS_RESOLVE_CHECKPARALLEL_H

#include "compiler/Transforms/Resolve/Tables.h"

namespace dsc {

/// Reports what of [train] and [parallel] does not go together.
void checkParallel(RecipeOp recipe, Report &report);

} // namespace dsc

#endif // DSC_COMPILER_TRANSFORMS_RESOLVE_CHECKPARALLEL_H
